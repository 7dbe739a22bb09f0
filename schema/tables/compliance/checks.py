"""What screening found of each payment, kept with all it takes to explain it later."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Identity, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.errors import Refused
from domain.ids import new_id
from domain.screening import Evidence, Hit, RiskLevel, ScreeningResult
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession, typed


class ComplianceCheck(Table, table=True):
    """One check of one payment: its result, and against which lists and by which engine.

    `turn` counts how often the payment was pulled back before. One check of a turn stands; others are `superseded`.
    """

    __tablename__ = "compliance_checks"
    __table_args__ = (
        one_of("status", ("passed", "review")),
        Index(
            "uq_compliance_checks_standing",
            "payment_id",
            "check_type",
            "turn",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    payment_id: str = Field(foreign_key="payments.id")
    check_type: str
    status: str
    risk_score: int
    requires_review: bool
    list_version: str
    engine_version: str
    milliseconds: float = Field(sa_column_kwargs={"server_default": "0"})
    completed_at: datetime = Field(sa_type=MOMENT)
    turn: int = Field(sa_type=SmallInteger, sa_column_kwargs={"server_default": "0"})
    superseded_at: datetime | None = Field(sa_type=MOMENT)


class ScreeningHit(Table, table=True):
    """A listed entity that a name in the payment resembles."""

    __tablename__ = "screening_hits"
    __table_args__ = (
        one_of("level", RiskLevel),
        Index("ix_screening_hits_list_name_entity_id", "list_name", "entity_id"),
        Index("ix_screening_hits_queried", "queried"),
    )

    id: int | None = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    check_id: str = Field(foreign_key="compliance_checks.id", index=True)
    role: str
    queried: str
    matched: str
    list_name: str
    entity_id: str
    level: str
    score: int
    distance: int
    evidence: dict[str, Any] | None = Field(sa_type=JSONB)
    suppressed_by: str | None = Field(foreign_key="good_guys.id")


@dataclass(frozen=True, slots=True)
class Check:
    """A stored check with its hits, heaviest first."""

    id: str
    check_type: str
    status: str
    risk_score: int
    requires_review: bool
    list_version: str
    engine_version: str
    milliseconds: float
    completed_at: datetime
    hits: tuple[Hit, ...]
    turn: int = 0
    superseded_at: datetime | None = None


async def record(
    session: WriteSession, payment_id: str, check_type: str, result: ScreeningResult, at: datetime, *, turn: int = 0
) -> Check:
    """Store a check and its hits; when one of this turn is stored already, that one stands. Answers the one that stands."""
    check = Check(
        id=new_id("chk"),
        check_type=check_type,
        status="review" if result.requires_review else "passed",
        risk_score=result.score,
        requires_review=result.requires_review,
        list_version=result.list_version,
        engine_version=result.engine_version,
        milliseconds=result.milliseconds,
        completed_at=at,
        hits=tuple(sorted(result.hits, key=lambda hit: -hit.score)),
        turn=turn,
    )
    if await session.first(_RECORD, _columns(payment_id, check)) is not None:
        return check
    known = [stored for stored in await of(session, payment_id) if stored.check_type == check_type]
    return next(stored for stored in known if stored.turn == turn and stored.superseded_at is None)


def confirmation(turn: int) -> str:
    """The key of the event that says: the check of a later turn was made by the lists in force when it was stored."""
    return f"rescreened/{turn}"


async def confirmed(session: ReadSession, payment_id: str, turn: int) -> bool:
    """Whether the check of a turn was found to be made by the lists in force: then the payment has gone on with it."""
    facts = {"payment_id": payment_id, "turn": turn, "key": confirmation(turn)}
    return await session.first(_CONFIRMED, facts) is not None


async def require_last(session: ReadSession, payment_id: str, turn: int) -> None:
    """A late try of a turn changes nothing once another has begun. Raises Refused."""
    if (await session.one(_LAST_TURN, {"payment_id": payment_id})).turn > turn:
        raise Refused("the payment has been screened again since", payment_id=payment_id)


async def supersede(session: WriteSession, check_id: str, at: datetime) -> None:
    """The check was made by lists that were no longer in force when it was stored: it is kept, and another will stand."""
    await session.run(_SUPERSEDE, {"id": check_id, "at": at})


async def of(session: ReadSession, payment_id: str) -> list[Check]:
    """The payment's checks, in order of completion."""
    checks = await session.all(_OF, {"id": payment_id})
    found = await hits(session, [row.id for row in checks if row.risk_score])
    return [Check(**typed(row), hits=found.get(row.id, ())) for row in checks]


