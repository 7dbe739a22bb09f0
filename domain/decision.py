"""The human decision: who may act, what they may say, and when it counts."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.errors import (
    AlreadyDecided,
    InvalidValue,
    NotPermitted,
    NotUnderReview,
    ReviewLocked,
    SameReviewer,
    SelfApproval,
    SeniorRequired,
    StaleScreening,
)
from domain.screening import RiskLevel


class Role(StrEnum):
    """What a caller is to the network."""

    ADMIN = "admin"
    """Manages users, participants and rules."""
    COMPLIANCE = "compliance"
    """Approves, rejects or escalates held payments."""
    SENIOR = "senior_compliance"
    """A reviewer who also decides what was escalated, and may take a case from another."""
    OPERATOR = "operator"
    """Watches the flow, repairs dead letters, funds accounts."""
    PARTICIPANT = "participant"
    """A bank's system: submits its own payments and sees only them."""


class Permission(StrEnum):
    """One thing a caller may do; endpoints name the one they need."""

    PAYMENTS_WRITE = "payments:write"
    """Submit and cancel payments."""
    PAYMENTS_READ = "payments:read"
    """See payments and their events."""
    REVIEWS_READ = "reviews:read"
    """See held payments and the hits that hold them."""
    REVIEWS_DECIDE = "reviews:decide"
    """Approve, reject or escalate a held payment."""
    REVIEWS_WORK = "reviews:work"
    """Take a case on, give it back, comment on it."""
    REVIEWS_SENIOR = "reviews:senior"
    """Decide an escalated case."""
    REVIEWS_TAKE_OVER = "reviews:take_over"
    """Hand a case to somebody, also one that another reviewer has locked."""
    AUDIT_READ = "audit:read"
    """Read the audit log."""
    REPAIR = "repair"
    """Redrive or abandon a dead letter; read its workflow."""
    SETTLEMENT_READ = "settlement:read"
    """See windows, batches and positions."""
    SETTLEMENT_WRITE = "settlement:write"
    """Close a window early, pause a currency, change a queued payment's priority."""
    FX_READ = "fx:read"
    """See quotes of exchange rates and conversions."""
    FX_QUOTE = "fx:quote"
    """Quote exchange rates, and withdraw quotes."""
    PARTICIPANTS_READ = "participants:read"
    """See participants and balances."""
    PARTICIPANTS_WRITE = "participants:write"
    """Register, suspend and reinstate participants; open, fund and close their accounts."""
    RULES_READ = "rules:read"
    """See the risk engine's rules and what they would have done, and proposed embargo tables."""
    RULES_WRITE = "rules:write"
    """Propose, try, approve, activate and retire the risk engine's rules; propose and approve the embargo table."""


