"""What the rules had to say of each payment: warnings at its intake, and whatever the validation step found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Field

from domain.finding import Finding, Severity
from domain.reason import Reason
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession


class Stage(StrEnum):
    """Who looked."""

    INTAKE = "intake"
    """The message, held against the rules of its kind before it was taken in."""
    NETWORK = "network"
    """The instruction, held against what the network knows: participants, accounts, currencies."""


class PaymentFinding(Table, table=True):
    """One finding. `value` is what offended, masked where it is personal."""

    __tablename__ = "payment_findings"
    __table_args__ = (one_of("stage", Stage), one_of("severity", Severity))

    payment_id: str = Field(primary_key=True, foreign_key="payments.id")
    stage: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    rule: str
    severity: str
    path: str
    line: int | None
    value: str | None
    reason: str
    message: str
    at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Found:
    """A stored finding, with who found it and when."""

    stage: Stage
    finding: Finding
    at: datetime


async def record(
    session: WriteSession, payment_id: str, stage: Stage, findings: Sequence[Finding], at: datetime
) -> None:
    """Store what a stage found; what it found first stands."""
    if findings:
        await session.run(_RECORD, {"payment_id": payment_id, "stage": str(stage), "at": at, **columns(findings)})


async def of(session: ReadSession, payment_id: str) -> list[Found]:
    """Everything found of a payment, in order."""
    return [_found(row) for row in await session.all(_OF, {"payment_id": payment_id})]


def columns(findings: Iterable[Finding]) -> dict[str, list[Any]]:
    """Findings as the columns that a statement unnests."""
    listed = list(findings)
    return {
        "rules": [each.rule for each in listed],
        "severities": [str(each.severity) for each in listed],
        "paths": [each.path for each in listed],
        "lines": [each.line for each in listed],
        "values": [each.value for each in listed],
        "reasons": [str(each.reason) for each in listed],
        "messages": [each.message for each in listed],
    }


def _found(row: Line) -> Found:
    finding = Finding(
        path=row.path,
        rule=row.rule,
        message=row.message,
        reason=Reason(row.reason),
        line=row.line,
        severity=Severity(row.severity),
        value=row.value,
    )
    return Found(Stage(row.stage), finding, row.at)


UNNEST: Final = """unnest(
    CAST(:rules AS text[]), CAST(:severities AS text[]), CAST(:paths AS text[]), CAST(:lines AS int[]),
    CAST(:values AS text[]), CAST(:reasons AS text[]), CAST(:messages AS text[])
) WITH ORDINALITY AS found (rule, severity, path, line, value, reason, message, number)"""
"""What `columns` gives, as rows."""

_RECORD: Final = text(
    f"""
    INSERT INTO payment_findings (
        payment_id, stage, number, rule, severity, path, line, value, reason, message, at
    )
    SELECT :payment_id, :stage, number, rule, severity, path, line, value, reason, message, :at FROM {UNNEST}
    ON CONFLICT DO NOTHING
    """  # noqa: S608 - a constant of this file
)
_OF: Final = text(
    """
    SELECT stage, number, rule, severity, path, line, value, reason, message, at
    FROM payment_findings WHERE payment_id = :payment_id ORDER BY stage, number
    """
)
