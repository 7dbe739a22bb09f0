"""The rules of the risk engine, version by version: proposed, tried, approved by a second person, in force, retired."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, Column, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.errors import NotFound, RulesNotReady, SelfApproval
from domain.risk import Condition, Feature, Operator, Rule, RulesState
from schema.tables.common.base import MOMENT, Table, one_of, to_json
from schema.tables.common.session import Line, ReadSession, WriteSession


class RiskRulesRow(Table, table=True):
    """One version of all rules. What was proposed cannot be changed; where it stands can."""

    __tablename__ = "risk_rules"
    __table_args__ = (
        one_of("state", RulesState),
        CheckConstraint("approved_by <> proposed_by", name="four_eyes"),
        CheckConstraint("state IN ('draft', 'retired') OR approved_by IS NOT NULL", name="approved"),
        CheckConstraint("state <> 'active' OR trial IS NOT NULL", name="tried"),
        Index("uq_risk_rules_state_active", "state", unique=True, postgresql_where=text("state = 'active'")),
    )

    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    state: str
    rules: list[Any] = Field(sa_type=JSONB)
    note: str
    trial: dict[str, Any] | None = Field(sa_type=JSONB)
    proposed_by: str
    proposed_at: datetime = Field(sa_type=MOMENT)
    approved_by: str | None
    approved_at: datetime | None = Field(sa_type=MOMENT)
    activated_by: str | None
    activated_at: datetime | None = Field(sa_type=MOMENT)
    retired_by: str | None
    retired_at: datetime | None = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """A version as it stands. `trial` is what its last dry run came to, None when there was none."""

    version: int
    state: RulesState
    rules: tuple[Rule, ...]
    note: str
    trial: Mapping[str, Any] | None
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    activated_by: str | None
    activated_at: datetime | None
    retired_by: str | None
    retired_at: datetime | None


async def propose(session: WriteSession, rules: Sequence[Rule], note: str, actor: str, at: datetime) -> RulesVersion:
    """Keep a new version as a draft. That its rules can be is `risk.rules.check`'s to say, before."""
    await session.run(_LOCK)
    row = await session.one(_PROPOSE, {"rules": _told(rules), "note": note, "actor": actor, "at": at})
    return _version(row)


async def draft_of(session: WriteSession, rules: Sequence[Rule], note: str, actor: str) -> RulesVersion | None:
    """A draft that says just that, of the same person: whoever asks twice means one. No other comes before the transaction ends."""
    await session.run(_LOCK)
    row = await session.first(_DRAFT, {"rules": _told(rules), "note": note, "actor": actor})
    return None if row is None else _version(row)


async def keep_trial(session: WriteSession, version: int, trial: Mapping[str, Any]) -> None:
    """Keep what a dry run came to. Raises NotFound."""
    await session.run(_LOCK)
    await get(session, version)
    await session.run(_TRIAL, {"version": version, "trial": to_json(trial)})


async def approve(session: WriteSession, version: int, actor: str, at: datetime) -> RulesVersion:
    """A second person's yes. Raises NotFound, RulesNotReady (no draft), SelfApproval."""
    known = await _held(session, version, RulesState.DRAFT)
    if known.proposed_by == actor:
        raise SelfApproval("whoever proposed rules may not approve them", version=version)
    return await _move(session, version, RulesState.APPROVED, actor, at)


async def activate(session: WriteSession, version: int, actor: str, at: datetime) -> RulesVersion:
    """Put an approved version in force, and whatever was in force out of it. Raises NotFound, RulesNotReady."""
    known = await _held(session, version, RulesState.APPROVED)
    if known.trial is None:
        raise RulesNotReady("the rules were never tried on past payments; run them dry first", state=str(known.state))
    await session.run(_RETIRE_ACTIVE, {"actor": actor, "at": at})
    return await _move(session, version, RulesState.ACTIVE, actor, at)


async def retire(session: WriteSession, version: int, actor: str, at: datetime) -> RulesVersion:
    """Take a version out of use for good. Without one in force, the engine's own rules are. Raises NotFound, RulesNotReady."""
    await _held(session, version, RulesState.DRAFT, RulesState.APPROVED, RulesState.ACTIVE)
    return await _move(session, version, RulesState.RETIRED, actor, at)


