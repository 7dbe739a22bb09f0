"""The life of one payment, from intake to its end."""

import asyncio
from contextlib import suppress
from typing import Final

from temporalio import workflow

from activities.payments import PaymentActivities, Stop
from activities.rescreening import ListNews
from activities.screening import ScreeningActivities, ScreeningRequest
from activities.settlement import Settled, Unpayable
from domain.decision import Actor, Decision, Permission, Role, Verdict
from domain.errors import NotCancellable, NotParked, Refused
from domain.reason import Reason
from domain.review import Assignment, Information, Word
from domain.status import TERMINAL, PaymentStatus
from workflows import failures
from workflows.acts import Asked
from workflows.course import Course, PulledBack, Stopped
from workflows.cut_off import NextDay, reject_if_late
from workflows.payloads import Act, ActRequest, PaymentInput, PaymentOutcome, PaymentVerdict, WorkflowState
from workflows.steps import Stubborn
from workflows.warehouse import Warehouse
from workflows.ways import way_of

S = PaymentStatus

TEMPORAL: Final = Actor("temporal", Role.OPERATOR)
"""Who acts when somebody presses "cancel" in the Temporal UI, which does not tell us who."""
TOO_LATE: Final = frozenset({S.SETTLING, S.SETTLED}) | TERMINAL
UNDER_WAY: Final = frozenset({S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED}) | TERMINAL


