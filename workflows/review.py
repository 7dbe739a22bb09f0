"""The review of one held payment: reminded, escalated, ring-fenced and at last refused, unless people decide it."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from temporalio import workflow

from activities.reviews import (
    AssignmentRecord,
    DecisionRecord,
    IgnoredDecision,
    InformationRecord,
    Opening,
    ReviewActivities,
)
from activities.screening import Screened
from domain.decision import Decision, ReviewCase, ReviewState, Verdict, check_decision
from domain.errors import DelTranError, ReviewBusy
from domain.review import Assignment, Word, assigned, check_assignment, check_information
from workflows import attributes, steps, versions
from workflows.acts import Acts
from workflows.payloads import Terms


class Term(StrEnum):
    """A moment at which something happens by itself. Of two at once, the first in this order does."""

    REMIND = "remind"
    """The reviewers are reminded."""
    ESCALATE = "escalate"
    """Somebody senior must decide."""
    RING_FENCE = "ring_fence"
    """The payment misses its cut-off."""
    EXPIRE = "expire"
    """Nobody decided: the payment is refused."""


ENDS: Final = (Verdict.APPROVE, Verdict.REJECT)


class Review:
    """Waits for the human decision, by update or by signal, and records what was said."""

    def __init__(self, payment_id: str, submitted_by: str, terms: Terms, acts: Acts) -> None:
        self._payment_id = payment_id
        self._submitted_by = submitted_by
        self._terms = terms
        self._acts = acts
        self._pending: tuple[str, Word] | None = None
        self._recorded: set[str] = set()
        self._due: dict[Term, datetime] = {}
        self._shown: ReviewState | None = None
        self._opening = False
        self._weighed = False
        self.case: ReviewCase | None = None
        self.ring_fenced = False
        self.pulled = False
        """A list has changed: the payment is to be screened again, and what was said so far counts no more."""
        self.interrupted = False
        """Whether that is why the last wait ended."""

    @property
    def open(self) -> bool:
        """Whether a person must decide now."""
        return self.case is not None and self.case.waiting

    def admit(self, word: Word) -> None:
        """The rule of the human decision (`domain.decision`, `domain.review`), and: one act at a time."""
        if isinstance(word, Decision):
            check_decision(word, self.case, workflow.now())
        elif isinstance(word, Assignment):
            check_assignment(word, self.case, workflow.now())
        else:
            check_information(word, self.case)
        if self._opening or self._pending is not None:
            raise ReviewBusy("another act on this review is being recorded; look again")

    async def take(self, word_id: str, word: Word) -> None:
        """Take an admitted word; returns when it is on record."""
        self._pending = (word_id, word)
        await workflow.wait_condition(lambda: word_id in self._recorded)

    async def signalled(self, decision: Decision) -> None:
        """A decision by signal: the same rule; a refused one is recorded as ignored."""
        decision_id = f"signal/{workflow.uuid4()}"
        try:
            self.admit(decision)
        except DelTranError as refused:
            ignored = IgnoredDecision(self._payment_id, decision_id, decision, refused.code)
            await steps.run(ReviewActivities.ignore_decision, ignored, f"Ignore a decision: {refused.code}")
        else:
            await self.take(decision_id, decision)

    async def verdict(self, found: Screened) -> Verdict | None:
        """Hold the payment until people decide. None: nobody did, or it is to be withdrawn, or screened again (interrupted)."""
        assert found.review is not None, "only a screening with hits is reviewed"
        self._opening = self.interrupted = False
        escalated = found.review is ReviewState.ESCALATED
        self.case = ReviewCase(found.review, found.check_id, self._submitted_by, escalated=escalated)
        if found.verdict in ENDS:
            self._become(replace(self.case, state=ReviewState.DECIDED))
            return found.verdict
        await self._open()
        while True:
            self._show()
            term = self._next_term()
            if await self._heard_by(self._due[term]):
                verdict = await self._record()
                if verdict is not None:
                    if self._weighed:
                        self._show()
                    return verdict
            elif self._acts.pending is not None:
                self._become(replace(self.case, state=ReviewState.WITHDRAWN))
                await self._note(ReviewActivities.withdraw_review, "Withdraw the review")
                return None
            elif self.pulled:
                # Until the review begins anew, every act is told to look again.
                self._opening = self.interrupted = True
                return None
            elif not await self._pass(term):
                return None

    async def _open(self) -> None:
        begins, terms = workflow.now(), self._terms
        self._due = {
            Term.ESCALATE: begins + timedelta(seconds=terms.escalate_after_s),
            Term.EXPIRE: begins + timedelta(seconds=terms.expire_after_s),
        }
        self._weighed = workflow.patched(versions.REVIEW_CASES)
        if not self._weighed:
            return
        opening = Opening(self._payment_id, terms.cut_off)
        self._opening = True
        weighed = await steps.insist(ReviewActivities.weigh_review, opening, "Weigh the case")
        self._opening, self.case = False, weighed.case
        self._due[Term.REMIND] = begins + timedelta(seconds=terms.remind_after_s)
        if weighed.ring_fence_in_s is not None:
            self._due[Term.RING_FENCE] = begins + timedelta(seconds=weighed.ring_fence_in_s)

    def _next_term(self) -> Term:
        """The term that runs out next. Nobody is hurried while the sender is asked, nor once a senior has the case."""
        assert self.case is not None, "a review has its case"
        calm = self.case.escalated or self.case.state is ReviewState.AWAITING
        ahead = [term for term in Term if term in self._due and not (calm and term in (Term.REMIND, Term.ESCALATE))]
        return min(ahead, key=lambda term: self._due[term])

    async def _heard_by(self, due: datetime) -> bool:
        left = max(due - workflow.now(), timedelta(0))
        with suppress(TimeoutError):  # a word that comes in the very moment still counts
            await workflow.wait_condition(
                lambda: self._pending is not None or self._acts.pending is not None or self.pulled, timeout=left
            )
        return self._pending is not None

    async def _record(self) -> Verdict | None:
        """Put the pending word on record. Answers the verdict when it was the last word."""
        assert self._pending is not None, "woken by a word"
        assert self.case is not None, "a review has its case"
        word_id, word = self._pending
        verdict = None
        if isinstance(word, Decision):
            record = DecisionRecord(self._payment_id, word_id, word)
            await steps.insist(ReviewActivities.record_decision, record, f"Record the decision: {word.verdict}")
            verdict = word.verdict if self.case.ended_by(word) else None
            self._hear(self.case.after(word))
        elif isinstance(word, Assignment):
            until = workflow.now() + timedelta(seconds=self._terms.lock_s)
            locked = AssignmentRecord(self._payment_id, word, until)
            await steps.insist(ReviewActivities.record_assignment, locked, "Put the case on a desk")
            self._become(assigned(self.case, word, until))
        else:
            answer = InformationRecord(self._payment_id, word)
            await steps.insist(ReviewActivities.record_information, answer, "The sender answers")
            self._become(self.case.at_rest())
        self._recorded.add(word_id)
        self._pending = None
        return verdict

    def _hear(self, case: ReviewCase) -> None:
        if not self._weighed and case.escalated:  # as it was before REVIEW_CASES: the last term begins anew
            last = max(self._terms.expire_after_s - self._terms.escalate_after_s, 0)
            self._due[Term.EXPIRE] = workflow.now() + timedelta(seconds=last)
        self._become(case)

    async def _pass(self, term: Term) -> bool:
        """A term ran out. False when it was the last."""
        assert self.case is not None, "a review has its case"
        del self._due[term]
        if term is Term.EXPIRE:
            self._become(replace(self.case, state=ReviewState.EXPIRED))
            await self._note(ReviewActivities.expire_review, "Nobody decided: let the review expire")
        elif term is Term.ESCALATE:
            self._hear(replace(self.case, escalated=True, assignee=None, locked_until=None).at_rest())
            await self._note(ReviewActivities.escalate_review, "Nobody decided yet: escalate the review")
        elif term is Term.RING_FENCE:
            self.ring_fenced = True
            await self._note(ReviewActivities.ring_fence_review, "Past the cut-off: ring-fence the payment")
        else:
            await self._note(ReviewActivities.remind_review, "Nobody decided yet: remind the reviewers")
        return term is not Term.EXPIRE

    async def _note(self, step: steps.Step[str, None], summary: str) -> None:
        await steps.insist(step, self._payment_id, summary)
        self._show()

    def _become(self, case: ReviewCase) -> None:
        self.case = case

    def _show(self) -> None:
        assert self.case is not None, "a review has its case"
        if self._weighed and self._shown is self.case.state:
            return
        self._shown = self.case.state
        workflow.upsert_search_attributes([attributes.REVIEW.value_set(str(self.case.state))])
