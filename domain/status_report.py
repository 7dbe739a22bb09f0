"""A bank tells another where a payment stands (ISO 20022 pacs.002)."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import InvalidValue
from domain.original import Original, StatedReason


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Where the original payment stands: `status` is of ExternalPaymentTransactionStatus1Code (ACTC, ACSC, RJCT …).

    A refusal says why, and a refused payment settles on no date.
    """

    original: Original
    status: str
    reasons: tuple[StatedReason, ...] = ()
    accepted_at: datetime | None = None
    settled_on: str | None = None
    clearing_reference: str | None = None

    def check(self) -> None:
        """Raises InvalidValue when a refusal has no reason, or has a settlement date."""
        if self.status == "RJCT" and not any(reason.code for reason in self.reasons):
            raise InvalidValue("a status report that refuses says why")
        if self.status == "RJCT" and self.settled_on:
            raise InvalidValue("a refused payment has no settlement date")
