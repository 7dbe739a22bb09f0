"""What else people do to a held payment: take it on, answer a question about it; and how much it weighs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain.decision import Actor, Decision, Permission, ReviewCase, ReviewState, require_waiting
from domain.errors import InvalidValue, NoQuestion, NotPermitted, ReviewLocked, SelfApproval
from domain.money import Money
from domain.screening import Hit, RiskLevel

FOUR_EYES_LEVELS: Final = frozenset({RiskLevel.CRITICAL, RiskLevel.HIGH})
"""Hits so heavy that one person alone may not wave them through."""
WEIGHT_LIMIT: Final = 10**15


@dataclass(frozen=True, slots=True)
class FourEyes:
    """Above which amount two people must approve, in minor units by currency; a currency that is not named: always."""

    above_minor: Mapping[str, int]

    def approvals(self, level: RiskLevel | None, amount: Money) -> int:
        """How many different people must approve."""
        heavy = level in FOUR_EYES_LEVELS or amount.minor > self.above_minor.get(amount.currency, 0)
        return 2 if heavy else 1

    def weight(self, amount: Money) -> int:
        """The amount in millionths of its currency's threshold, so that amounts of different currencies compare."""
        threshold = self.above_minor.get(amount.currency, 0) or 1
        return min(amount.minor * 1_000_000 // threshold, WEIGHT_LIMIT)


def heaviest(hits: Iterable[Hit]) -> RiskLevel | None:
    """The level of the heaviest hit that holds a payment; None when none does."""
    holding = {hit.level for hit in hits if hit.holds}
    return next((level for level in RiskLevel if level in holding), None)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A case goes to a reviewer's desk, or back to the queue (`assignee` None)."""

    actor: Actor
    assignee: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Information:
    """The sender's answer, or one given on its behalf; the words are kept in SQL, under the note's id."""

    actor: Actor
    note_id: str


Word = Decision | Assignment | Information
"""What a person may say to a review."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document by reference: what it is called, where it lies, and the SHA-256 (hexadecimal) it must have."""

    name: str
    uri: str
    sha256: str


def check_assignment(assignment: Assignment, case: ReviewCase | None, at: datetime) -> None:
    """A reviewer takes a free case, keeps or gives back its own; a senior or an operator hands over any, with a reason.

    Raises NotUnderReview, AlreadyDecided, NotPermitted, SelfApproval, ReviewLocked, InvalidValue (no reason).
    """
    case = require_waiting(case)
    actor, assignee = assignment.actor, assignment.assignee
    leads = actor.may(Permission.REVIEWS_TAKE_OVER)
    if not leads or assignee == actor.id:
        actor.require(Permission.REVIEWS_DECIDE)
    if not leads and assignee not in (None, actor.id):
        raise NotPermitted("only a senior reviewer or an operator hands a case to somebody else")
    if assignee == case.submitted_by:
        raise SelfApproval("whoever submitted a payment may not decide it")
    if case.holder(at) not in (None, actor.id):
        if not leads:
            raise ReviewLocked("another reviewer works on this case")
        if not assignment.reason.strip():
            raise InvalidValue("say why the case is taken from its reviewer")


def assigned(case: ReviewCase, assignment: Assignment, until: datetime) -> ReviewCase:
    """The case once an admitted assignment is on record; the lock lives until the given moment."""
    free = assignment.assignee is None
    case = replace(case, assignee=assignment.assignee, locked_until=None if free else until)
    return case if case.state is ReviewState.AWAITING else case.at_rest()


def check_information(information: Information, case: ReviewCase | None) -> None:
    """Whether somebody waits for the sender's answer. Raises NotUnderReview, AlreadyDecided, NotPermitted, NoQuestion."""
    case = require_waiting(case)
    information.actor.require(Permission.PAYMENTS_WRITE)
    if case.state is not ReviewState.AWAITING:
        raise NoQuestion("nobody waits for information on this payment")
