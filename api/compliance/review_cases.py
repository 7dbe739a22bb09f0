"""One case: all that a reviewer looks at, whose desk it is on, what is noted, and what its sender answers."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from api.common.body import json_body
from api.common.conversation import ask, request_name
from api.common.deps import House, PaymentsWrite, ReviewsRead, ReviewsWork
from api.common.headers import IdempotencyKey
from api.common.shapes import Shape, amount, payment_id, problems, takes
from api.compliance import risk_shapes
from api.compliance.rescreenings import PullBackShape
from api.compliance.review_shapes import (
    Assign,
    CheckDetail,
    EarlierShape,
    NoteShape,
    PartyShape,
    PrecedentShape,
    ReviewDetail,
    ReviewStateShape,
    SaidShape,
    Write,
    evidence,
    facts,
)
from domain.decision import Actor
from domain.errors import InvalidValue, NotFound, NotPermitted, NotUnderReview, Unavailable
from domain.ids import PaymentId, new_id
from domain.review import Assignment, Information, check_assignment, check_information
from schema.tables.common import audit
from schema.tables.common.session import ReadSession
from schema.tables.compliance import (
    checks,
    pull_backs,
    review_context,
    review_notes,
    review_queue,
    reviews,
    risk_assessments,
)
from schema.tables.compliance.checks import Check
from schema.tables.compliance.review_context import PartyHistory
from schema.tables.compliance.review_notes import Note, NoteKind
from schema.tables.payment import payments
from workflows.payment import PaymentWorkflow

router = APIRouter(tags=["reviews"])


class InformationShape(Shape):
    """The sender's answer is with the reviewers."""

    payment_id: str
    note_id: str
    review: str | None


async def _case_id(id: Annotated[str, Path(examples=["rev_01JABCDEFGHJKMNPQRSTVWXYZ0"])]) -> PaymentId:
    """The payment of a review: reviews are named after them, and either name will do."""
    try:
        return PaymentId.parse(f"pay_{id[4:]}" if id.startswith("rev_") else id)
    except InvalidValue as wrong:
        raise NotFound("no such review", review_id=id[:64]) from wrong


Case = Annotated[PaymentId, Depends(_case_id)]


@router.get("/reviews/{id}", summary="One case", responses=problems(404))
async def detail(_: ReviewsRead, house: House, id: Case) -> ReviewDetail:
    """The payment, every hit with its explanation, what was said, the history of both parties, similar decisions."""
    async with house.db.read() as session:
        item = await review_queue.item(session, id)
        if item is None:
            raise NotFound("no such review", payment_id=id)
        payment = await payments.instruction(session, id)
        made = await checks.of(session, id)
        return ReviewDetail.model_validate(
            {
                **facts(item),
                "sender_account_id": payment.sender_account_id,
                "receiver_account_id": payment.receiver_account_id,
                "remittance_info": payment.remittance_info,
                "checks": [_check(check) for check in made],
                "pulled_back": [PullBackShape.model_validate(each) for each in await pull_backs.of(session, id)],
                "risk": [risk_shapes.shown(kept) for kept in await risk_assessments.of(session, id)],
                "decisions": [
                    SaidShape.model_validate(each) for each in await review_context.said(session, item.review.id)
                ],
                "notes": [NoteShape.model_validate(each) for each in await review_notes.of(session, item.review.id)],
                "debtor": await _party(session, id, payment.sender_name, payment.sender_account_id),
                "creditor": await _party(session, id, payment.receiver_name, payment.receiver_account_id),
                "precedents": [
                    PrecedentShape.model_validate(each)
                    for each in await review_context.precedents(session, item.review.check_id)
                ],
            }
        )


@router.post(
    "/reviews/{id}/assignment",
    summary="Put a case on a desk",
    openapi_extra=takes(Assign),
    responses=problems(400, 404, 409, 415, 422),
)
async def assign(
    actor: ReviewsWork, house: House, id: Case, key: IdempotencyKey, body: Annotated[Assign, Depends(json_body(Assign))]
) -> ReviewStateShape:
    """Take a case on, which locks it for a while, or put it back. Who leads may take it from another, with a reason."""
    assignee = None if body.release else body.assignee or actor.id
    assignment = Assignment(actor, assignee, body.reason)
    async with house.db.read() as session:
        await payments.detail(session, id, participant=actor.bic)
    state = await ask(house, PaymentWorkflow.assign, id, assignment, name=f"assign/{request_name(actor, id, key)}")
    if state is None:
        async with house.db.read() as session:
            check_assignment(assignment, await reviews.case(session, id), datetime.now(UTC))
        raise Unavailable("the review is over, or about to be; look again")
    return ReviewStateShape.model_validate(state)


