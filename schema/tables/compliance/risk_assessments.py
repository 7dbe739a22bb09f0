"""How risky each payment was found to be, and why: written once, told to every worker, never edited."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.errors import NotFound
from domain.risk import Assessment, AssessmentKind, Case, Contribution, Trace
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession

CHANNEL: Final = "risk"
"""The NOTIFY channel on which workers tell each other what they assessed (`heard` reads it), and which rules are in force."""


class RiskAssessmentRow(Table, table=True):
    """One assessment. Of the payment's parties it holds pseudonyms; `amount` is in reference cents."""

    __tablename__ = "risk_assessments"
    __table_args__ = (
        one_of("kind", AssessmentKind),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        Index("ix_risk_assessments_at_hot", "at", "payment_id", postgresql_where=text("kind = 'hot'")),
    )

    payment_id: str = Field(primary_key=True, foreign_key="payments.id")
    kind: str = Field(primary_key=True)
    score: int
    hold_at: int
    rules_version: int
    engine_version: str
    with_memory: bool
    taken_in: int = Field(sa_type=BigInteger)
    participant: str
    debtor: str
    creditor: str
    origin: str
    destination: str
    amount: int = Field(sa_type=BigInteger)
    near_threshold: bool
    features: dict[str, Any] = Field(sa_type=JSONB)
    contributions: list[Any] = Field(sa_type=JSONB)
    shadows: list[Any] = Field(sa_type=JSONB)
    at: datetime = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored assessment, and when it was made."""

    assessment: Assessment
    at: datetime


async def case(session: ReadSession, payment_id: str) -> Case:
    """What the engine looks at. Raises NotFound."""
    found = await cases(session, [payment_id])
    if not found:
        raise NotFound("no such payment", payment_id=payment_id)
    return found[0]


async def cases(session: ReadSession, payment_ids: Sequence[str]) -> list[Case]:
    """What the engine looks at, of some payments, in no order."""
    return [case_of(row) for row in await session.all(_CASES, {"ids": list(payment_ids)})]


async def record(session: WriteSession, made: Sequence[Assessment], at: datetime) -> list[str]:
    """Store assessments; of a kind, a payment's first stands. Answers whose were stored, and tells every worker of hot ones."""
    rows = [_columns(each) | {"at": at.isoformat()} for each in made]
    stored = await session.all(_RECORD, {"rows": json.dumps(rows)})
    return [row.payment_id for row in stored]


async def of(session: ReadSession, payment_id: str) -> list[Kept]:
    """The payment's assessments: the one that decided first."""
    return [_kept(row) for row in await session.all(_OF, {"id": payment_id})]


async def traces(
    session: ReadSession, *, after: datetime, after_id: str = "", limit: int
) -> tuple[list[Trace], datetime, str]:
    """What payments assessed after a moment left, in order; and where to go on."""
    rows = await session.all(_TRACES, {"after": after, "after_id": after_id, "limit": limit})
    last = (rows[-1].at, rows[-1].payment_id) if rows else (after, after_id)
    return [_trace(row) for row in rows], *last


async def recent(session: ReadSession, last: int) -> list[Kept]:
    """The assessments of the last payments, newest first."""
    return [_kept(row) for row in await session.all(_RECENT, {"limit": last})]


async def to_recalculate(session: ReadSession, *, after: datetime, until: datetime, limit: int) -> list[Trace]:
    """What payments settled after one moment and up to another left, as far as they have no second assessment, oldest first.

    Nobody else is given them until the transaction ends; empty while somebody is at it.
    """
    facts = {"after": after, "until": until, "limit": limit}
    if not (await session.one(_LOCK)).granted:
        return []
    return [_trace(row) for row in await session.all(_TO_RECALCULATE, facts)]


def heard(payload: str) -> Trace | None:
    """What a notification tells of a payment; None when it tells of something else."""
    told: Mapping[str, Any] = json.loads(payload)
    return Trace(**told["trace"]) if "trace" in told else None


def pseudonym(bank: str, account: str | None, name: str) -> str:
    """A party's stand-in: the same account, or else the same name, at the same bank is the same party."""
    told = f"{bank}\n{account}" if account else f"{bank}\n\n{' '.join(name.casefold().split())}"
    return blake2b(told.encode(), digest_size=8).hexdigest()


