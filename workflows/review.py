"""The review of one held payment: a first term, escalation, a last term, refusal."""

from contextlib import suppress
from datetime import timedelta

from temporalio import workflow

from activities.reviews import DecisionRecord, IgnoredDecision, ReviewActivities
from activities.screening import Screened
from domain.decision import Decision, ReviewCase, ReviewState, Verdict, check_decision
from domain.errors import AlreadyDecided, DelTranError
from workflows import attributes, steps
from workflows.acts import Acts
from workflows.payloads import Terms


class Review:
    """Waits for the human decision, by update or by signal, and records what was said."""

    def __init__(self, payment_id: str, submitted_by: str, terms: Terms, acts: Acts) -> None:
        self._payment_id = payment_id
        self._submitted_by = submitted_by
        self._terms = terms
        self._acts = acts
        self._pending: tuple[str, Decision] | None = None
        self._recorded: set[str] = set()
        self.case: ReviewCase | None = None

    @property
    def open(self) -> bool:
        """Whether a person must decide now."""
        return self.case is not None and self.case.state in (ReviewState.OPEN, ReviewState.ESCALATED)

    def admit(self, decision: Decision) -> None:
        """The rule of the human decision (`domain.decision`), and: one decision at a time."""
        check_decision(decision, self.case)
        if self._pending is not None:
            raise AlreadyDecided("another decision is being recorded")

    async def decide(self, decision_id: str, decision: Decision) -> None:
        """Take an admitted decision; returns when it is on record."""
        self._pending = (decision_id, decision)
        await workflow.wait_condition(lambda: decision_id in self._recorded)

    async def signalled(self, decision: Decision) -> None:
        """A decision by signal: the same rule; a refused one is recorded as ignored."""
        decision_id = f"signal/{workflow.uuid4()}"
        try:
            self.admit(decision)
        except DelTranError as refused:
            ignored = IgnoredDecision(self._payment_id, decision_id, decision, refused.code)
            await steps.run(ReviewActivities.ignore_decision, ignored, f"Ignore a decision: {refused.code}")
        else:
            await self.decide(decision_id, decision)

    async def verdict(self, found: Screened) -> Verdict | None:
        """Hold the payment until a person decides. None: nobody did, or the payment is to be withdrawn."""
        assert found.review is not None, "only a screening with hits is reviewed"
        self.case = ReviewCase(found.review, found.check_id, self._submitted_by)
        verdict = found.verdict
        while verdict not in (Verdict.APPROVE, Verdict.REJECT):
            self._show()
            if not await self._heard_in_term():
                if self._acts.pending is not None:
                    await self._move(ReviewState.WITHDRAWN, "Withdraw the review")
                    return None
                if self.case.state is ReviewState.ESCALATED:
                    await self._move(ReviewState.EXPIRED, "Nobody decided: let the review expire")
                    return None
                await self._move(ReviewState.ESCALATED, "Nobody decided yet: escalate the review")
                continue
            verdict = await self._record()
        self._enter(ReviewState.DECIDED)
        return verdict

    async def _heard_in_term(self) -> bool:
        assert self.case is not None, "a review has its case"
        term_s = self._terms.escalate_after_s
        if self.case.state is ReviewState.ESCALATED:
            term_s = max(self._terms.expire_after_s - self._terms.escalate_after_s, 0)
        with suppress(TimeoutError):  # a decision that comes in the very moment still counts
            await workflow.wait_condition(
                lambda: self._pending is not None or self._acts.pending is not None, timeout=timedelta(seconds=term_s)
            )
        return self._pending is not None

    async def _record(self) -> Verdict:
        assert self._pending is not None, "woken by a decision"
        decision_id, decision = self._pending
        record = DecisionRecord(self._payment_id, decision_id, decision)
        await steps.insist(ReviewActivities.record_decision, record, f"Record the decision: {decision.verdict}")
        self._enter(ReviewState.ESCALATED if decision.verdict is Verdict.ESCALATE else ReviewState.DECIDED)
        self._recorded.add(decision_id)
        self._pending = None
        return decision.verdict

    async def _move(self, state: ReviewState, summary: str) -> None:
        step = {
            ReviewState.WITHDRAWN: ReviewActivities.withdraw_review,
            ReviewState.EXPIRED: ReviewActivities.expire_review,
            ReviewState.ESCALATED: ReviewActivities.escalate_review,
        }[state]
        self._enter(state)
        await steps.insist(step, self._payment_id, summary)
        self._show()

    def _enter(self, state: ReviewState) -> None:
        assert self.case is not None, "a review has its case"
        self.case = ReviewCase(state, self.case.screening_id, self._submitted_by)

    def _show(self) -> None:
        assert self.case is not None, "a review has its case"
        workflow.upsert_search_attributes([attributes.REVIEW.value_set(str(self.case.state))])
