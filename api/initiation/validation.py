"""Validation for itself: hold a message against the rules and create nothing; and the rules, to be read."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request

from activities import network_rules, value_dates
from api.common.body import JSON, MT, XML, media_type
from api.common.deps import House, PaymentsRead
from api.common.problems import FindingModel
from api.common.shapes import Shape, problems
from api.initiation import documents
from api.initiation.orders import of_json
from domain.errors import ValidationFailed
from domain.finding import Finding, Severity
from domain.reason import Reason
from schema.iso20022.profile import Profile
from schema.iso20022.rules.catalogue import RULES
from schema.mt.rules import RULES as MT_RULES

router = APIRouter(prefix="/validation", tags=["validation"])


class ValidationResult(Shape):
    """What the rules say: `valid` when no error was found; warnings leave a message valid unless `strict`."""

    valid: bool
    message_type: str | None
    profile: str | None
    strict: bool
    errors: int
    warnings: int
    findings: list[FindingModel]


class MessageRuleShape(Shape):
    """One rule: what it asks, of which messages, in which profiles, and what breaking it means."""

    id: str
    severity: str
    profiles: list[str]
    messages: list[str]
    reason: str
    source: str
    text: str
    where: str


class RuleList(Shape):
    """Every rule that messages and instructions are held against."""

    rules: list[MessageRuleShape]


_CONTENT: Final[dict[str, Any]] = {
    XML: {"schema": {"type": "string", "description": "an ISO 20022 message, in or out of an envelope"}},
    MT: {"schema": {"type": "string", "description": "a SWIFT MT message"}},
    JSON: {"schema": {"$ref": "#/components/schemas/NewPayment"}},
}


@router.post(
    "",
    summary="Hold a message against the rules",
    openapi_extra={"requestBody": {"required": True, "content": _CONTENT}},
    responses=problems(400, 413, 415, 422),
)
async def validate(
    request: Request,
    _: PaymentsRead,
    house: House,
    profile: Annotated[Profile | None, Query(description="Without one, the message's own claim decides.")] = None,
    strict: Annotated[bool, Query(description="Warnings count as errors.")] = False,
) -> ValidationResult:
    """Says everything that is wrong with a message. Nothing is stored and nothing is created."""
    kind = media_type(request, JSON, XML, MT)
    raw = await request.body()
    if kind == JSON:
        return _of_json(raw, strict=strict)
    checked = await documents.check(house, raw, documents.SYNTAX[kind], profile=profile, strict=strict)
    errors = len(checked.errors)
    return ValidationResult(
        valid=not errors,
        message_type=checked.message_type,
        profile=None if profile is None else str(profile),
        strict=strict,
        errors=errors,
        warnings=len(checked.findings) - errors,
        findings=[FindingModel.model_validate(each, from_attributes=True) for each in checked.findings],
    )


def _of_json(raw: bytes, *, strict: bool) -> ValidationResult:
    found: tuple[Finding, ...] = ()
    try:
        of_json(raw)
    except ValidationFailed as wrong:
        found = wrong.findings
    return ValidationResult(
        valid=not found,
        message_type="json",
        profile=None,
        strict=strict,
        errors=len(found),
        warnings=0,
        findings=[FindingModel.model_validate(each, from_attributes=True) for each in found],
    )


@router.get("/rules", summary="The rules", responses=problems())
async def rules(_: PaymentsRead) -> RuleList:
    """Every rule with its id, as findings name it: of messages, and of what the network can settle."""
    ours = [_of_network(rule.id, rule.text, rule.reasons[0], Severity.ERROR) for rule in network_rules.RULES]
    ours += [_of_network(rule.id, rule.text, rule.reasons[0], rule.severity) for rule in value_dates.RULES]
    return RuleList(rules=[*map(_shown, RULES), *map(_shown, MT_RULES), *ours])


def _of_network(rule_id: str, text: str, reason: Reason, severity: Severity) -> MessageRuleShape:
    return MessageRuleShape(
        id=rule_id,
        severity=str(severity),
        profiles=["network"],
        messages=["every payment"],
        reason=str(reason),
        source="network",
        text=text,
        where="network",
    )


def _shown(rule: Any) -> MessageRuleShape:
    return MessageRuleShape(
        id=rule.id,
        severity=str(rule.severity),
        profiles=sorted(map(str, rule.profiles)),
        messages=[name or "every message" for name in rule.messages],
        reason=str(rule.reason),
        source=rule.source,
        text=rule.text,
        where=str(rule.where),
    )