async def get(session: ReadSession, version: int) -> RulesVersion:
    """One version. Raises NotFound."""
    row = await session.first(_GET, {"version": version})
    if row is None:
        raise NotFound("no such version of the rules", version=version)
    return _version(row)


async def active(session: ReadSession) -> RulesVersion | None:
    """The version in force; None: the engine's own."""
    row = await session.first(_ACTIVE)
    return None if row is None else _version(row)


async def listing(session: ReadSession) -> list[RulesVersion]:
    """Every version, newest first."""
    return [_version(row) for row in await session.all(_LISTING)]


async def _held(session: WriteSession, version: int, *states: RulesState) -> RulesVersion:
    """The version, which nobody else moves until the transaction ends, and which stands in one of the states."""
    await session.run(_LOCK)
    known = await get(session, version)
    if known.state not in states:
        raise RulesNotReady(f"the rules are {known.state}", state=str(known.state))
    return known


async def _move(session: WriteSession, version: int, to: RulesState, actor: str, at: datetime) -> RulesVersion:
    row = await session.one(_MOVES[to], {"version": version, "actor": actor, "at": at})
    if to in (RulesState.ACTIVE, RulesState.RETIRED):
        await session.run(_TELL, {"told": to_json({"rules": version})})
    return _version(row)


def _told(rules: Sequence[Rule]) -> str:
    return json.dumps([asdict(rule) for rule in rules], ensure_ascii=False)


def _version(row: Line) -> RulesVersion:
    told = {name: getattr(row, name) for name in _FIELDS}
    return RulesVersion(**told, state=RulesState(row.state), rules=tuple(_rule(rule) for rule in row.rules))


def _rule(told: Mapping[str, Any]) -> Rule:
    conditions = tuple(
        Condition(Feature(each["feature"]), Operator(each["operator"]), each["value"]) for each in told["conditions"]
    )
    return Rule(**{**told, "conditions": conditions})


_FIELDS: Final = {field.name for field in fields(RulesVersion)} - {"state", "rules"}
_LOCK: Final = text("LOCK TABLE risk_rules IN SHARE ROW EXCLUSIVE MODE")
_PROPOSE: Final = text(
    """
    INSERT INTO risk_rules (version, state, rules, note, proposed_by, proposed_at)
    SELECT coalesce(max(version), 0) + 1, 'draft', CAST(:rules AS jsonb), CAST(:note AS text), CAST(:actor AS text),
           CAST(:at AS timestamptz)
    FROM risk_rules
    RETURNING *
    """
)
_DRAFT: Final = text(
    """
    SELECT * FROM risk_rules
    WHERE state = 'draft' AND proposed_by = :actor AND note = :note AND rules = CAST(:rules AS jsonb)
    ORDER BY version LIMIT 1
    """
)
_TRIAL: Final = text("UPDATE risk_rules SET trial = CAST(:trial AS jsonb) WHERE version = :version")
_MOVES: Final = {
    RulesState.APPROVED: text(
        """
        UPDATE risk_rules SET state = 'approved', approved_by = :actor, approved_at = :at
        WHERE version = :version RETURNING *
        """
    ),
    RulesState.ACTIVE: text(
        """
        UPDATE risk_rules SET state = 'active', activated_by = :actor, activated_at = :at
        WHERE version = :version RETURNING *
        """
    ),
    RulesState.RETIRED: text(
        "UPDATE risk_rules SET state = 'retired', retired_by = :actor, retired_at = :at WHERE version = :version RETURNING *"
    ),
}
_RETIRE_ACTIVE: Final = text(
    "UPDATE risk_rules SET state = 'retired', retired_by = :actor, retired_at = :at WHERE state = 'active'"
)
_TELL: Final = text("SELECT pg_notify('risk', :told)")
_GET: Final = text("SELECT * FROM risk_rules WHERE version = :version")
_ACTIVE: Final = text("SELECT * FROM risk_rules WHERE state = 'active'")
_LISTING: Final = text("SELECT * FROM risk_rules ORDER BY version DESC")
