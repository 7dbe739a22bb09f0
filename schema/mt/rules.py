"""Validation of MT messages: structure, fields, network rules. Everything that is wrong is told at once.

An error is what keeps the message from being acted on: what it means is unclear, incomplete or contradicts itself. A
warning is what FIN would refuse as well, but leaves no doubt about the payment; in strict mode it is an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from domain.errors import MessageRefused
from domain.finding import Finding, Severity
from schema.mt.checks import bank_transfers, customer_transfers, fields, headers, instructions, reports
from schema.mt.checks.findings import finding
from schema.mt.checks.rule import Reading, Rule
from schema.mt.checks.shapes import SEQUENCE_B, Shape, shape_of
from schema.mt.headers import read_application
from schema.mt.message import Field, MtMessage
from schema.mt.parse import CAP_BYTES, assemble, open_text
from schema.mt.scanner import Scan
from schema.mt.sequences import sequences
from schema.mt.stream import RawMessage, ServiceAck, split

RULES: Final[tuple[Rule, ...]] = (
    *headers.STRUCTURE,
    *fields.RULES,
    *headers.RULES,
    *customer_transfers.RULES,
    *instructions.RULES,
    *bank_transfers.RULES,
    *bank_transfers.COVERED,
    *reports.RULES,
)
"""Every rule, in the order of their ids as far as they belong together."""

_ASKED: Final = tuple(rule for rule in RULES if rule.judge is not None and rule not in bank_transfers.COVERED)


@dataclass(frozen=True, slots=True)
class Validated:
    """One message or acknowledgment of a stream; an acknowledgment's findings are those of the original it answers."""

    item: RawMessage | ServiceAck
    message: MtMessage | None
    findings: tuple[Finding, ...]


def validate(
    raw: bytes, *, strict: bool = False, cap_bytes: int = CAP_BYTES
) -> tuple[MtMessage | None, tuple[Finding, ...]]:
    """The message in `raw` and everything that is wrong with it; no message where it cannot be read. Never raises."""
    try:
        text, scan = open_text(raw, cap_bytes=cap_bytes)
        message = assemble(text, scan)
    except MessageRefused as refused:
        return None, refused.findings
    return message, _told([*_frame(text, scan), *_inspect(message)], strict=strict)


def inspect(message: MtMessage, *, strict: bool = False) -> tuple[Finding, ...]:
    """Everything that is wrong with a message that has been read, or is about to be written."""
    return _told(_inspect(message), strict=strict)


def validate_stream(raw: bytes, *, strict: bool = False) -> Iterator[Validated]:
    """Every message and acknowledgment of a stream with what is wrong with it, in their order. Never raises."""
    for item in split(raw):
        told = item.original if isinstance(item, ServiceAck) else item
        message, findings = validate(told.raw, strict=strict) if told else (None, ())
        yield Validated(item, message, findings)


def kind_of(message: MtMessage) -> str:
    """The type with its variant: "103", "103STP", "103REMIT", "202COV"."""
    variant = message.variant
    is_variant = variant in {"STP", "REMIT"} if message.mt_type == "103" else variant == "COV"
    return message.mt_type + (variant if is_variant and message.mt_type in headers.PAYMENTS else "")


def _inspect(message: MtMessage) -> list[Finding]:
    kind, whole = kind_of(message), message.fields
    found = list(fields.check_characters(whole, whole))
    shape = shape_of(kind)
    if shape is None:
        return [*found, *_judge(_ASKED, Reading(message, kind, ()), whole)]
    if kind not in SEQUENCE_B:
        return [*found, *_sequence(_ASKED, message, whole, shape)]
    transfer, covered = sequences(message)
    found += _sequence(_ASKED, message, transfer, shape)
    return [*found, *_sequence(tuple(bank_transfers.COVERED), message, covered, SEQUENCE_B[kind])]


def _sequence(rules: tuple[Rule, ...], message: MtMessage, own: tuple[Field, ...], shape: Shape) -> Iterator[Finding]:
    whole = message.fields
    read, unreadable = fields.read_fields(own, shape, whole)
    yield from fields.check_shape(own, shape, whole)
    yield from unreadable
    yield from _judge(rules, Reading(message, kind_of(message), read), whole)


def _judge(rules: tuple[Rule, ...], reading: Reading, whole: tuple[Field, ...]) -> Iterator[Finding]:
    for rule in rules:
        if rule.judge is not None and rule.concerns(reading.kind):
            yield from (finding(rule, at, whole) for at in rule.judge(reading))


def _frame(text: str, scan: Scan) -> Iterator[Finding]:
    """What stands around the message, and a header that was cut short."""
    if (text[: scan.start] + text[scan.end :]).strip():
        yield finding(headers.AROUND, "/", ())
    block = scan.block("2")
    if block is not None and read_application(block.content).is_short:
        yield finding(headers.SHORT, "/2", ())


def _told(found: list[Finding], *, strict: bool) -> tuple[Finding, ...]:
    """In the order of the message; in strict mode every warning is an error."""
    ordered = sorted(found, key=lambda each: each.line or 0)
    return tuple(replace(each, severity=Severity.ERROR) if strict else each for each in ordered)
