"""What a recall does: it withdraws a payment that has not settled, and asks the receiver for one that has."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from api.common.conversation import ask, request_name, start_if_waiting
from api.common.deps import Services
from api.initiation import intake
from api.investigations import returning
from api.investigations.returning import Return
from domain.decision import Actor
from domain.errors import NotCancellable, NotFound, NotPermitted, Unavailable
from domain.ids import new_id
from domain.status import TERMINAL, PaymentStatus
from schema.iso20022.codecs.identity import our_id
from schema.tables.common.session import WriteSession
from schema.tables.payment import payments, recalls
from schema.tables.payment.payments import PaymentView, RawMessage
from schema.tables.payment.recalls import Answer, NewRecall, RecallState, RecallView
from schema.tables.reporting import messages
from settlement.calendars import calendar
from settlement.dates import add_days
from workflows.payloads import ActRequest
from workflows.payment import PaymentWorkflow

FOLLOWS_RECALL: Final = "FOCR"
"""Following a cancellation request (ExternalReturnReason1Code)."""
PAID: Final = frozenset({PaymentStatus.SETTLED, PaymentStatus.COMPLETED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Why a payment is asked back, under which case, and the message that asks, if it was one."""

    reason: str
    text: str | None
    case_id: str | None
    assignment_id: str | None
    message: RawMessage | None


@dataclass(frozen=True, slots=True)
class Word:
    """A receiver's answer, and the message that gave it, if it was one."""

    accepts: bool
    reason: str | None
    text: str | None
    message: RawMessage | None


async def recall(house: Services, actor: Actor, payment: PaymentView, wanted: Wanted) -> RecallView:
    """Open a case, and withdraw the payment while that is possible. A repeat of the case goes on where it stands.

    Raises NotPermitted, AlreadyExists (another case is open), Unavailable.
    """
    if actor.bic not in (None, payment.sender_bic):
        raise NotPermitted("only the sender may recall a payment", payment_id=payment.id)
    opened = await _opened(house, actor, payment, wanted)
    if opened.state is RecallState.OPEN and payment.status not in PAID:
        await _withdraw(house, actor, payment, opened)
    async with house.db.read() as session:
        return await recalls.find(session, opened.id)


async def answer(house: Services, actor: Actor, payment: PaymentView, word: Word) -> RecallView:
    """Close the open case: refuse it, or accept it and take its return in, in one transaction.

    Raises NotPermitted, NotFound (no recall), RecallClosed, NotReturnable.
    """
    if actor.bic not in (None, payment.receiver_bic):
        raise NotPermitted("only the receiver may answer a recall", payment_id=payment.id)
    async with house.db.read() as session:
        cases = await recalls.of(session, payment.id)
    if not cases:
        raise NotFound("the payment has no recall", payment_id=payment.id)
    case = next((each for each in cases if each.state is RecallState.OPEN), cases[-1])
    at = datetime.now(UTC)
    state = RecallState.ACCEPTED if word.accepts else RecallState.REFUSED
    async with house.db.write() as session:
        case = await recalls.held(session, case.id)
        returned = None
        if word.accepts and case.state is RecallState.OPEN:
            returned = await _return(session, house, actor, payment, case)
        if word.message is not None:
            await _keep(session, payment.id, f"answer/{case.id}", payment.receiver_bic, word.message, at)
        return await recalls.answer(session, case.id, Answer(state, actor.id, at, word.reason, word.text, returned))


def term(currency: str, asked_on: date, days: int) -> date | None:
    """The last of so many business days after the day of the request; None where no term is set."""
    return add_days(asked_on, days, calendar(currency)) if days else None


async def _opened(house: Services, actor: Actor, payment: PaymentView, wanted: Wanted) -> RecallView:
    recall_id, at = new_id("rcl"), datetime.now(UTC)
    case_id = wanted.case_id or our_id(recall_id)
    async with house.db.write() as session:
        opened = await recalls.open(
            session,
            NewRecall(
                recall_id,
                payment.id,
                case_id,
                wanted.assignment_id or case_id,
                wanted.reason,
                wanted.text,
                actor.id,
                at,
                term(payment.currency, at.date(), house.settings.recall_answer_days),
            ),
        )
        if wanted.message is not None and opened.id == recall_id:
            await _keep(session, payment.id, f"recall/{recall_id}", payment.sender_bic, wanted.message, at)
    return opened


async def _withdraw(house: Services, actor: Actor, payment: PaymentView, case: RecallView) -> None:
    """Ask the payment's workflow to stop; its last step closes the case in the same transaction."""
    request = ActRequest(actor, f"recalled: {case.reason}")
    name = f"cancel/{request_name(actor, payment.id, case.id)}"
    try:
        state = await ask(house, PaymentWorkflow.cancel, payment.id, request, name=name)
        if state is None and await start_if_waiting(house, payment.id):
            await ask(house, PaymentWorkflow.cancel, payment.id, request, name=name)
    except NotCancellable:
        return  # it settles: the receiver is asked
    async with house.db.write() as session:
        standing = await payments.detail(session, payment.id)
        if standing.status in TERMINAL and standing.status not in PAID:
            # Stopped before the case was open: there is nothing left to ask anybody.
            await recalls.settle_stopped(session, payment.id, actor.id, datetime.now(UTC))
        elif standing.status not in PAID:
            raise Unavailable("the payment is just being started; ask again")


async def _return(
    session: WriteSession, house: Services, actor: Actor, payment: PaymentView, case: RecallView
) -> str | None:
    """Take the return of an accepted recall in; None when all was returned before."""
    left = await payments.left_to_return(session, payment.id)
    if not left.minor:
        return None
    wanted = Return(left, FOLLOWS_RECALL, f"recall {case.case_id} accepted", method=payment.method)
    submitted = returning.ordered(payment, wanted, RawMessage("recall", case.id.encode()))
    return await intake.put(session, house, actor, submitted)


async def _keep(
    session: WriteSession, payment_id: str, identity: str, audience: str, message: RawMessage, at: datetime
) -> None:
    await messages.add(
        session,
        payment_id,
        identity=identity,
        audience=audience,
        message_type=message.message_type,
        raw=message.raw,
        at=at,
    )
