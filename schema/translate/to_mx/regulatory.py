"""Field 77B: regulatory reporting, and where the customers live."""

import re
from dataclasses import dataclass, field
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mx.codewords import LINE, Item, items
from schema.translate.to_mx.draft import Content, Draft

_RESIDENCES: Final = frozenset({"ORDERRES", "BENEFRES"})
_COUNTRY: Final = re.compile(r"([A-Z]{2})(?://?(.*))?")
_MOST: Final = 10


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
    for item in items(source.lines) if source else []:
        found.reports.append({"Dtls": [_details(item, found)]})
    for _ in found.reports[_MOST:]:
        draft.lose("77B", "more than ten reports")
    del found.reports[_MOST:]
    return found


def _details(item: Item, found: Regulatory) -> Content:
    first, *others = item.lines
    head = f"/{item.code}/"
    country = _COUNTRY.fullmatch(first.removeprefix(head)) if item.code in _RESIDENCES else None
    if country is None:
        return {"Inf": _lines([first, *others])}
    found.residence.setdefault(item.code, country[1])
    return {"Cd": item.code, "Ctry": country[1], "Inf": _lines([country[2] or "", *others])}


def _lines(lines: list[str]) -> list[str]:
    texts = [line.removeprefix("//").strip()[:LINE] for line in lines]
    return [text for text in texts if text]
