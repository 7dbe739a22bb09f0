"""A payment's course: steps that repair themselves or end it, waits in which people are heard, and its end."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NoReturn, Protocol, TypeVar

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

from activities.dead_letters import DeadLetter, DeadLetterActivities, Repair
from activities.failures import Consequence
from activities.ledger import LedgerActivities, Reservation
from activities.payments import PaymentActivities, Stop
from activities.rescreening import Closing, ListNews, RescreeningActivities
from activities.settlement import Settled, Unpayable
from activities.value_dates import SettlementDay
from domain.errors import NotCancellable
from domain.reason import Reason
from domain.status import PaymentStatus, advance
from domain.turns import in_turn
from workflows import attributes, failures, steps
from workflows.acts import Acts
from workflows.failures import StepFailure
from workflows.payloads import Act, PaymentInput
from workflows.review import Review
from workflows.steps import Step

P = TypeVar("P")
R = TypeVar("R")
S = PaymentStatus
LEAVE_AGAIN: Final = (timedelta(seconds=1), timedelta(minutes=1))
"""How soon, and in the end how often, a payment that is being settled tries to leave: its batch may defer it."""
A_MOMENT: Final = timedelta(seconds=1)
"""How often a payment that could be paid looks whether a list's change has been followed up."""


class Stopped(Exception):
    """Leaves the story for its end."""

    def __init__(self, end: Stop) -> None:
        super().__init__(end.text)
        self.end = end


class PulledBack(Exception):
    """Leaves the story for another screening: a list has changed, and the payment has left its queue."""


class Way(Protocol):
    """How payments of one settlement method are paid. Every step is safe to repeat, so `pay` may be told again.

    `stays_overnight`: whether what waits in its queue may stay there while its currency is closed.
    """

    stays_overnight: bool

    async def pay(self, course: "Course") -> None:
        """Take the payment from screened to completed. Raises Stopped."""

    async def leave(self, course: "Course", *, back: bool = False) -> bool:
        """Take the payment out of whatever queue it waits in; False when it is too late and it will settle.

        `back`: only to be screened again; it may be paid afterwards.
        """


