from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.decision import (
    PERMISSIONS,
    WAITING,
    Actor,
    Decision,
    Permission,
    ReviewCase,
    ReviewState,
    Role,
    Verdict,
    check_decision,
)
from domain.errors import (
    AlreadyDecided,
    DomainError,
    InvalidValue,
    NotPermitted,
    NotUnderReview,
    ReviewLocked,
    SameReviewer,
    SelfApproval,
    SeniorRequired,
    StaleScreening,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
OPEN = ReviewCase(ReviewState.OPEN, "chk_1", "ada")
ESCALATED = replace(OPEN, state=ReviewState.ESCALATED, escalated=True)
HELD = replace(OPEN, state=ReviewState.ASSIGNED, assignee="sven", locked_until=LATER)
REVIEWER = Actor("rita", Role.COMPLIANCE)
SENIOR = Actor("sara", Role.SENIOR)

CASES: list[tuple[Actor, str, ReviewCase | None, type[DomainError] | None]] = [
    (REVIEWER, "chk_1", OPEN, None),
    (REVIEWER, "chk_1", replace(OPEN, state=ReviewState.AWAITING), None),
    (SENIOR, "chk_1", ESCALATED, None),
    (REVIEWER, "chk_1", None, NotUnderReview),
    (REVIEWER, "chk_1", replace(OPEN, state=ReviewState.DECIDED), AlreadyDecided),
    (REVIEWER, "chk_1", replace(OPEN, state=ReviewState.EXPIRED), AlreadyDecided),
    (REVIEWER, "chk_1", replace(OPEN, state=ReviewState.WITHDRAWN), AlreadyDecided),
    (Actor("otto", Role.OPERATOR), "chk_1", OPEN, NotPermitted),
    (Actor("root", Role.ADMIN), "chk_1", OPEN, NotPermitted),
    (Actor("bank", Role.PARTICIPANT), "chk_1", OPEN, NotPermitted),
    (Actor("ada", Role.COMPLIANCE), "chk_1", OPEN, SelfApproval),
    (REVIEWER, "chk_0", OPEN, StaleScreening),
    (REVIEWER, "chk_1", HELD, ReviewLocked),
    (SENIOR, "chk_1", HELD, ReviewLocked),
    (Actor("sven", Role.COMPLIANCE), "chk_1", HELD, None),
    (REVIEWER, "chk_1", replace(HELD, locked_until=NOW), None),
]


@pytest.mark.parametrize(("actor", "screening_id", "case", "refusal"), CASES)
@pytest.mark.parametrize("verdict", Verdict)
def test_the_rule(
    actor: Actor, screening_id: str, case: ReviewCase | None, refusal: type[DomainError] | None, verdict: Verdict
) -> None:
    decision = Decision(verdict, actor, screening_id, question="who is it?")
    if refusal is None:
        check_decision(decision, case, NOW)
    else:
        with pytest.raises(refusal):
            check_decision(decision, case, NOW)


FOUR_EYES = replace(OPEN, approvals_needed=2, approved_by=("rita",))
APPROVALS: list[tuple[Actor, ReviewCase, type[DomainError] | None]] = [
    (REVIEWER, replace(FOUR_EYES, approved_by=()), None),
    (REVIEWER, FOUR_EYES, SameReviewer),
    (Actor("sven", Role.COMPLIANCE), FOUR_EYES, None),
    (REVIEWER, ESCALATED, SeniorRequired),
    (REVIEWER, replace(ESCALATED, approvals_needed=2), None),  # the first of two may be anybody's
    (Actor("sven", Role.COMPLIANCE), replace(FOUR_EYES, escalated=True), SeniorRequired),
    (SENIOR, replace(FOUR_EYES, escalated=True), None),
    (REVIEWER, replace(FOUR_EYES, escalated=True, approved_by=("sara",), senior_approved=True), None),
]


@pytest.mark.parametrize(("actor", "case", "refusal"), APPROVALS)
def test_who_may_approve(actor: Actor, case: ReviewCase, refusal: type[DomainError] | None) -> None:
    decision = Decision(Verdict.APPROVE, actor, "chk_1")
    if refusal is None:
        check_decision(decision, case, NOW)
    else:
        with pytest.raises(refusal):
            check_decision(decision, case, NOW)


def test_one_reviewer_rejects_but_not_what_is_a_seniors() -> None:
    check_decision(Decision(Verdict.REJECT, REVIEWER, "chk_1"), FOUR_EYES, NOW)
    with pytest.raises(SeniorRequired):
        check_decision(Decision(Verdict.REJECT, REVIEWER, "chk_1"), ESCALATED, NOW)


def test_a_question_has_words() -> None:
    with pytest.raises(InvalidValue):
        check_decision(Decision(Verdict.REQUEST_INFORMATION, REVIEWER, "chk_1", question=" "), OPEN, NOW)


AFTER: list[tuple[ReviewCase, Verdict, ReviewState]] = [
    (OPEN, Verdict.APPROVE, ReviewState.DECIDED),
    (OPEN, Verdict.REJECT, ReviewState.DECIDED),
    (OPEN, Verdict.ESCALATE, ReviewState.ESCALATED),
    (OPEN, Verdict.REQUEST_INFORMATION, ReviewState.AWAITING),
    (replace(HELD, approvals_needed=2), Verdict.APPROVE, ReviewState.OPEN),
    (replace(HELD, approvals_needed=2), Verdict.REJECT, ReviewState.DECIDED),
    (replace(ESCALATED, approvals_needed=2), Verdict.APPROVE, ReviewState.ESCALATED),
    (replace(ESCALATED, state=ReviewState.AWAITING, approvals_needed=2), Verdict.APPROVE, ReviewState.ESCALATED),
]


@pytest.mark.parametrize(("case", "verdict", "state"), AFTER)
def test_where_a_decision_leads(case: ReviewCase, verdict: Verdict, state: ReviewState) -> None:
    decision = Decision(verdict, REVIEWER, "chk_1")
    after = case.after(decision)
    assert after.state is state
    assert case.ended_by(decision) == (state is ReviewState.DECIDED) == (not after.waiting)
    assert after.approved_by == (("rita",) if verdict is Verdict.APPROVE else ())
    if verdict is Verdict.APPROVE and after.waiting:
        assert after.holder(NOW) is None, "the next reviewer need not wait for the lock of the first"


def test_every_role_has_its_permissions() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_only_compliance_decides() -> None:
    deciding = [role for role in Role if Permission.REVIEWS_DECIDE in PERMISSIONS[role]]
    assert deciding == [Role.COMPLIANCE, Role.SENIOR]


def test_a_waiting_review_waits_in_four_states() -> None:
    assert set(ReviewState) - set(WAITING) == {ReviewState.DECIDED, ReviewState.EXPIRED, ReviewState.WITHDRAWN}
