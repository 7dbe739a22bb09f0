"""What a return is in the books: a payment of its own, the two customers the other way round."""

from dataclasses import dataclass

from api.common.deps import Services
from api.initiation import intake
from api.initiation.orders import Submitted, fingerprinted
from domain.decision import Actor
from domain.errors import NotPermitted, NotReturnable
from domain.finding import Finding
from domain.ids import Uetr
from domain.mention import Mentioned
from domain.money import Money
from domain.party import Party
from domain.payment import EXCHANGED, PaymentKind, PaymentOrder, SettlementMethod
from schema.tables.payment.payments import Original, PaymentView, RawMessage


@dataclass(frozen=True, slots=True)
class Return:
    """What is given back of a payment, and why (ExternalReturnReason1Code)."""

    amount: Money
    reason: str
    text: str | None = None
    reference: str | None = None
    method: SettlementMethod = SettlementMethod.NET
    value_date: str | None = None
    message_id: str | None = None
    mentioned: tuple[Mentioned, ...] = ()


def ordered(paid: PaymentView, wanted: Return, message: RawMessage, *, warnings: tuple[Finding, ...] = ()) -> Submitted:
    """A return as a payment order. Raises NotReturnable: of a return, or of what was exchanged for something."""
    if paid.kind is PaymentKind.RETURN:
        raise NotReturnable("a return is not returned; pay again")
    if paid.method in EXCHANGED:
        raise NotReturnable("one leg of an exchange is not returned; exchange back")
    order = PaymentOrder(
        amount=wanted.amount,
        debtor=Party(paid.receiver_name, paid.receiver_bic, paid.receiver_account_id),
        creditor=Party(paid.sender_name, paid.sender_bic, paid.sender_account_id),
        end_to_end_id=paid.end_to_end_id,
        uetr=Uetr.new(),
        method=wanted.method,
        kind=PaymentKind.RETURN,
        reference=wanted.reference,
        remittance_info=wanted.text,
        value_date=wanted.value_date,
        message_type=message.message_type if message.message_type != "json" else None,
        message_id=wanted.message_id,
        mentioned=wanted.mentioned,
    )
    return fingerprinted(order, message, warnings=warnings, original=Original(paid.id, wanted.reason))


async def submit(
    house: Services, actor: Actor, paid: PaymentView, submitted: Submitted, key: str | None, wait_s: int | None
) -> intake.Answer:
    """Take a return in. Raises NotPermitted, and what `intake.take_in` raises."""
    if actor.bic not in (None, paid.receiver_bic):
        raise NotPermitted("only the receiver may return a payment", payment_id=paid.id)
    return await intake.take_in(house, actor, submitted, key, wait_s)