class Course:
    """Where one payment is, and what carries it on."""

    def __init__(self, payment: PaymentInput, way: Way) -> None:
        self.payment = payment
        self.id: Final = payment.payment_id
        self.way: Final = way
        self.status = S.INITIATED
        self.at = "start"
        self.acts: Final = Acts()
        self.review: Final = Review(payment.payment_id, payment.submitted_by, payment.terms, self.acts)
        self.parked: DeadLetter | None = None
        self.settled: Settled | None = payment.settled
        self.unpayable: Unpayable | None = payment.unpayable
        self.heard: Unpayable | None = None
        """What it was told of that before, and could not leave its queue."""
        self.turn = payment.turn
        self.hold_turn = payment.hold_turn
        self.pulled: ListNews | None = payment.pulled
        self.rolled = payment.rolled
        self.patience = payment.patience
        """How long it may still wait for liquidity, if it had to on this day."""
        self.day: SettlementDay | None = None
        """Its settlement day. Without one it was validated before there were any."""
        self.waited = False
        """Whether the payment has waited since it was screened, so that a list may have changed."""
        self.watchful = False
        """Whether it asks, after such a wait, if one is just changing."""
        self.takes_over = False
        """Whether a list's change that pulls it back ends its turn; not so of one that was screened before there was that."""
        self.screened_at: datetime | None = None
        self.reasons: tuple[str, ...] = ()
        self.at_breath = False
        """Whether it is about to begin a new history."""
        self._passed = {S.INITIATED}

    @property
    def reservation(self) -> Reservation:
        """The funds that the payment takes."""
        return Reservation(
            payment_id=self.id,
            debtor_bic=self.payment.sender_bic,
            creditor_bic=self.payment.receiver_bic,
            currency=self.payment.currency,
            amount_minor=self.payment.amount_minor,
            screened_at=self.screened_at,
            hold_turn=self.hold_turn,
        )

    @property
    def name(self) -> str:
        """What the ledger calls the payment in this turn."""
        return in_turn(self.id, self.hold_turn)

    @property
    def entries(self) -> int:
        """How often the payment has left its queue to come back: for another screening, or for its next day."""
        return self.turn + self.rolled

    @property
    def has_word(self) -> bool:
        """Whether its queue has said what becomes of the payment, beside what was heard before."""
        return self.settled is not None or self.unpayable is not self.heard

    # How it goes on

    async def step(self, step: Step[P, R], arg: P, summary: str, *, on_ledger: bool = False) -> R:
        """One step of the story: ends the payment when the business says no, parks it when something is broken."""
        self.at = step.__name__
        queue = self.payment.terms.ledger_task_queue if on_ledger else None
        while True:
            await self.withdraw_if_asked()
            await self.heed_lists()
            try:
                return await steps.run(step, arg, summary, task_queue=queue)
            except failures.STEP_FAILED as error:
                failure = failures.read(error)
            if failure is None:
                await self.breathe()
            elif failure.consequence is Consequence.REJECT and await self._gives_back():
                raise Stopped(Stop(self.id, S.REJECTED, failure.reasons, failure.message))
            else:
                await self._repair(self.at, failure)
                self.waited = True
                await self.breathe()
                await self.lists_at_rest()

    async def _gives_back(self) -> bool:
        """Whether a refused payment holds nothing: one that comes back to its queue may have been set aside before."""
        return not self.entries or await self.release()

    async def until(self, ready: Callable[[], bool], at: str, deadline: datetime | None = None) -> bool:
        """Wait for news, the one way in which a payment waits; False when the deadline came first.

        Meanwhile it can be withdrawn: that ends the story. And a change of a list can pull it back; a payment that cannot
        leave its queue because it is being settled tries again, for it may be deferred.
        """
        self.at = at
        if not ready():
            self.waited = True
            self.show_status()
        again: timedelta | None = None
        while not ready():
            left = None if deadline is None else max(deadline - workflow.now(), timedelta(0))
            with suppress(TimeoutError):  # news that comes in the very moment still counts
                await workflow.wait_condition(
                    partial(self._has_news, ready, heeded=again is not None),
                    timeout=min((limit for limit in (left, again) if limit is not None), default=None),
                    timeout_summary=at,
                )
            await self.withdraw_if_asked()
            if not ready():
                await self.heed_lists()
                again = None if self.pulled is None else min(2 * again, LEAVE_AGAIN[1]) if again else LEAVE_AGAIN[0]
                if again is not None and self.takes_over:  # screened by a worker that began anew here, as we do
                    await self.breathe()
                if deadline is not None and workflow.now() >= deadline:
                    return False
        return True

    def _has_news(self, ready: Callable[[], bool], *, heeded: bool) -> bool:
        return ready() or self.acts.pending is not None or (self.pulled is not None and not heeded)

    def advance(self, *statuses: PaymentStatus) -> None:
        """Take these steps, but for those that were taken when this part of the story was told before."""
        for status in statuses:
            if status not in self._passed:
                self.status = advance(self.status, status)
                self._passed.add(status)

    def show_status(self, beside: str = "") -> None:
        """Show operators where the payment stands, when it is about to wait or to end."""
        shown: list[SearchAttributeUpdate[Any]] = [attributes.STATUS.value_set(f"{self.status}{beside}")]
        if self.settled is not None:
            shown.append(attributes.BATCH.value_set(self.settled.batch_id))
        workflow.upsert_search_attributes(shown)

    # When a list changes

    def lists_changed(self, news: ListNews) -> None:
        """A list has changed, and the payment must be screened again unless it is too late."""
        self.pulled, self.review.pulled = news, True

    async def heed_lists(self) -> None:
        """Leave the queue for another screening when the payment was told so. Raises PulledBack."""
        if self.pulled is None or S.SCREENED not in self._passed or self.settled is not None:
            return
        if await self.way.leave(self, back=True) and await self._end_turn():
            self.pull_back()

    async def _end_turn(self) -> bool:
        """Have what is set aside for the payment in its next turn; False when it was paid just before it left."""
        if not self.takes_over:
            return True
        queue = self.payment.terms.ledger_task_queue
        step, summary = LedgerActivities.take_over, "Take its funds over into another turn"
        taken = await steps.insist(step, self.name, summary, task_queue=queue)
        if taken.moved:
            return False
        self.hold_turn += 1
        return True

    def pull_back(self) -> NoReturn:
        """Begin another turn: the payment is in no queue now. Raises PulledBack."""
        self.pulled, self.review.pulled, self.waited = None, False, False
        self.turn += 1
        raise PulledBack

    async def lists_at_rest(self) -> None:
        """Let a change of a list that is just being followed up reach the payment. Raises PulledBack."""
        if not (self.watchful and self.waited):
            return
        at = self.at
        # Told and still here: it is too late to leave, and there is nothing to wait for.
        while self.pulled is None and await self.step(
            RescreeningActivities.lists_changing, self.id, "Does a list change?"
        ):
            await self._a_moment()
        self.at = at

    async def unless_barred(self, step: Step[P, bool | None], arg: P, summary: str) -> None:
        """Pay by a step of the ledger; one that says that a list is changing is tried again. Raises PulledBack."""
        while await self.step(step, arg, summary, on_ledger=True):
            await self._a_moment()

    async def _a_moment(self) -> None:
        """Wait a little for the list that changes; that may take so long that the history grows."""
        await self.until(lambda: False, "list change", workflow.now() + A_MOMENT)
        await self.breathe()

    async def close_pull_backs(self, *, refused: bool = False) -> None:
        """Put on record that the payment is over, or was paid although it was refused in the end."""
        self.pulled, self.review.pulled = None, False
        closing = Closing(self.id, refused)
        await steps.insist(RescreeningActivities.close_pull_backs, closing, "A list's change comes too late")

    # How it ends unpaid

    async def record_end(self, end: Stop) -> None:
        """Put the end on record and answer whoever asked for it."""
        await steps.insist(PaymentActivities.stop, end, f"Record: {end.status}")
        self.advance(end.status)
        self.reasons = end.reasons
        if self.acts.pending is not None and end.status in (S.CANCELLED, S.FAILED):
            self.acts.grant()

    def answer_latecomer(self) -> None:
        """Whoever asked while the last step ran must be answered, or the workflow would wait for it for ever."""
        if self.acts.pending is not None:
            self.acts.refuse(NotCancellable(f"the payment is {self.status}", status=str(self.status)))

    async def withdraw_if_asked(self) -> None:
        """End the payment when somebody asked for it and it is not too late."""
        if self.acts.pending is None:
            return
        if await self.release():
            raise self.cancelled()
        self.acts.refuse(NotCancellable("its money is on its way; ask for a return instead"))

    async def release(self) -> bool:
        """Leave the queue and give reserved funds back; False when it is too late and the payment can only go forward."""
        if self.settled is not None or not await self.way.leave(self):
            return False
        queue = self.payment.terms.ledger_task_queue
        released = await steps.insist(LedgerActivities.release, self.name, "Release the funds", task_queue=queue)
        return not released.moved

    def cancelled(self) -> Stopped:
        """The end of a payment that somebody withdrew."""
        assert self.acts.pending is not None, "somebody asked for it"
        request = self.acts.pending.request
        said, actor = request.comment or "cancelled", request.actor
        return Stopped(Stop(self.id, S.CANCELLED, (Reason.CUST,), said, actor.id, actor.role))

    # Repair

    async def _repair(self, step_name: str, failure: StepFailure) -> None:
        """Park as a dead letter until an operator redrives it (returns) or gives it up."""
        self.parked = DeadLetter(self.id, step_name, failure.code, failure.message, failure.attempts)
        await steps.insist(DeadLetterActivities.park, self.parked, f"Park: {failure.code} in {step_name}")
        self.show_status(":parked")
        while True:
            await workflow.wait_condition(lambda: self.acts.pending is not None)
            asked = self.acts.pending
            assert asked is not None, "woken by a request"
            gives_up = asked.act is not Act.REDRIVE
            if gives_up and not await self.release():
                self.acts.refuse(NotCancellable("the money has been paid already; redrive the payment"))
                continue
            repair = Repair(self.id, "abandon" if gives_up else "redrive", asked.request.actor, asked.request.comment)
            await steps.insist(DeadLetterActivities.resolve_dead_letter, repair, f"Dead letter: {repair.act}")
            if asked.act is Act.CANCEL:
                raise self.cancelled()
            if asked.act is Act.ABANDON:
                text = asked.request.comment or f"abandoned in repair: {failure.code}"
                raise Stopped(Stop(self.id, S.FAILED, (Reason.TS04,), text, asked.request.actor.id))
            self.parked = None
            self.acts.grant()
            return

    async def breathe(self) -> None:
        """Begin a new history when this one has grown long; every step answers a repeat as it did before.

        Whoever waits for the payment's word must have it first, for it waits for them.
        """
        if workflow.info().is_continue_as_new_suggested():
            self.at_breath = True
            while self.acts.pending is not None or not workflow.all_handlers_finished():
                await self.withdraw_if_asked()
                await workflow.wait_condition(lambda: self.acts.pending is not None or workflow.all_handlers_finished())
            told = replace(self.payment, settled=self.settled, unpayable=self.unpayable, pulled=self.pulled)
            told = replace(told, turn=self.turn, hold_turn=self.hold_turn, rolled=self.rolled, patience=self.patience)
            workflow.continue_as_new(told)
