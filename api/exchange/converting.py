"""Taking a quote for a payment: what its receiver gets is fixed in the transaction that takes the payment in."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from domain.errors import InvalidValue, ValidationFailed
from domain.finding import Finding
from domain.fx import Exchanged
from domain.money import MAX_DIGITS, Money
from domain.payment import PaymentOrder
from domain.reason import Reason
from schema.tables.common.session import WriteSession
from schema.tables.exchange import fx_quotes
from schema.tables.exchange.fx_conversions import NewConversion
from schema.tables.exchange.fx_quotes import QuoteView
from schema.tables.payment.payments import NewPayment
from settlement import fx
from settlement.fx import Conversion, Quote

SPOT_DAYS: Final = 5
"""How far ahead a payment that takes a quote may settle: two business days with a weekend, and one to spare."""


async def take(session: WriteSession, payment: NewPayment, quote_id: str) -> tuple[NewPayment, NewConversion]:
    """Take of a quote what the payment sells; the payment with its exchange, and the conversion to be kept with it.

    Raises NotFound (no such quote for its sender), ValidationFailed, QuoteExpired, QuoteExhausted.
    """
    order, at = payment.order, payment.created_at
    quote = await fx_quotes.find(session, quote_id, participant=order.sender_bic)
    refuse_if_wrong(quote, order, at)
    made = converted(quote, order.amount, payment.id, at)
    await fx_quotes.take(session, quote.id, order.amount, by=order.sender_bic, at=at)
    exchanged = Exchanged(quote.id, quote.dealer_bic, plain(quote.rate), made.bought)
    conversion = NewConversion(
        payment_id=payment.id,
        quote_id=quote.id,
        dealer_bic=quote.dealer_bic,
        sold=made.sold.currency,
        sold_minor=made.sold.minor,
        bought=made.bought.currency,
        bought_minor=made.bought.minor,
        rate=quote.rate,
        residue=made.residue,
        locked_at=at,
    )
    return replace(payment, order=replace(order, fx=exchanged)), conversion


def refuse_if_wrong(quote: QuoteView, order: PaymentOrder, at: datetime) -> None:
    """Raises ValidationFailed with everything that keeps the order from being exchanged at the quote."""
    found = []
    if order.amount.currency != quote.sold:
        found.append(Finding("/currency", "FX-02", f"the quote sells {quote.sold}", Reason.AM03))
    elif order.amount.minor < quote.least_minor:
        least = Money(quote.least_minor, quote.sold)
        found.append(Finding("/amount", "FX-04", f"the quote is for {least} {quote.sold} at least", Reason.AM09))
    if quote.dealer_bic in (order.sender_bic, order.receiver_bic):
        complaint = "the dealer of an exchange is neither its sender nor its receiver"
        found.append(Finding("/fx/quote_id", "FX-03", complaint, Reason.AG01))
    if order.value_date and date.fromisoformat(order.value_date) > at.date() + timedelta(days=SPOT_DAYS):
        complaint = f"a quoted rate is for the next {SPOT_DAYS} days"
        found.append(Finding("/value_date", "FX-08", complaint, Reason.CH03))
    if found:
        raise ValidationFailed("the payment cannot be exchanged at this quote", findings=tuple(found))


def converted(quote: QuoteView, amount: Money, payment_id: str, at: datetime) -> Conversion:
    """What an amount buys at a quote. Raises QuoteExpired, ValidationFailed (FX-05: too little or too much of it)."""
    promise = Quote(quote.id, quote.dealer_bic, quote.sold, quote.bought, quote.rate, quote.expires_at)
    locked = fx.lock(promise, payment_id, at)
    try:
        made = fx.convert(amount, locked)
    except InvalidValue as wrong:
        raise _amount(wrong.message, Reason.AM09) from wrong
    if made.bought.minor >= 10**MAX_DIGITS:
        raise _amount(f"an amount has at most {MAX_DIGITS} digits, also in {quote.bought}", Reason.AM02)
    return made


def plain(rate: Decimal) -> str:
    """A rate as it goes over the wire: its digits, without zeros at the end."""
    text = f"{rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _amount(complaint: str, reason: Reason) -> ValidationFailed:
    return ValidationFailed(complaint, findings=(Finding("/amount", "FX-05", complaint, reason),))
