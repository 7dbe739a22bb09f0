"""The payment's life: eleven statuses and the table of what may follow what."""

from enum import StrEnum
from typing import Final

from domain.errors import IllegalTransition


class PaymentStatus(StrEnum):
    """Where a payment stands. Being under review, parked or short of liquidity is a fact beside it."""

    INITIATED = "initiated"
    """Received and stored; its idempotency key is reserved."""
    VALIDATED = "validated"
    """Schema, profile, business and participant checks passed."""
    SCREENED = "screened"
    """Sanctions and risk results are stored; a review may be open."""
    APPROVED = "approved"
    """Clear, or approved by a person; the funds are reserved in the ledger."""
    QUEUED = "queued"
    """Waiting for its settlement."""
    SETTLING = "settling"
    """Member of a batch that is being executed."""
    SETTLED = "settled"
    """Final in the ledger: cannot be unwound, only returned."""
    COMPLETED = "completed"
    """Parties notified, evidence sealed."""
    REJECTED = "rejected"
    """Refused by a rule or a person, with ISO reason codes."""
    FAILED = "failed"
    """Could not be executed and an operator abandoned it; funds released."""
    CANCELLED = "cancelled"
    """Withdrawn before settlement."""


S = PaymentStatus
_STOPS: Final = frozenset({S.REJECTED, S.FAILED, S.CANCELLED})

NEXT: Final[dict[PaymentStatus, frozenset[PaymentStatus]]] = {
    S.INITIATED: _STOPS | {S.VALIDATED},
    S.VALIDATED: _STOPS | {S.SCREENED},
    S.SCREENED: _STOPS | {S.APPROVED},
    S.APPROVED: _STOPS | {S.QUEUED},
    S.QUEUED: _STOPS | {S.SETTLING},
    # A batch that cannot be executed puts its payments back into the queue by never having started them:
    # once settling, the only ways are finality, or an operator's word that nothing was executed.
    S.SETTLING: frozenset({S.SETTLED, S.FAILED}),
    S.SETTLED: frozenset({S.COMPLETED}),
    S.COMPLETED: frozenset(),
    S.REJECTED: frozenset(),
    S.FAILED: frozenset(),
    S.CANCELLED: frozenset(),
}

TERMINAL: Final = frozenset(status for status, following in NEXT.items() if not following)

PREDECESSORS: Final[dict[PaymentStatus, frozenset[PaymentStatus]]] = {
    status: frozenset(before for before, following in NEXT.items() if status in following) for status in S
}

PACS002: Final[dict[PaymentStatus, str]] = {
    S.INITIATED: "RCVD",
    S.VALIDATED: "ACTC",
    S.SCREENED: "ACCP",
    S.APPROVED: "ACFC",
    S.QUEUED: "PDNG",
    S.SETTLING: "ACSP",
    S.SETTLED: "ACSC",
    S.COMPLETED: "ACCC",
    S.REJECTED: "RJCT",
    S.FAILED: "RJCT",
    S.CANCELLED: "CANC",
}
"""The ISO 20022 transaction status that reports each of our statuses (ExternalPaymentTransactionStatus1Code)."""


def advance(now: PaymentStatus, to: PaymentStatus) -> PaymentStatus:
    """Take one legal step in the payment's life.

    Raises IllegalTransition when `to` may not follow `now`.
    """
    if to not in NEXT[now]:
        raise IllegalTransition(f"a payment that is {now} cannot become {to}", now=str(now), to=str(to))
    return to
