"""A bank asks for a payment back, and is answered (ISO 20022 camt.056 and camt.029)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidValue
from domain.money import Money
from domain.original import Original, StatedReason


@dataclass(frozen=True, slots=True)
class RecallRequest:
    """A request to cancel a payment. BICs are BIC11.

    The case is the creator's name for the whole affair, the assignment one message of it from assigner to assignee.
    The reason is of ExternalCancellationReason1Code. `creator_bic` opened the case; None: the assigner did.
    """

    case_id: str
    assignment_id: str
    assigner_bic: str
    assignee_bic: str
    original: Original
    reason: StatedReason
    original_amount: Money | None = None
    original_date: str | None = None
    created: datetime | None = None
    creator_bic: str | None = None
    cancellation_id: str | None = None


class RecallStatus(StrEnum):
    """What the answer to a recall is."""

    CNCL = "CNCL"
    """The payment is cancelled; its money comes back, or never left."""
    RJCR = "RJCR"
    """The recall is refused."""
    PDCR = "PDCR"
    """The recall is being looked into."""


@dataclass(frozen=True, slots=True)
class RecallAnswer:
    """The answer to a recall. `request_id` is the assignment it answers, `requested` when that was made.

    A refusal says why, of ExternalPaymentCancellationRejection1Code.
    """

    case_id: str
    assignment_id: str
    assigner_bic: str
    assignee_bic: str
    original: Original
    status: RecallStatus
    reasons: tuple[StatedReason, ...] = ()
    request_id: str | None = None
    requested: datetime | None = None
    created: datetime | None = None
    creator_bic: str | None = None
    status_id: str | None = None

    def check(self) -> None:
        """Raises InvalidValue when a refusal has no reason."""
        if self.status is RecallStatus.RJCR and not any(reason.code for reason in self.reasons):
            raise InvalidValue("an answer that refuses a recall says why")
