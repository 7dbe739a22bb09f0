import pytest

from domain.decision import (
    PERMISSIONS,
    Actor,
    Decision,
    Permission,
    ReviewCase,
    ReviewState,
    Role,
    Verdict,
    check_decision,
)
from domain.errors import AlreadyDecided, DomainError, NotPermitted, NotUnderReview, SelfApproval, StaleScreening

OPEN = ReviewCase(ReviewState.OPEN, "chk_1", "ada")
REVIEWER = Actor("rita", Role.COMPLIANCE)

CASES: list[tuple[Actor, str, ReviewCase | None, type[DomainError] | None]] = [
    (REVIEWER, "chk_1", OPEN, None),
    (REVIEWER, "chk_1", ReviewCase(ReviewState.ESCALATED, "chk_1", "ada"), None),
    (REVIEWER, "chk_1", None, NotUnderReview),
    (REVIEWER, "chk_1", ReviewCase(ReviewState.DECIDED, "chk_1", "ada"), AlreadyDecided),
    (REVIEWER, "chk_1", ReviewCase(ReviewState.EXPIRED, "chk_1", "ada"), AlreadyDecided),
    (REVIEWER, "chk_1", ReviewCase(ReviewState.WITHDRAWN, "chk_1", "ada"), AlreadyDecided),
    (Actor("otto", Role.OPERATOR), "chk_1", OPEN, NotPermitted),
    (Actor("root", Role.ADMIN), "chk_1", OPEN, NotPermitted),
    (Actor("bank", Role.PARTICIPANT), "chk_1", OPEN, NotPermitted),
    (Actor("ada", Role.COMPLIANCE), "chk_1", OPEN, SelfApproval),
    (REVIEWER, "chk_0", OPEN, StaleScreening),
]


@pytest.mark.parametrize(("actor", "screening_id", "case", "refusal"), CASES)
@pytest.mark.parametrize("verdict", Verdict)
def test_the_rule(
    actor: Actor, screening_id: str, case: ReviewCase | None, refusal: type[DomainError] | None, verdict: Verdict
) -> None:
    decision = Decision(verdict, actor, screening_id)
    if refusal is None:
        check_decision(decision, case)
    else:
        with pytest.raises(refusal):
            check_decision(decision, case)


def test_every_role_has_its_permissions() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_only_compliance_decides() -> None:
    assert [role for role in Role if Permission.REVIEWS_DECIDE in PERMISSIONS[role]] == [Role.COMPLIANCE]
