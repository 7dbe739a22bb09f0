"""Field 77B: regulatory reporting, and where the customers live."""

import re
from dataclasses import dataclass, field
from typing import Final

from schema.mt.fields.texts import CodedText, read_coded
from schema.mt.message import Field
from schema.translate.to_mx.draft import Content, Draft

_RESIDENCES: Final = frozenset({"ORDERRES", "BENEFRES"})
_COUNTRY: Final = re.compile(r"([A-Z]{2})(?://?(.*))?")


@dataclass(slots=True)
class Regulatory:
    """Reports, and the residence per code (ORDERRES of the debtor, BENEFRES of the creditor)."""

    reports: list[Content] = field(default_factory=list)
    residence: dict[str, str] = field(default_factory=dict)

    def resident(self, code: str) -> Content:
        """The customer's country of residence, where 77B tells it."""
        return {"CtryOfRes": self.residence.get(code)}


def regulatory(draft: Draft, source: Field | None) -> Regulatory:
    """What field 77B reports."""
    found = Regulatory()
    for item in read_coded(source.value) if source else ():
        found.reports.append({"Dtls": [_details(draft, item, found)]})
    return found


def _details(draft: Draft, item: CodedText, found: Regulatory) -> Content:
    first, *others = item.lines
    country = _COUNTRY.fullmatch(first) if item.code in _RESIDENCES else None
    if country is None:
        return {"Inf": _lines(draft, [f"/{item.code}/{first}" if item.code else first, *others])}
    found.residence.setdefault(item.code or "", country[1])
    return {"Cd": item.code, "Ctry": country[1], "Inf": _lines(draft, [country[2] or "", *others])}


def _lines(draft: Draft, lines: list[str]) -> list[str]:
    return [draft.cut(line, 35, "77B") for line in lines if line.strip()]
