"""The life of one payment, from intake to its end."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, TypeVar

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

from activities.dead_letters import DeadLetter, DeadLetterActivities, Repair
from activities.failures import Consequence
from activities.ledger import LedgerActivities, QueueEntry, Reservation
from activities.payments import Completion, PaymentActivities, Stop
from activities.screening import ScreeningActivities, ScreeningRequest
from activities.settlement import Settled, SettlementActivities
from domain.decision import Actor, Decision, Permission, Role, Verdict
from domain.errors import NotCancellable, NotParked, Refused
from domain.payment import SettlementMethod
from domain.reason import Reason
from domain.review import Assignment, Information, Word
from domain.status import TERMINAL, PaymentStatus, advance
from workflows import attributes, failures, steps
from workflows.acts import Acts, Asked
from workflows.failures import StepFailure
from workflows.payloads import Act, ActRequest, PaymentInput, PaymentOutcome, PaymentVerdict, WorkflowState
from workflows.review import Review
from workflows.steps import Step

P = TypeVar("P")
R = TypeVar("R")
S = PaymentStatus

TEMPORAL: Final = Actor("temporal", Role.OPERATOR)
"""Who acts when somebody presses "cancel" in the Temporal UI, which does not tell us who."""
UNDER_WAY: Final = frozenset({S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED}) | TERMINAL


@workflow.defn(name="Payment")
class PaymentWorkflow:
    """Walks one payment through its statuses; people act on it by update, machines by signal."""

    @workflow.init
    def __init__(self, payment: PaymentInput) -> None:
        self._payment = payment
        self._id = payment.payment_id
        self._status = S.INITIATED
        self._at = "start"
        self._acts = Acts()
        self._review = Review(payment.payment_id, payment.submitted_by, payment.terms, self._acts)
        self._parked: DeadLetter | None = None
        self._settled: Settled | None = payment.settled
        self._reasons: tuple[str, ...] = ()

    @workflow.run
    async def run(self, payment: PaymentInput) -> PaymentOutcome:
        """The payment's story, which nothing but its own end stops.

        Cancelling the workflow itself (from the Temporal UI) is heard as a request to withdraw the payment.
        """
        story = asyncio.create_task(self._story(payment))
        while True:
            try:
                return await asyncio.shield(story)
            except asyncio.CancelledError:
                # A worker that lets go of the workflow cancels the story as well; then this must end too.
                if story.cancelling() or story.cancelled():
                    raise
                self._heard_cancellation()

    async def _story(self, payment: PaymentInput) -> PaymentOutcome:
        """Every step is safe to repeat, so the story may be told again from its start."""
        try:
            await self._validate()
            await self._screen()
            await (self._pay_gross() if payment.method is SettlementMethod.GROSS else self._pay_net())
        except _Stopped as stopped:
            await self._record_end(stopped.end)
        self._answer_latecomer()
        self._show_status()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return PaymentOutcome(self._status, self._reasons)

    # The story, step by step

    async def _validate(self) -> None:
        await self._step(PaymentActivities.validate, self._id, "Check participants and accounts")
        self._advance(S.VALIDATED)

    async def _screen(self) -> None:
        terms = self._payment.terms
        request = ScreeningRequest(self._id, terms.escalate_after_s, terms.expire_after_s)
        found = await self._step(ScreeningActivities.screen, request, "Screen every name against the lists")
        self._advance(S.SCREENED)
        if found.review is None:
            return
        self._at = "review"
        self._show_status()
        verdict = await self._review.verdict(found)
        if verdict is None and self._acts.pending is not None:
            raise self._cancelled()
        if verdict is not Verdict.APPROVE:
            # The sender learns a regulatory reason and nothing of the list, whoever or whatever refused.
            raise _Stopped(Stop(self._id, S.REJECTED, (Reason.RR04,), "refused for regulatory reasons"))

    async def _pay_gross(self) -> None:
        await self._step(LedgerActivities.pay_gross, self._reservation(), "Reserve and pay at once", on_ledger=True)
        self._advance(S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED)

    async def _pay_net(self) -> None:
        terms = self._payment.terms
        entry = QueueEntry(self._reservation(), terms.window_s, terms.ledger_task_queue)
        await self._step(LedgerActivities.queue_net, entry, "Reserve, and queue for the next window", on_ledger=True)
        self._advance(S.APPROVED, S.QUEUED)
        settled = await self._finality()
        done = Completion(self._id, settled.batch_id, settled.closed_at, settled.final_at)
        await self._step(PaymentActivities.complete, done, "Complete")
        self._advance(S.SETTLING, S.SETTLED, S.COMPLETED)

    def _reservation(self) -> Reservation:
        return Reservation(
            payment_id=self._id,
            debtor_bic=self._payment.sender_bic,
            creditor_bic=self._payment.receiver_bic,
            currency=self._payment.currency,
            amount_minor=self._payment.amount_minor,
        )

    async def _finality(self) -> Settled:
        """Wait for the batch. Until its window closes the payment can be withdrawn."""
        self._at = "settlement window"
        if self._settled is None:
            self._show_status()
        while self._settled is None:
            await workflow.wait_condition(lambda: self._settled is not None or self._acts.pending is not None)
            await self._withdraw_if_asked()
        return self._settled

    async def _record_end(self, end: Stop) -> None:
        await steps.insist(PaymentActivities.stop, end, f"Record: {end.status}")
        self._advance(end.status)
        self._reasons = end.reasons
        if self._acts.pending is not None and end.status in (S.CANCELLED, S.FAILED):
            self._acts.grant()

    def _answer_latecomer(self) -> None:
        """Whoever asked while the last step ran must be answered, or the workflow would wait for it for ever."""
        if self._acts.pending is not None:
            self._acts.refuse(NotCancellable(f"the payment is {self._status}", status=str(self._status)))

    # Failure and repair

    async def _step(self, step: Step[P, R], arg: P, summary: str, *, on_ledger: bool = False) -> R:
        """One step of the story: ends the payment when the business says no, parks it when something is broken."""
        self._at = step.__name__
        queue = self._payment.terms.ledger_task_queue if on_ledger else None
        while True:
            await self._withdraw_if_asked()
            try:
                return await steps.run(step, arg, summary, task_queue=queue)
            except failures.STEP_FAILED as error:
                failure = failures.read(error)
            if failure is None:
                await self._breathe()
            elif failure.consequence is Consequence.REJECT:
                raise _Stopped(Stop(self._id, S.REJECTED, failure.reasons, failure.message))
            else:
                await self._repair(self._at, failure)
                await self._breathe()

    async def _repair(self, step_name: str, failure: StepFailure) -> None:
        """Park as a dead letter until an operator redrives it (returns) or gives it up."""
        self._parked = DeadLetter(self._id, step_name, failure.code, failure.message, failure.attempts)
        await steps.insist(DeadLetterActivities.park, self._parked, f"Park: {failure.code} in {step_name}")
        self._show_status(":parked")
        while True:
            await workflow.wait_condition(lambda: self._acts.pending is not None)
            asked = self._acts.pending
            assert asked is not None, "woken by a request"
            gives_up = asked.act is not Act.REDRIVE
            if gives_up and not await self._release():
                self._acts.refuse(NotCancellable("the money has been paid already; redrive the payment"))
                continue
            repair = Repair(self._id, "abandon" if gives_up else "redrive", asked.request.actor, asked.request.comment)
            await steps.insist(DeadLetterActivities.resolve_dead_letter, repair, f"Dead letter: {repair.act}")
            if asked.act is Act.CANCEL:
                raise self._cancelled()
            if asked.act is Act.ABANDON:
                text = asked.request.comment or f"abandoned in repair: {failure.code}"
                raise _Stopped(Stop(self._id, S.FAILED, (Reason.TS04,), text, asked.request.actor.id))
            self._parked = None
            self._acts.grant()
            return

    async def _withdraw_if_asked(self) -> None:
        if self._acts.pending is None:
            return
        if await self._release():
            raise self._cancelled()
        self._acts.refuse(NotCancellable("its money is on its way; ask for a return instead"))

    async def _release(self) -> bool:
        """Leave the queue and give reserved funds back; False when it is too late and the payment can only go forward."""
        if self._settled is not None:
            return False
        if self._payment.method is SettlementMethod.NET and not await steps.insist(
            SettlementActivities.leave_queue, self._id, "Leave the queue"
        ):
            return False
        queue = self._payment.terms.ledger_task_queue
        released = await steps.insist(LedgerActivities.release, self._id, "Release the funds", task_queue=queue)
        return not released.moved

    async def _breathe(self) -> None:
        """Begin a new history when this one has grown long; every step answers a repeat as it did before."""
        if workflow.info().is_continue_as_new_suggested():
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(replace(self._payment, settled=self._settled))

    def _cancelled(self) -> "_Stopped":
        assert self._acts.pending is not None, "somebody asked for it"
        request = self._acts.pending.request
        return _Stopped(Stop(self._id, S.CANCELLED, (Reason.CUST,), request.comment or "cancelled", request.actor.id))

    def _show_status(self, beside: str = "") -> None:
        """Show operators where the payment stands, when it is about to wait or to end."""
        shown: list[SearchAttributeUpdate[Any]] = [attributes.STATUS.value_set(f"{self._status}{beside}")]
        if self._settled is not None:
            shown.append(attributes.BATCH.value_set(self._settled.batch_id))
        workflow.upsert_search_attributes(shown)

    def _advance(self, *statuses: PaymentStatus) -> None:
        for status in statuses:
            self._status = advance(self._status, status)

    # What people ask

    def _heard_cancellation(self) -> None:
        with suppress(Refused):
            self._check_cancel(ActRequest(TEMPORAL, "cancelled in Temporal"))
            self._acts.pending = Asked(Act.CANCEL, ActRequest(TEMPORAL, "cancelled in Temporal"))

    @workflow.update
    async def decide(self, decision: Decision) -> WorkflowState:
        """Approve or reject a held payment, escalate it, or ask its sender something."""
        return await self._review_act(decision)

    @workflow.update
    async def assign(self, assignment: Assignment) -> WorkflowState:
        """Put a held payment on a reviewer's desk, or back into the queue."""
        return await self._review_act(assignment)

    @workflow.update
    async def inform(self, information: Information) -> WorkflowState:
        """The sender answers what it was asked; the review is open again."""
        return await self._review_act(information)

    @decide.validator
    def _may_decide(self, decision: Decision) -> None:
        with failures.answered_by_code():
            self._review.admit(decision)

    @assign.validator
    def _may_assign(self, assignment: Assignment) -> None:
        with failures.answered_by_code():
            self._review.admit(assignment)

    @inform.validator
    def _may_inform(self, information: Information) -> None:
        with failures.answered_by_code():
            self._review.admit(information)

    async def _review_act(self, word: Word) -> WorkflowState:
        info = workflow.current_update_info()
        assert info is not None, "an update knows its id"
        await self._review.take(info.id, word)
        return self.state()

    @workflow.update
    async def cancel(self, request: ActRequest) -> WorkflowState:
        """Withdraw the payment before settlement."""
        await self._acts.ask(Act.CANCEL, request)
        return self.state()

    @cancel.validator
    def _may_cancel(self, request: ActRequest) -> None:
        with failures.answered_by_code():
            self._check_cancel(request)

    def _check_cancel(self, request: ActRequest) -> None:
        request.actor.require(Permission.PAYMENTS_WRITE)
        if self._status in (S.SETTLING, S.SETTLED) or self._status in TERMINAL or self._settled is not None:
            raise NotCancellable(f"the payment is {self._status}", status=str(self._status))
        self._acts.require_free()

    @workflow.update
    async def redrive(self, request: ActRequest) -> WorkflowState:
        """Try the step again at which the payment parked."""
        await self._acts.ask(Act.REDRIVE, request)
        return self.state()

    @workflow.update
    async def abandon(self, request: ActRequest) -> WorkflowState:
        """Give a parked payment up and release its funds."""
        await self._acts.ask(Act.ABANDON, request)
        return self.state()

    @redrive.validator
    def _may_redrive(self, request: ActRequest) -> None:
        self._may_repair(request)

    @abandon.validator
    def _may_abandon(self, request: ActRequest) -> None:
        self._may_repair(request)

    def _may_repair(self, request: ActRequest) -> None:
        with failures.answered_by_code():
            request.actor.require(Permission.REPAIR)
            if self._parked is None:
                raise NotParked("the payment is not a dead letter")
            self._acts.require_free()

    @workflow.update
    async def verdict(self) -> PaymentVerdict:
        """The first word on the payment; comes at once when it is known, otherwise as soon as it is."""
        await workflow.wait_condition(
            lambda: self._status in UNDER_WAY or self._review.open or self._parked is not None
        )
        return PaymentVerdict(self._status, self._reasons, self._review.open, self._parked is not None)

    # What machines tell

    @workflow.signal
    async def review(self, decision: Decision) -> None:
        """A decision from the Temporal UI or command line; the rule is that of `decide`."""
        await self._review.signalled(decision)

    @workflow.signal
    def settled(self, news: Settled) -> None:
        """The payment's batch is final."""
        self._settled = self._settled or news

    @workflow.query
    def state(self) -> WorkflowState:
        """Where the payment is, for diagnosis."""
        case, letter = self._review.case, self._parked
        return WorkflowState(
            status=self._status,
            step=self._at,
            review=str(case.state) if case else None,
            parked_step=letter.step if letter else None,
            parked_code=letter.code if letter else None,
            parked_message=letter.message if letter else None,
            attempts=letter.attempts if letter else 0,
            approvals=len(case.approved_by) if case else 0,
            approvals_needed=case.approvals_needed if case else 0,
            ring_fenced=self._review.ring_fenced,
        )


class _Stopped(Exception):
    """Leaves the story for its end."""

    def __init__(self, end: Stop) -> None:
        super().__init__(end.text)
        self.end = end
