"""What a payment is: the instruction as it was taken in, whatever message it came by."""

from dataclasses import dataclass
from enum import StrEnum

from domain.money import Money
from domain.party import Party


class SettlementMethod(StrEnum):
    """How a payment becomes final."""

    GROSS = "gross"
    """At once and alone; for urgent or high-value payments."""
    NET = "net"
    """With the others of its currency, in the next settlement window."""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A payment instruction in the bank's words, parsed at the edge. BICs are BIC11."""

    amount: Money
    debtor: Party
    creditor: Party
    end_to_end_id: str
    uetr: str
    method: SettlementMethod = SettlementMethod.NET
    reference: str | None = None
    remittance_info: str | None = None
    message_type: str | None = None
    message_id: str | None = None
    value_date: str | None = None


def settlement_account(bic: str, currency: str) -> str:
    """The ledger account a participant settles from in one currency."""
    return f"{bic}/{currency}"


def hold_id(payment_id: str) -> str:
    """The ledger's name for the funds reserved for a payment."""
    return f"{payment_id}/hold"
