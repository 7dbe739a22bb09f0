"""The human decision: who may act, what they may say, and when it counts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import AlreadyDecided, NotPermitted, NotUnderReview, SelfApproval, StaleScreening


class Role(StrEnum):
    """What a caller is to the network."""

    ADMIN = "admin"
    """Manages users, participants and rules."""
    COMPLIANCE = "compliance"
    """Approves, rejects or escalates held payments."""
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
    REPAIR = "repair"
    """Redrive or abandon a dead letter; read its workflow."""
    SETTLEMENT_READ = "settlement:read"
    """See windows, batches and positions."""
    PARTICIPANTS_READ = "participants:read"
    """See participants and balances."""
    PARTICIPANTS_WRITE = "participants:write"
    """Register participants, open and fund their accounts."""
    RULES_READ = "rules:read"
    """See the risk engine's rules and what they would have done."""
    RULES_WRITE = "rules:write"
    """Propose, try, approve, activate and retire the risk engine's rules."""


P = Permission
PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.ADMIN: frozenset(P) - {P.REVIEWS_DECIDE},
    Role.COMPLIANCE: frozenset(
        {P.PAYMENTS_READ, P.REVIEWS_READ, P.REVIEWS_DECIDE, P.PARTICIPANTS_READ, P.RULES_READ, P.RULES_WRITE}
    ),
    Role.OPERATOR: frozenset(
        {P.PAYMENTS_READ, P.PAYMENTS_WRITE, P.REVIEWS_READ, P.REPAIR, P.SETTLEMENT_READ, P.PARTICIPANTS_READ}
    ),
    Role.PARTICIPANT: frozenset({P.PAYMENTS_READ, P.PAYMENTS_WRITE, P.PARTICIPANTS_READ}),
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
    """The hits are not the parties; let it go on."""
    REJECT = "reject"
    """Refuse the payment; the sender learns RR04."""
    ESCALATE = "escalate"
    """Somebody senior must decide."""


class ReviewState(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    """Waiting for a reviewer."""
    ESCALATED = "escalated"
    """Waiting for a senior reviewer; the last term before the payment is refused."""
    DECIDED = "decided"
    """Approved or rejected by a person."""
    EXPIRED = "expired"
    """Nobody decided in time."""
    WITHDRAWN = "withdrawn"
    """The payment was cancelled under review."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's word on one payment. `screening_id` names the screening result the reviewer saw."""

    verdict: Verdict
    actor: Actor
    screening_id: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """What a decision is judged against: the review as it stands now."""

    state: ReviewState
    screening_id: str
    submitted_by: str


def check_decision(decision: Decision, case: ReviewCase | None) -> None:
    """The rule of the human decision, the same for the API, the Temporal UI and the command line.

    Raises NotUnderReview, AlreadyDecided, NotPermitted, SelfApproval or StaleScreening.
    """
    if case is None:
        raise NotUnderReview("the payment has no review")
    if case.state not in (ReviewState.OPEN, ReviewState.ESCALATED):
        raise AlreadyDecided(f"the review is {case.state}", state=str(case.state))
    decision.actor.require(Permission.REVIEWS_DECIDE)
    if decision.actor.id == case.submitted_by:
        raise SelfApproval("whoever submitted a payment may not decide it")
    if decision.screening_id != case.screening_id:
        raise StaleScreening("the screening was repeated since; read it again", screening_id=case.screening_id)
