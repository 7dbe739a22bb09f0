"""Money of a settled payment goes back the way it came (ISO 20022 pacs.004)."""

from dataclasses import dataclass

from domain.errors import InvalidValue
from domain.mention import Mentioned
from domain.money import Money
from domain.original import Original, StatedReason, original_of
from domain.party import Party
from domain.payment import ChargeBearer, PaymentKind, PaymentOrder, SettlementMethod


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    """A return. Debtor and creditor are those of the return: who was paid gives back to whom it came from.

    The reason is of ExternalReturnReason1Code; `returned` may be less than the original amount, never more.
    """

    return_id: str
    original: Original
    returned: Money
    reason: StatedReason
    debtor: Party
    creditor: Party
    original_amount: Money | None = None
    original_date: str | None = None
    value_date: str | None = None
    charge_bearer: ChargeBearer | None = None
    method: SettlementMethod = SettlementMethod.NET
    message_id: str | None = None
    mentioned: tuple[Mentioned, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether less goes back than came, in the same currency."""
        before = self.original_amount
        return before is not None and before.currency == self.returned.currency and self.returned < before

    def check(self) -> None:
        """Raises InvalidValue when more goes back than came, or without a reason."""
        before = self.original_amount
        if before is not None and before.currency == self.returned.currency and before < self.returned:
            raise InvalidValue("a return is not more than the payment it returns")
        if self.reason.code is None:
            raise InvalidValue("a return says why")

    def order(self, uetr: str) -> PaymentOrder:
        """The return as a payment of its own. It keeps the original's UETR on the wire and needs `uetr` in the books."""
        return PaymentOrder(
            amount=self.returned,
            debtor=self.debtor,
            creditor=self.creditor,
            end_to_end_id=self.original.end_to_end_id or "NOTPROVIDED",
            uetr=uetr,
            method=self.method,
            reference=self.return_id,
            remittance_info=self.reason.text,
            message_type="pacs.004.001.09",
            message_id=self.message_id,
            value_date=self.value_date,
            kind=PaymentKind.RETURN,
            mentioned=self.mentioned,
            charge_bearer=self.charge_bearer,
        )


def return_of(
    order: PaymentOrder,
    *,
    return_id: str,
    reason: StatedReason,
    returned: Money | None = None,
    value_date: str | None = None,
    original: Original | None = None,
) -> ReturnOrder:
    """The return of a payment, all of it or `returned`: its two ends change places.

    Raises InvalidValue when more would go back than came.
    """
    opposite = ReturnOrder(
        return_id=return_id,
        original=original or original_of(order),
        returned=returned or order.amount,
        reason=reason,
        debtor=order.creditor,
        creditor=order.debtor,
        original_amount=order.amount,
        original_date=order.value_date,
        value_date=value_date,
        charge_bearer=ChargeBearer.SHAR,
        method=order.method,
    )
    opposite.check()
    return opposite