@router.post(
    "/reviews/{id}/comments",
    status_code=201,
    summary="Comment on a case",
    openapi_extra=takes(Write),
    responses=problems(400, 404, 409, 415, 422),
)
async def comment(
    actor: ReviewsWork, house: House, id: Case, key: IdempotencyKey, body: Annotated[Write, Depends(json_body(Write))]
) -> NoteShape:
    """Words and documents that stay in the house; also on a case that is over."""
    note = _note(NoteKind.COMMENT, actor, id, key, body)
    async with house.db.write() as session:
        review = await _review_of(session, id)
        if await review_notes.write(session, review, note, actor):
            await audit.append(
                session,
                at=note.at,
                actor_id=actor.id,
                actor_role=actor.role,
                action="review.comment",
                subject=id,
                detail={"note": note.id, "sha256": review_notes.fingerprint(note.words, note.attachments)},
            )
        else:
            note = await review_notes.kept(session, note.id)
    return NoteShape.model_validate(note)


@router.post(
    "/payments/{id}/information",
    summary="Answer a reviewer's question",
    openapi_extra=takes(Write),
    responses=problems(400, 404, 409, 415, 422),
)
async def inform(
    actor: PaymentsWrite,
    house: House,
    id: Annotated[PaymentId, Depends(payment_id)],
    key: IdempotencyKey,
    body: Annotated[Write, Depends(json_body(Write))],
) -> InformationShape:
    """What the payment's sender was asked in the event `information_requested`; the review goes on. Only it may answer."""
    async with house.db.read() as session:
        payment = await payments.detail(session, id, participant=actor.bic)
        case = await reviews.case(session, id)
    if actor.bic not in (None, payment.sender_bic):
        raise NotPermitted("only the sender is asked about its payment", payment_id=id)
    note = _note(NoteKind.INFORMATION, actor, id, key, body)
    information = Information(actor, note.id)
    async with house.db.write() as session:
        fresh = await review_notes.write(session, await _review_of(session, id), note, actor)
        if fresh:
            check_information(information, case)  # nothing is kept that nobody waits for
    state = await ask(house, PaymentWorkflow.inform, id, information, name=f"inform/{note.id}")
    if state is None:
        check_information(information, case)
        raise Unavailable("the review is over, or about to be; look again")
    # On whose desk the case is, a bank need not know.
    return InformationShape(payment_id=id, note_id=note.id, review=state.review if actor.bic is None else None)


def _note(kind: NoteKind, actor: Actor, id: PaymentId, key: str | None, body: Write) -> Note:
    """A note whose id repeats with the caller's key, so that it is kept once."""
    name = new_id("note") if key is None else f"note/{kind}/{request_name(actor, id, key)}"
    attachments = tuple(each.reference() for each in body.attachments)
    return Note(name, kind, actor.id, body.text, attachments, datetime.now(UTC))


async def _review_of(session: ReadSession, id: PaymentId) -> str:
    try:
        return (await reviews.of(session, id)).id
    except NotUnderReview as none:
        raise NotFound("no such review", payment_id=id) from none


async def _party(session: ReadSession, id: PaymentId, name: str, account: str | None) -> PartyShape:
    found: PartyHistory = await review_context.history(session, id, name, account)
    earlier: list[dict[str, Any]] = [
        {field: getattr(each, field) for field in each.__slots__} | {"amount": amount(each.amount_minor, each.currency)}
        for each in found.payments
    ]
    return PartyShape(
        name=name, outcomes=found.outcomes, payments=[EarlierShape.model_validate(each) for each in earlier]
    )


def _check(check: Check) -> CheckDetail:
    facts = {field: getattr(check, field) for field in check.__slots__}
    return CheckDetail.model_validate(facts | {"hits": [evidence(hit) for hit in check.hits]})
