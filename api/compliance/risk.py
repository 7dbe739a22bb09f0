"""The risk engine's rules, by two people and after a dry run; and how risky a payment was found to be."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeAlias

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from api.common.body import Body, json_body
from api.common.deps import House, ReviewsRead, RulesRead, RulesWrite, Services
from api.common.fields import Remark, Text140
from api.common.shapes import Shape, payment_id, problems, takes
from api.compliance.risk_shapes import (
    RiskShape,
    RulesList,
    RulesShape,
    TrialShape,
    own_rules,
    shown,
    trial_shape,
)
from domain.decision import Actor
from domain.ids import PaymentId
from domain.risk import FULL_SCORE, Condition, Feature, Operator, Rule
from risk import trial
from risk.rules import MOST_CONDITIONS, MOST_RULES, check
from schema.tables.common import audit
from schema.tables.common.session import WriteSession
from schema.tables.compliance import risk_assessments, risk_rules
from schema.tables.compliance.risk_rules import RulesVersion
from schema.tables.payment import payments

router = APIRouter(tags=["risk"])

MOST_TRIED: Final = 5_000
_FAR: Final = 10**15

Version = Annotated[int, Path(ge=0, le=2**31 - 1, description="0 is the engine's own.")]


class NewCondition(Body):
    """A feature compared with a whole number; amounts are in hundredths of a US dollar."""

    feature: Annotated[Feature, Field(strict=False)]
    operator: Annotated[Operator, Field(strict=False)]
    value: Annotated[int, Field(ge=-_FAR, le=_FAR)]


class NewRule(Body):
    """Points for a payment that meets every condition. A shadow rule is recorded and counts for nothing."""

    id: Annotated[str, Field(examples=["VL-01"], max_length=16)]
    text: Text140
    points: Annotated[int, Field(ge=0, le=FULL_SCORE)]
    conditions: Annotated[list[NewCondition], Field(min_length=1, max_length=MOST_CONDITIONS)]
    enabled: bool = True
    shadow: bool = False

    @property
    def rule(self) -> Rule:
        """As the engine knows it."""
        conditions = tuple(Condition(each.feature, each.operator, each.value) for each in self.conditions)
        return Rule(self.id, self.text, self.points, conditions, self.enabled, self.shadow)


class Proposal(Body):
    """All rules of a new version, and why."""

    rules: Annotated[list[NewRule], Field(max_length=MOST_RULES)]
    note: Remark = ""


class DryRun(Body):
    """On how many of the last payments."""

    last: Annotated[int, Field(ge=1, le=MOST_TRIED)] = 1_000


class Assessments(Shape):
    """How risky a payment was found to be: on its way, and again after settlement."""

    assessments: list[RiskShape]


@router.get("/risk/rules", summary="Versions of the risk rules", responses=problems())
async def listing(_: RulesRead, house: House) -> RulesList:
    """Every version, newest first; the engine's own is in force while no other is."""
    async with house.db.read() as session:
        found = await risk_rules.listing(session)
    versions = [RulesShape.model_validate(each) for each in found]
    in_force = next((each.version for each in versions if each.state == "active"), 0)
    return RulesList(in_force=in_force, versions=[*versions, own_rules()])


@router.get("/risk/rules/{version}", summary="One version of the risk rules", responses=problems(404, 422))
async def version_of(_: RulesRead, house: House, version: Version) -> RulesShape:
    """One version, with its rules, its last dry run and who did what."""
    if version == 0:
        return own_rules()
    async with house.db.read() as session:
        return RulesShape.model_validate(await risk_rules.get(session, version))


