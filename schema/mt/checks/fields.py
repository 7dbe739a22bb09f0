"""Are the fields there that the type has, in their order, and can each be read: MT-10 to MT-17."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

from domain.errors import InvalidValue
from domain.finding import Finding, Severity
from domain.reason import Reason
from schema.mt.charset import is_written_in
from schema.mt.checks.findings import finding
from schema.mt.checks.formats import FORMATS, WARNING, Format
from schema.mt.checks.rule import Table
from schema.mt.checks.shapes import Place, Shape
from schema.mt.fields.amounts import read_floor_limit
from schema.mt.fields.statements import read_balance, read_entry
from schema.mt.message import Field

RULES: Final = Table()
MISSING = RULES.add("MT-10", "a field that the type must have is there", Reason.FF01)
UNEXPECTED = RULES.add("MT-11", "the type has a field with this tag", Reason.FF01, code="T13")
REPEATED = RULES.add("MT-12", "a field stands no more often than the type allows", Reason.FF01)
ORDER = RULES.add("MT-13", "the fields stand in the order of the type", Reason.FF01, severity=WARNING)
UNREADABLE = RULES.add("MT-14", "a field that the message depends on has its format", Reason.FF01)
UNCLEAR = RULES.add("MT-15", "a field that only accompanies has its format", Reason.FF01, severity=WARNING)
LINES = RULES.add("MT-16", "a field has as many and as long lines as its format allows", Reason.FF01, severity=WARNING)
CHARACTERS = RULES.add(
    "MT-17",
    "a field is written in its character set: X, or Z for 77E, 77T and 86",
    Reason.FF01,
    severity=WARNING,
)

_PARTIES: Final = {"50": Reason.RR02, "59": Reason.RR03, "58": Reason.RC04}
Read: TypeAlias = "tuple[tuple[Field, Any], ...]"


def check_shape(fields: tuple[Field, ...], shape: Shape, whole: tuple[Field, ...]) -> Iterator[Finding]:
    """Missing, unexpected, repeated and misplaced fields of a message or sequence; `whole` is the message for its paths."""
    taken: dict[Place, int] = {}
    before = 0
    for field in fields:
        place = shape.place(field.tag)
        if place is None:
            if not shape.open_end:
                yield finding(UNEXPECTED, field, whole, message=f"field {field.tag} is not one of this type's")
            continue
        taken[place] = taken.get(place, 0) + 1
        if taken[place] > 1 and not place.may_repeat:
            if not shape.open_end:
                yield finding(REPEATED, field, whole, message=f"field {place.name} stands once at most")
            continue
        if place.rank < before:
            yield finding(ORDER, field, whole, message=f"field {field.tag} stands behind one that it comes before")
        before = place.rank
    for place in shape.places:
        if place.is_mandatory and place not in taken:
            reason = _PARTIES.get(place.number, Reason.FF01)
            yield finding(MISSING, place.name, whole, message=f"field {place.name} is missing", reason=reason)


def read_fields(fields: tuple[Field, ...], shape: Shape, whole: tuple[Field, ...]) -> tuple[Read, list[Finding]]:
    """Everything that can be read of the fields that the shape knows; copies of another message's fields are not."""
    read: list[tuple[Field, Any]] = []
    findings: list[Finding] = []
    currency = _currency(fields)
    seen: set[str] = set()
    for field in fields:
        if shape.place(field.tag) is None or (shape.open_end and field.tag in seen):
            read.append((field, None))
            continue
        seen.add(field.tag)
        value, wrong = _read(field, currency)
        read.append((field, value))
        findings += [_unread(field, wrong, whole)] if wrong else []
        findings += check_lines(field, whole)
    return tuple(read), findings


def check_lines(field: Field, whole: tuple[Field, ...]) -> Iterator[Finding]:
    """Lines that are too many or too long, and an entry's references."""
    known = FORMATS.get(field.tag)
    if known is None or known.lines is None:
        return
    lines = field.lines
    identified = known.read is not None and lines[0].startswith("/")
    first = known.width + (2 if lines[0].startswith(("/C/", "/D/")) and identified else 0)
    most = known.lines if identified or known.read is None or field.option in {"A", "B", "C", "F"} else known.lines - 1
    widths = [first, *(known.width for _ in lines[1:])]
    if len(lines) > most or any(len(line) > width for line, width in zip(lines, widths, strict=True)):
        text = f"field {field.tag} has at most {most} lines of {known.width} characters"
        yield finding(LINES, field, whole, message=text)


def check_characters(fields: Iterable[Field], whole: tuple[Field, ...]) -> Iterator[Finding]:
    """Fields with a character that FIN does not carry there."""
    return (finding(CHARACTERS, field, whole) for field in fields if not is_written_in(field.value, field.tag))


def _read(field: Field, currency: str | None) -> tuple[Any, InvalidValue | None]:
    try:
        if field.tag == "61":
            return (read_entry(field.value, currency) if currency else None), None
        reader = FORMATS.get(field.tag, Format()).read
        return (reader(field) if reader else None), None
    except InvalidValue as wrong:
        return None, wrong


def _unread(field: Field, wrong: InvalidValue, whole: tuple[Field, ...]) -> Finding:
    known = FORMATS.get(field.tag, Format())
    rule = UNREADABLE if known.severity is Severity.ERROR else UNCLEAR
    return finding(rule, field, whole, message=f"field {field.tag}: {wrong.message}", reason=wrong.reason)


def _currency(fields: tuple[Field, ...]) -> str | None:
    """The account's currency: the opening balance's, or an interim report's floor limit's."""
    for field in fields:
        try:
            if field.tag in {"60F", "60M"}:
                return read_balance(field.value).money.currency
            if field.tag == "34F":
                return read_floor_limit(field.value).money.currency
        except InvalidValue:
            continue
    return None