def case_of(row: Line) -> Case:
    """What the engine looks at, from a row that has `CASE_COLUMNS`."""
    debtor_bank, creditor_bank = row.debtor_bank or row.sender_bic, row.creditor_bank or row.receiver_bic
    return Case(
        payment_id=row.id,
        taken_in=_micros(row.created_at),
        participant=row.sender_bic,
        debtor=pseudonym(debtor_bank, row.sender_account_id, row.sender_name),
        creditor=pseudonym(creditor_bank, row.receiver_account_id, row.receiver_name),
        origin=debtor_bank[4:6],
        destination=creditor_bank[4:6],
        countries=tuple(filter(None, (row.sender_bic[4:6], row.receiver_bic[4:6], row.debtor_in, row.creditor_in))),
        amount_minor=row.amount_minor,
        currency=row.currency,
        warnings=row.warnings,
    )


def _micros(at: datetime) -> int:
    """Exact, as a float would not be."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def _columns(made: Assessment) -> dict[str, Any]:
    return asdict(made.trace) | {
        "kind": str(made.kind),
        "hold_at": made.hold_at,
        "rules_version": made.rules_version,
        "engine_version": made.engine_version,
        "with_memory": made.with_memory,
        "features": dict(made.features),
        "contributions": [asdict(each) for each in made.contributions],
        "shadows": [asdict(each) for each in made.shadows],
    }


def _kept(row: Line) -> Kept:
    made = Assessment(
        trace=_trace(row),
        kind=AssessmentKind(row.kind),
        hold_at=row.hold_at,
        rules_version=row.rules_version,
        engine_version=row.engine_version,
        features=row.features,
        contributions=tuple(Contribution(**each) for each in row.contributions),
        shadows=tuple(Contribution(**each) for each in row.shadows),
        with_memory=row.with_memory,
    )
    return Kept(made, row.at)


def _trace(row: Line) -> Trace:
    return Trace(**{name: getattr(row, name) for name in _TRACE_NAMES})


_TRACE_NAMES: Final = tuple(Trace.__dataclass_fields__)
CASE_COLUMNS: Final = """
    p.id, p.created_at, p.sender_bic, p.sender_name, p.sender_account_id,
    p.receiver_bic, p.receiver_name, p.receiver_account_id, p.amount_minor, p.currency,
    p.payment_order -> 'debtor' ->> 'agent_bic' AS debtor_bank,
    p.payment_order -> 'creditor' ->> 'agent_bic' AS creditor_bank,
    p.payment_order -> 'debtor' ->> 'country' AS debtor_in,
    p.payment_order -> 'creditor' ->> 'country' AS creditor_in,
    (SELECT count(*) FROM payment_findings WHERE payment_id = p.id AND severity = 'warning') AS warnings
"""
"""What makes a case, of payments `p`."""
_CASES: Final = text(
    f"SELECT {CASE_COLUMNS} FROM payments AS p WHERE p.id = ANY(CAST(:ids AS text[]))"  # noqa: S608 - constants
)
_RECORD: Final = text(
    """
    WITH stored AS (
        INSERT INTO risk_assessments
        SELECT * FROM jsonb_populate_recordset(CAST(NULL AS risk_assessments), CAST(:rows AS jsonb))
        ON CONFLICT DO NOTHING
        RETURNING *
    )
    SELECT payment_id, CASE kind WHEN 'hot' THEN pg_notify('risk', jsonb_build_object('trace', jsonb_build_object(
        'payment_id', payment_id, 'taken_in', taken_in, 'participant', participant, 'debtor', debtor, 'creditor', creditor,
        'origin', origin, 'destination', destination, 'amount', amount, 'near_threshold', near_threshold, 'score', score
    )) #>> '{}') END
    FROM stored
    """
)
_OF: Final = text("SELECT * FROM risk_assessments WHERE payment_id = :id ORDER BY kind")
_TRACES: Final = text(
    """
    SELECT payment_id, taken_in, participant, debtor, creditor, origin, destination, amount, near_threshold, score, at
    FROM risk_assessments
    WHERE kind = 'hot' AND (at, payment_id) > (:after, CAST(:after_id AS text))
    ORDER BY at, payment_id LIMIT :limit
    """
)
_RECENT: Final = text(
    "SELECT * FROM risk_assessments WHERE kind = 'hot' ORDER BY at DESC, payment_id DESC LIMIT :limit"
)
_LOCK: Final = text("SELECT pg_try_advisory_xact_lock(hashtext('risk_recalculation')) AS granted")
_TO_RECALCULATE: Final = text(
    """
    SELECT first.payment_id, taken_in, participant, debtor, creditor, origin, destination, amount, near_threshold, score
    FROM payments AS p JOIN risk_assessments AS first ON first.payment_id = p.id AND first.kind = 'hot'
    WHERE p.settled_at > :after AND p.settled_at <= :until
      AND NOT EXISTS (SELECT FROM risk_assessments WHERE payment_id = p.id AND kind = 'recalculated')
    ORDER BY p.settled_at LIMIT :limit
    """
)