@router.post(
    "/risk/rules",
    status_code=201,
    summary="Propose risk rules",
    openapi_extra=takes(Proposal),
    responses={
        **problems(400, 415, 422),
        200: {"description": "Proposed before, alike, and still a draft.", "model": RulesShape},
    },
)
async def propose(
    response: Response, actor: RulesWrite, house: House, body: Annotated[Proposal, Depends(json_body(Proposal))]
) -> RulesShape:
    """Propose a new version: a draft, until another person approves it. The same again is the same draft."""
    rules, at = [each.rule for each in body.rules], datetime.now(UTC)
    check(rules)
    async with house.db.write() as session:
        if made := await risk_rules.draft_of(session, rules, body.note, actor.id):
            response.status_code = 200
        else:
            made = await risk_rules.propose(session, rules, body.note, actor.id, at)
            await _log(session, actor, at, "propose", made.version, {"note": body.note, "rules": len(rules)})
    return RulesShape.model_validate(made)


@router.post(
    "/risk/rules/{version}/dry-run",
    summary="Try risk rules on past payments",
    openapi_extra=takes(DryRun),
    responses=problems(400, 404, 415, 422),
)
async def dry_run(
    actor: RulesWrite, house: House, version: Version, body: Annotated[DryRun, Depends(json_body(DryRun))]
) -> TrialShape:
    """What the rules would have done to the last payments: how many held, how many released, how the scores change."""
    async with house.db.read() as session:
        tried = await risk_rules.get(session, version)
        past = [kept.assessment for kept in await risk_assessments.recent(session, body.last)]
    found = trial_shape(await asyncio.to_thread(trial.run, tried.rules, past))
    at, summary = datetime.now(UTC), found.model_dump(exclude={"newly_held", "released"}, mode="json")
    async with house.db.write() as session:
        await risk_rules.keep_trial(session, version, {**summary, "by": actor.id, "at": at.isoformat()})
        told = {name: summary[name] for name in ("assessed", "held_before", "held_after")}
        await _log(session, actor, at, "dry_run", version, told)
    return found


@router.post("/risk/rules/{version}/approve", summary="Approve risk rules", responses=problems(404, 409, 422))
async def approve(actor: RulesWrite, house: House, version: Version) -> RulesShape:
    """Approve a draft. Whoever proposed it may not."""
    return await _take(risk_rules.approve, actor, house, version)


@router.post("/risk/rules/{version}/activate", summary="Put risk rules in force", responses=problems(404, 409, 422))
async def activate(actor: RulesWrite, house: House, version: Version) -> RulesShape:
    """Put an approved version in force that has been run dry; the one before is retired. Workers follow at once."""
    return await _take(risk_rules.activate, actor, house, version)


@router.post("/risk/rules/{version}/retire", summary="Retire risk rules", responses=problems(404, 409, 422))
async def retire(actor: RulesWrite, house: House, version: Version) -> RulesShape:
    """Take a version out of use for good; without one in force, the engine's own rules are."""
    return await _take(risk_rules.retire, actor, house, version)


@router.get("/payments/{id}/risk", summary="How risky a payment is", responses=problems(404))
async def of_payment(_: ReviewsRead, house: House, id: Annotated[PaymentId, Depends(payment_id)]) -> Assessments:
    """The assessment that decided, and the one after settlement: scores, contributions, shadow rules, features."""
    async with house.db.read() as session:
        await payments.detail(session, id)
        found = await risk_assessments.of(session, id)
    return Assessments(assessments=[shown(kept) for kept in found])


Step: TypeAlias = Callable[[WriteSession, int, str, datetime], Awaitable[RulesVersion]]
"""What takes a version of the rules on its way: the session, the version, who, when."""


async def _take(step: Step, actor: Actor, house: Services, version: int) -> RulesShape:
    at = datetime.now(UTC)
    async with house.db.write() as session:
        made = await step(session, version, actor.id, at)
        await _log(session, actor, at, step.__name__, version, {})
    return RulesShape.model_validate(made)


async def _log(
    session: WriteSession, actor: Actor, at: datetime, act: str, version: int, detail: Mapping[str, Any]
) -> None:
    await audit.act(session, actor, f"risk_rules.{act}", f"risk_rules/{version}", detail, at=at)