@workflow.defn(name="Payment")
class PaymentWorkflow(Stubborn):
    """Walks one payment through its statuses; people act on it by update, machines by signal."""

    @workflow.init
    def __init__(self, payment: PaymentInput) -> None:
        self._course = Course(payment, way_of(payment))
        self._warehouse = Warehouse(self._course)

    @workflow.run
    async def run(self, payment: PaymentInput) -> PaymentOutcome:
        """The payment's story, which nothing but its own end stops.

        Cancelling the workflow itself (from the Temporal UI) is heard as a request to withdraw the payment.
        """
        story = asyncio.create_task(self._story())
        while True:
            try:
                return await asyncio.shield(story)
            except asyncio.CancelledError:
                # A worker that lets go of the workflow cancels the story as well; then this must end too.
                if story.cancelling() or story.cancelled():
                    raise
                self._heard_cancellation()

    async def _story(self) -> PaymentOutcome:
        """Every step is safe to repeat, so the story may be told again from its start."""
        course = self._course
        try:
            await self._validate()
            await self._screen_and_pay()
        except Stopped as stopped:
            await course.record_end(stopped.end)
        course.answer_latecomer()
        course.show_status()
        await workflow.wait_condition(workflow.all_handlers_finished)
        while course.pulled is not None:
            await course.close_pull_backs()
        return PaymentOutcome(course.status, course.reasons)

    # The story, step by step

    async def _validate(self) -> None:
        course = self._course
        checked = await course.step(PaymentActivities.validate, course.id, "Check participants and accounts")
        course.day = checked
        course.advance(S.VALIDATED)

    async def _screen_and_pay(self) -> None:
        """When a change of a list pulls the payment back, it is screened and paid in another turn."""
        while True:
            with suppress(PulledBack):
                await self._screen()
                await self._pay_on_its_day()
                return

    async def _pay_on_its_day(self) -> None:
        """When its day ends while it still waits in a queue, it is paid on another; but not when its time is over."""
        course = self._course
        while True:
            with suppress(NextDay):
                await self._warehouse.keep()
                await course.lists_at_rest()
                await reject_if_late(course, workflow.now())
                await course.way.pay(course)
                return

    async def _screen(self) -> None:
        course, terms = self._course, self._course.payment.terms
        request = ScreeningRequest(course.id, terms.escalate_after_s, terms.expire_after_s, course.turn)
        found = await course.step(ScreeningActivities.screen, request, "Screen every name against the lists")
        course.advance(S.SCREENED)
        course.watchful, course.screened_at, course.takes_over = found.watchful, found.at, found.takes_over
        if found.review is None:
            return
        course.at, course.waited = "review", True
        course.show_status()
        verdict = await course.review.verdict(found)
        if course.review.interrupted:
            course.pull_back()
        if verdict is None and course.acts.pending is not None:
            if not course.turn:
                raise course.cancelled()
            await course.withdraw_if_asked()
        elif verdict is not Verdict.APPROVE:
            if not course.turn or await course.release():
                # The sender learns a regulatory reason and nothing of the list, whoever or whatever refused.
                raise Stopped(Stop(course.id, S.REJECTED, (Reason.RR04,), "refused for regulatory reasons"))
            await course.close_pull_backs(refused=True)

    # What people ask

    def _heard_cancellation(self) -> None:
        with suppress(Refused):
            self._check_cancel(ActRequest(TEMPORAL, "cancelled in Temporal"))
            self._course.acts.pending = Asked(Act.CANCEL, ActRequest(TEMPORAL, "cancelled in Temporal"))

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
            self._course.review.admit(decision)

    @assign.validator
    def _may_assign(self, assignment: Assignment) -> None:
        with failures.answered_by_code():
            self._course.review.admit(assignment)

    @inform.validator
    def _may_inform(self, information: Information) -> None:
        with failures.answered_by_code():
            self._course.review.admit(information)

    async def _review_act(self, word: Word) -> WorkflowState:
        info = workflow.current_update_info()
        assert info is not None, "an update knows its id"
        await self._course.review.take(info.id, word)
        return self.state()

    @workflow.update
    async def cancel(self, request: ActRequest) -> WorkflowState:
        """Withdraw the payment before settlement."""
        await self._course.acts.ask(Act.CANCEL, request)
        return self.state()

    @cancel.validator
    def _may_cancel(self, request: ActRequest) -> None:
        with failures.answered_by_code():
            self._check_cancel(request)

    def _check_cancel(self, request: ActRequest) -> None:
        request.actor.require(Permission.PAYMENTS_WRITE)
        course = self._course
        if course.settled is not None or course.status in TOO_LATE:
            raise NotCancellable(f"the payment is {course.status}", status=str(course.status))
        course.acts.require_free()

    @workflow.update
    async def release(self, request: ActRequest) -> WorkflowState:
        """Let a payment that waits for its settlement day go today, whatever the hour."""
        await self._warehouse.release(request)
        return self.state()

    @release.validator
    def _may_release(self, request: ActRequest) -> None:
        with failures.answered_by_code():
            self._warehouse.admit_release(request)

    @workflow.update
    async def redrive(self, request: ActRequest) -> WorkflowState:
        """Try the step again at which the payment parked."""
        await self._course.acts.ask(Act.REDRIVE, request)
        return self.state()

    @workflow.update
    async def abandon(self, request: ActRequest) -> WorkflowState:
        """Give a parked payment up and release its funds."""
        await self._course.acts.ask(Act.ABANDON, request)
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
            if self._course.parked is None:
                raise NotParked("the payment is not a dead letter")
            self._course.acts.require_free()

    @workflow.update
    async def verdict(self) -> PaymentVerdict:
        """The first word on the payment; comes at once when it is known, otherwise as soon as it is."""
        course = self._course
        await workflow.wait_condition(
            lambda: (
                course.status in UNDER_WAY
                or course.review.open
                or course.parked is not None
                or self._warehouse.waiting
                or course.at_breath
            )
        )
        parked, waiting = course.parked is not None, self._warehouse.waiting
        return PaymentVerdict(course.status, course.reasons, course.review.open, parked, waiting)

    # What machines tell

    @workflow.signal
    async def review(self, decision: Decision) -> None:
        """A decision from the Temporal UI or command line; the rule is that of `decide`."""
        await self._course.review.signalled(decision)

    @workflow.signal
    def settled(self, news: Settled) -> None:
        """The payment's batch is final."""
        self._course.settled = self._course.settled or news

    @workflow.signal
    def unpayable(self, news: Unpayable) -> None:
        """An account that the payment needs was closed while it was queued."""
        self._course.unpayable = news

    @workflow.signal
    def lists_changed(self, news: ListNews) -> None:
        """A list has changed, and the payment must be screened again before it settles."""
        self._course.lists_changed(news)

    @workflow.query
    def state(self) -> WorkflowState:
        """Where the payment is, for diagnosis."""
        course = self._course
        case, letter, insisted = course.review.case, course.parked, self.insists_on
        return WorkflowState(
            status=course.status,
            step=course.at,
            review=str(case.state) if case else None,
            parked_step=letter.step if letter else None,
            parked_code=letter.code if letter else None,
            parked_message=letter.message if letter else None,
            attempts=letter.attempts if letter else 0,
            approvals=len(case.approved_by) if case else 0,
            approvals_needed=case.approvals_needed if case else 0,
            ring_fenced=course.review.ring_fenced,
            insists_on=insisted.step if insisted else None,
            insisted_failures=insisted.failures if insisted else 0,
            insisted_code=insisted.code if insisted else None,
            insisted_message=insisted.message if insisted else None,
        )