P = Permission
REVIEWER: Final = frozenset(
    {
        P.PAYMENTS_READ,
        P.REVIEWS_READ,
        P.REVIEWS_DECIDE,
        P.REVIEWS_WORK,
        P.PARTICIPANTS_READ,
        P.AUDIT_READ,
        P.RULES_READ,
        P.RULES_WRITE,
    }
)
PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.ADMIN: frozenset(P) - {P.REVIEWS_DECIDE, P.REVIEWS_WORK, P.REVIEWS_SENIOR, P.REVIEWS_TAKE_OVER},
    Role.COMPLIANCE: REVIEWER,
    Role.SENIOR: REVIEWER | {P.REVIEWS_SENIOR, P.REVIEWS_TAKE_OVER},
    Role.OPERATOR: frozenset(
        {
            P.PAYMENTS_READ,
            P.PAYMENTS_WRITE,
            P.REVIEWS_READ,
            P.REVIEWS_WORK,
            P.REVIEWS_TAKE_OVER,
            P.REPAIR,
            P.SETTLEMENT_READ,
            P.SETTLEMENT_WRITE,
            P.FX_READ,
            P.FX_QUOTE,
            P.PARTICIPANTS_READ,
        }
    ),
    Role.PARTICIPANT: frozenset({P.PAYMENTS_READ, P.PAYMENTS_WRITE, P.PARTICIPANTS_READ, P.FX_READ, P.FX_QUOTE}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person or a system, with the role it acts in; a participant's system names its bank."""

    id: str
    role: Role
    bic: str | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the actor's role carries the permission."""
        return permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raises NotPermitted unless the actor's role carries the permission."""
        if not self.may(permission):
            raise NotPermitted(f"the role {self.role} may not do this", permission=str(permission))


class Verdict(StrEnum):
    """What a reviewer says of a held payment."""

    APPROVE = "approve"
    """The hits are not the parties; let it go on, once everybody who must has said so."""
    REJECT = "reject"
    """Refuse the payment; the sender learns RR04."""
    ESCALATE = "escalate"
    """Somebody senior must decide."""
    REQUEST_INFORMATION = "request_information"
    """The sender must answer a question first."""


class ReviewState(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    """Waiting for a reviewer."""
    ASSIGNED = "assigned"
    """On a reviewer's desk."""
    ESCALATED = "escalated"
    """Waiting for a senior reviewer; the last term before the payment is refused."""
    AWAITING = "awaiting_information"
    """Sent back: the sender was asked, and its answer opens the review again."""
    DECIDED = "decided"
    """Approved or rejected by people."""
    EXPIRED = "expired"
    """Nobody decided in time."""
    WITHDRAWN = "withdrawn"
    """The payment was cancelled under review."""


WAITING: Final = (ReviewState.OPEN, ReviewState.ASSIGNED, ReviewState.ESCALATED, ReviewState.AWAITING)
"""The states in which a person must still decide."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's word on one payment. `screening_id` names the screening result the reviewer saw.

    `comment` stays in the house; `question` is what the sender is asked, and the only word that it reads.
    """

    verdict: Verdict
    actor: Actor
    screening_id: str
    comment: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """What an act is judged against: the review as it stands now. Times are in UTC."""

    state: ReviewState
    screening_id: str
    submitted_by: str
    level: RiskLevel | None = None
    """The heaviest hit that holds the payment; None when no hit does."""
    approvals_needed: int = 1
    approved_by: tuple[str, ...] = ()
    """Who approved on this screening result, each a different person."""
    senior_approved: bool = False
    escalated: bool = False
    """Whether it was escalated, also while the sender is asked."""
    assignee: str | None = None
    locked_until: datetime | None = None

    @property
    def waiting(self) -> bool:
        """Whether a person must still decide."""
        return self.state in WAITING

    def holder(self, at: datetime) -> str | None:
        """Whose lock lives at that moment; None when anybody may decide."""
        return self.assignee if self.locked_until is not None and at < self.locked_until else None

    def ended_by(self, decision: Decision) -> bool:
        """Whether the decision would be the last word."""
        if decision.verdict is Verdict.APPROVE:
            return len(self.approved_by) + 1 >= self.approvals_needed
        return decision.verdict is Verdict.REJECT

    def after(self, decision: Decision) -> "ReviewCase":
        """The case once an admitted decision is on record; an approval that is not the last goes back to the queue."""
        case = self
        if decision.verdict is Verdict.APPROVE:
            senior = self.senior_approved or decision.actor.may(Permission.REVIEWS_SENIOR)
            case = replace(case, approved_by=(*self.approved_by, decision.actor.id), senior_approved=senior)
        if self.ended_by(decision):
            return replace(case, state=ReviewState.DECIDED, locked_until=None)
        if decision.verdict is Verdict.REQUEST_INFORMATION:
            return replace(case, state=ReviewState.AWAITING)
        escalated = self.escalated or decision.verdict is Verdict.ESCALATE
        return replace(case, escalated=escalated, assignee=None, locked_until=None).at_rest()

    def at_rest(self) -> "ReviewCase":
        """The waiting case where it belongs: with a senior, on a desk, or in the queue."""
        state = ReviewState.ASSIGNED if self.assignee is not None else ReviewState.OPEN
        return replace(self, state=ReviewState.ESCALATED if self.escalated else state)


def check_decision(decision: Decision, case: ReviewCase | None, at: datetime) -> None:
    """The rule of the human decision, the same for the API, the Temporal UI and the command line.

    Raises NotUnderReview, AlreadyDecided, NotPermitted, SelfApproval, StaleScreening, ReviewLocked, SameReviewer,
    SeniorRequired, InvalidValue (a question without words).
    """
    case = require_waiting(case)
    actor = decision.actor
    actor.require(Permission.REVIEWS_DECIDE)
    if actor.id == case.submitted_by:
        raise SelfApproval("whoever submitted a payment may not decide it")
    if decision.screening_id != case.screening_id:
        raise StaleScreening("the screening was repeated since; read it again", screening_id=case.screening_id)
    if case.holder(at) not in (None, actor.id):
        raise ReviewLocked("another reviewer works on this case")
    if decision.verdict is Verdict.APPROVE and actor.id in case.approved_by:
        raise SameReviewer("another reviewer must approve as well", approvals_needed=case.approvals_needed)
    seen = case.senior_approved or actor.may(Permission.REVIEWS_SENIOR)
    if case.escalated and case.ended_by(decision) and not seen:
        raise SeniorRequired("a senior reviewer must decide what was escalated")
    if decision.verdict is Verdict.REQUEST_INFORMATION and not decision.question.strip():
        raise InvalidValue("ask the sender something")


def require_waiting(case: ReviewCase | None) -> ReviewCase:
    """The case, if a person must still decide it. Raises NotUnderReview, AlreadyDecided."""
    if case is None:
        raise NotUnderReview("the payment has no review")
    if not case.waiting:
        raise AlreadyDecided(f"the review is {case.state}", state=str(case.state))
    return case
