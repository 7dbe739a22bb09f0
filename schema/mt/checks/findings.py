"""Findings about fields: the path, the line, and as much of the value as may be shown."""

import re
from typing import Final

from domain.finding import Finding
from domain.reason import Reason
from schema.mt.checks.formats import FORMATS
from schema.mt.checks.rule import Rule
from schema.mt.message import Field

_SHORT: Final = re.compile(r"[A-Za-z0-9,/+: -]{1,35}")
_BIC: Final = re.compile(r"[A-Z0-9]{8}(?:[A-Z0-9]{3})?")


def finding(
    rule: Rule,
    at: Field | str,
    fields: tuple[Field, ...],
    *,
    message: str | None = None,
    reason: Reason | None = None,
) -> Finding:
    """What a rule says about a field, or about one that is missing, named by its tag or by a path ("/3/121").

    A tag that stands more than once has its position in the path: "/4/71F[2]".
    """
    field = at if isinstance(at, Field) else None
    return Finding(
        path=_path(at, fields),
        rule=rule.id,
        message=message or rule.text,
        reason=reason or rule.reason,
        line=field.line or None if field else None,
        severity=rule.severity,
        value=shown(field) if field else None,
    )


def shown(field: Field) -> str | None:
    """The value as a finding may repeat it: codes, dates, amounts and BICs, anything else masked ("D***")."""
    if not field.value.strip():
        return None
    known = FORMATS.get(field.tag)
    if known is not None and known.is_public and _SHORT.fullmatch(field.value):
        return field.value
    if field.option == "A" and _BIC.fullmatch(field.value):
        return field.value
    return f"{field.value.strip()[0]}***"


def _path(at: Field | str, fields: tuple[Field, ...]) -> str:
    if isinstance(at, str):
        return at if at.startswith("/") else f"/4/{at}"
    same = [field for field in fields if field.tag == at.tag]
    if len(same) < 2:
        return f"/4/{at.tag}"
    return f"/4/{at.tag}[{next(i for i, field in enumerate(same, 1) if field is at)}]"
