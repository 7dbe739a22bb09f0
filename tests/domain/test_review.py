from dataclasses import replace
from datetime import timedelta

import pytest

from domain.decision import Actor, ReviewCase, ReviewState, Role
from domain.errors import (
    AlreadyDecided,
    DomainError,
    InvalidValue,
    NoQuestion,
    NotPermitted,
    NotUnderReview,
    ReviewLocked,
    SelfApproval,
)
from domain.money import Money
from domain.review import (
    Assignment,
    FourEyes,
    Information,
    assigned,
    check_assignment,
    check_information,
    heaviest,
)
from domain.screening import Hit, RiskLevel
from tests.domain.test_decision import ESCALATED, HELD, LATER, NOW, OPEN, REVIEWER, SENIOR

OPERATOR = Actor("otto", Role.OPERATOR)
ASSIGNMENTS: list[tuple[Assignment, ReviewCase | None, type[DomainError] | None]] = [
    (Assignment(REVIEWER, "rita"), OPEN, None),
    (Assignment(REVIEWER, None), OPEN, None),
    (Assignment(REVIEWER, "sven"), OPEN, NotPermitted),
    (Assignment(REVIEWER, "rita", "urgent"), HELD, ReviewLocked),
    (Assignment(REVIEWER, "rita"), replace(HELD, locked_until=NOW), None),
    (Assignment(Actor("sven", Role.COMPLIANCE), "sven"), HELD, None),
    (Assignment(Actor("sven", Role.COMPLIANCE), None), HELD, None),
    (Assignment(SENIOR, "sara"), HELD, InvalidValue),
    (Assignment(SENIOR, "sara", "urgent"), HELD, None),
    (Assignment(SENIOR, "rita", "urgent"), HELD, None),
    (Assignment(OPERATOR, "rita", "sven is ill"), HELD, None),
    (Assignment(OPERATOR, None, "sven is ill"), HELD, None),
    (Assignment(OPERATOR, "otto"), OPEN, NotPermitted),
    (Assignment(Actor("root", Role.ADMIN), "root"), OPEN, NotPermitted),
    (Assignment(Actor("bank", Role.PARTICIPANT), None), OPEN, NotPermitted),
    (Assignment(SENIOR, "ada"), OPEN, SelfApproval),
    (Assignment(REVIEWER, "rita"), None, NotUnderReview),
    (Assignment(REVIEWER, "rita"), replace(OPEN, state=ReviewState.DECIDED), AlreadyDecided),
]


@pytest.mark.parametrize(("assignment", "case", "refusal"), ASSIGNMENTS)
def test_who_may_assign(assignment: Assignment, case: ReviewCase | None, refusal: type[DomainError] | None) -> None:
    if refusal is None:
        check_assignment(assignment, case, NOW)
    else:
        with pytest.raises(refusal):
            check_assignment(assignment, case, NOW)


@pytest.mark.parametrize(
    ("case", "assignee", "state"),
    [
        (OPEN, "rita", ReviewState.ASSIGNED),
        (HELD, None, ReviewState.OPEN),
        (ESCALATED, "sara", ReviewState.ESCALATED),
        (replace(OPEN, state=ReviewState.AWAITING), "rita", ReviewState.AWAITING),
    ],
)
def test_where_an_assignment_leads(case: ReviewCase, assignee: str | None, state: ReviewState) -> None:
    after = assigned(case, Assignment(SENIOR, assignee), LATER)
    assert (after.state, after.assignee, after.holder(NOW)) == (state, assignee, assignee)
    assert after.holder(LATER + timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("actor", "case", "refusal"),
    [
        (Actor("bank", Role.PARTICIPANT), replace(OPEN, state=ReviewState.AWAITING), None),
        (OPERATOR, replace(OPEN, state=ReviewState.AWAITING), None),
        (REVIEWER, replace(OPEN, state=ReviewState.AWAITING), NotPermitted),
        (OPERATOR, OPEN, NoQuestion),
        (OPERATOR, replace(OPEN, state=ReviewState.EXPIRED), AlreadyDecided),
        (OPERATOR, None, NotUnderReview),
    ],
)
def test_who_may_answer(actor: Actor, case: ReviewCase | None, refusal: type[DomainError] | None) -> None:
    if refusal is None:
        check_information(Information(actor, "note_1"), case)
    else:
        with pytest.raises(refusal):
            check_information(Information(actor, "note_1"), case)


FOUR_EYES = FourEyes({"USD": 100_000_000, "JPY": 150_000_000})


@pytest.mark.parametrize(
    ("level", "amount", "approvals"),
    [
        (RiskLevel.CRITICAL, Money(1, "USD"), 2),
        (RiskLevel.HIGH, Money(1, "USD"), 2),
        (RiskLevel.MEDIUM, Money(1, "USD"), 1),
        (None, Money(100_000_000, "USD"), 1),
        (RiskLevel.MEDIUM, Money(100_000_001, "USD"), 2),
        (RiskLevel.MEDIUM, Money(1, "KWD"), 2),  # nobody has said what is much in this currency
    ],
)
def test_how_many_must_approve(level: RiskLevel | None, amount: Money, approvals: int) -> None:
    assert FOUR_EYES.approvals(level, amount) == approvals


def test_amounts_of_different_currencies_weigh_against_their_thresholds() -> None:
    assert FOUR_EYES.weight(Money(50_000_000, "USD")) == FOUR_EYES.weight(Money(75_000_000, "JPY")) == 500_000
    assert FOUR_EYES.weight(Money(10**17, "KWD")) == 10**15


def test_only_hits_that_hold_the_payment_weigh() -> None:
    def hit(level: RiskLevel, suppressed_by: str = "") -> Hit:
        return Hit("debtor", "A", "B", "L", "1", level, 50, 2, suppressed_by=suppressed_by)

    assert heaviest([hit(RiskLevel.LOW)]) is None
    assert heaviest([hit(RiskLevel.MEDIUM), hit(RiskLevel.LOW), hit(RiskLevel.HIGH)]) is RiskLevel.HIGH
    assert heaviest([hit(RiskLevel.MEDIUM), hit(RiskLevel.HIGH, "good_1")]) is RiskLevel.MEDIUM