async def hits(session: ReadSession, check_ids: list[str]) -> dict[str, tuple[Hit, ...]]:
    """The hits of some checks, heaviest first."""
    found: dict[str, tuple[Hit, ...]] = {}
    for row in await session.all(_HITS, {"checks": check_ids}) if check_ids else ():
        found[row.check_id] = (*found.get(row.check_id, ()), _hit(row))
    return found


def _hit(row: Line) -> Hit:
    return Hit(
        row.role,
        row.queried,
        row.matched,
        row.list_name,
        row.entity_id,
        RiskLevel(row.level),
        row.score,
        row.distance,
        None if row.evidence is None else _EVIDENCE.validate_python(row.evidence),
        row.suppressed_by or "",
    )


def _columns(payment_id: str, check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "payment_id": payment_id,
        "check_type": check.check_type,
        "status": check.status,
        "risk_score": check.risk_score,
        "requires_review": check.requires_review,
        "list_version": check.list_version,
        "engine_version": check.engine_version,
        "milliseconds": check.milliseconds,
        "at": check.completed_at,
        "turn": check.turn,
        "roles": [hit.role for hit in check.hits],
        "queried": [hit.queried for hit in check.hits],
        "matched": [hit.matched for hit in check.hits],
        "lists": [hit.list_name for hit in check.hits],
        "entities": [hit.entity_id for hit in check.hits],
        "levels": [str(hit.level) for hit in check.hits],
        "scores": [hit.score for hit in check.hits],
        "distances": [hit.distance for hit in check.hits],
        "evidence": [
            None if hit.evidence is None else _EVIDENCE.dump_json(hit.evidence).decode() for hit in check.hits
        ],
        "suppressed": [hit.suppressed_by or None for hit in check.hits],
    }


_EVIDENCE: Final = TypeAdapter(Evidence)
_RECORD: Final = text(
    """
    WITH stored AS (
        INSERT INTO compliance_checks (
            id, payment_id, check_type, status, risk_score, requires_review, list_version, engine_version, milliseconds,
            completed_at, turn
        ) VALUES (
            :id, :payment_id, :check_type, :status, :risk_score, :requires_review, :list_version, :engine_version, :milliseconds,
            :at, :turn
        ) ON CONFLICT DO NOTHING
        RETURNING id
    ), hits AS (
        INSERT INTO screening_hits (
            check_id, role, queried, matched, list_name, entity_id, level, score, distance, evidence, suppressed_by
        )
        SELECT stored.id, hit.* FROM stored, unnest(
            CAST(:roles AS text[]), CAST(:queried AS text[]), CAST(:matched AS text[]), CAST(:lists AS text[]),
            CAST(:entities AS text[]), CAST(:levels AS text[]), CAST(:scores AS int[]), CAST(:distances AS int[]),
            CAST(:evidence AS jsonb[]), CAST(:suppressed AS text[])
        ) AS hit
    )
    SELECT id FROM stored
    """
)
_CONFIRMED: Final = text(
    """
    SELECT seq FROM payment_events
    WHERE payment_id = :payment_id
      AND ((CAST(:turn AS int) = 0 AND kind = 'status' AND status = 'screened') OR dedupe_key = :key)
    LIMIT 1
    """
)
_LAST_TURN: Final = text("SELECT coalesce(max(turn), 0) AS turn FROM compliance_checks WHERE payment_id = :payment_id")
_SUPERSEDE: Final = text("UPDATE compliance_checks SET superseded_at = :at WHERE id = :id AND superseded_at IS NULL")
_OF: Final = text(
    """
    SELECT id, check_type, status, risk_score, requires_review, list_version, engine_version, milliseconds,
           completed_at, turn, superseded_at
    FROM compliance_checks WHERE payment_id = :id ORDER BY completed_at, id
    """
)
_HITS: Final = text(
    """
    SELECT check_id, role, queried, matched, list_name, entity_id, level, score, distance, evidence, suppressed_by
    FROM screening_hits WHERE check_id = ANY(:checks) ORDER BY score DESC, id
    """
)
