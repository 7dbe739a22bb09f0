"""The leg of an exchange as JSON: what is wanted for it, under which reference, and for how long."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from api.common.body import Body
from api.common.deps import Services
from api.common.fields import Amount, Currency, Reference, as_money, broken, in_utc
from domain.errors import InvalidValue, ValidationFailed
from domain.exchange import Exchange
from domain.finding import Finding
from domain.ids import Isin
from domain.money import MAX_DIGITS, Money, is_security
from domain.payment import EXCHANGED, PaymentOrder, SettlementMethod
from domain.reason import Reason
from schema.tables.settlement import calendars
from settlement.dates import timing_of

MOST_UNITS: Final = 10**MAX_DIGITS - 1


def _isin(text: str) -> str:
    try:
        return str(Isin.parse(text))
    except InvalidValue as wrong:
        raise broken("EX-05", wrong.message, Reason.AM03) from wrong


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise broken("EX-04", "a moment is written YYYY-MM-DDThh:mm:ssZ", Reason.DT01) from wrong
    try:
        in_utc(moment)
    except InvalidValue as wrong:
        raise broken("EX-04", wrong.message, Reason.DT01) from wrong
    return text


IsinText = Annotated[str, Field(examples=["DE0001102580"]), AfterValidator(_isin)]
Units = Annotated[int, Field(ge=1, le=MOST_UNITS)]
Moment = Annotated[str, Field(examples=["2026-10-13T16:00:00Z"]), AfterValidator(_moment)]


class Security(Body):
    """So many units of a security (ISO 6166)."""

    isin: IsinText
    units: Units

    @property
    def money(self) -> Money:
        """As it is booked."""
        return Money(self.units, self.isin)


class Wanted(Body):
    """What is wanted in exchange: an amount of a currency, or so many units of a security."""

    currency: Currency | None = None
    amount: Amount | None = None
    isin: IsinText | None = None
    units: Units | None = None

    @field_validator("amount")
    @classmethod
    def _positive(cls, text: str | None, info: ValidationInfo) -> str | None:
        if text is not None and not as_money(text, info.data.get("currency") or "KWD").minor:
            raise broken("AM-01", "the amount is zero", Reason.AM01)
        return text

    @property
    def money(self) -> Money | None:
        """As it is booked; None when it is neither the one nor the other."""
        match self.currency, self.amount, self.isin, self.units:
            case str(currency), str(amount), None, None:
                return Money.parse(amount, currency)
            case None, None, str(isin), int(units):
                return Money(units, isin)
        return None


class ExchangePart(Body):
    """What makes a payment a leg: the reference that both banks agreed on, what is wanted, and until when."""

    reference: Reference
    wants: Wanted
    expires_at: Moment | None = None

    @field_validator("wants")
    @classmethod
    def _one_or_the_other(cls, wants: Wanted) -> Wanted:
        if wants.money is None:
            raise broken("EX-02", "what is wanted is a currency and an amount, or an ISIN and units")
        return wants

    @property
    def exchange(self) -> Exchange:
        """In the bank's words."""
        wants = self.wants.money
        assert wants is not None, "checked when it was read"
        until = in_utc(datetime.fromisoformat(self.expires_at)) if self.expires_at else None
        return Exchange(self.reference, wants, until)


def fitting(part: ExchangePart | None, method: SettlementMethod, gives: str | None) -> ExchangePart | None:
    """The exchange that belongs to the method; `gives` is the asset's code, None where it is wrong itself."""
    if (part is None) == (method in EXCHANGED):
        raise broken("EX-01", "payments by pvp and dvp have an exchange, and no others have")
    if part is None or gives is None or part.wants.money is None:
        return part
    wants = part.wants.money.currency
    sides = {is_security(gives), is_security(wants)}
    if method is SettlementMethod.PVP and (True in sides or gives == wants):
        raise broken("EX-03", "pvp exchanges two different currencies")
    if method is SettlementMethod.DVP and len(sides) == 1:
        raise broken("EX-03", "dvp exchanges cash and a security")
    return part


@dataclass(frozen=True, slots=True)
class Span:
    """From when on a leg can settle at all, until when it waits if it does not say, and until when it may wait at most."""

    begins: datetime
    usual: datetime
    latest: datetime


async def span_of(house: Services, order: PaymentOrder, now: datetime) -> Span | None:
    """The time that a leg has, counted from when both its sides can settle; None for a payment that is no leg."""
    if order.exchange is None:
        return None
    settings, wanted = house.settings, date.fromisoformat(order.value_date) if order.value_date else None
    sides = (order.amount.currency, order.exchange.wants.currency)
    async with house.db.read() as session:
        lines = [await calendars.line(session, side) for side in sides if not is_security(side)]
    begins = max(now, timing_of(lines, now, observance=settings.calendars, wanted=wanted).release_at)
    return Span(
        begins,
        begins + timedelta(seconds=settings.exchange_wait_s),
        begins + timedelta(seconds=settings.exchange_longest_s),
    )


def dated(order: PaymentOrder, span: Span | None) -> PaymentOrder:
    """A leg that says how long it waits."""
    if span is None or order.exchange is None or order.exchange.expires_at is not None:
        return order
    return replace(order, exchange=replace(order.exchange, expires_at=span.usual))


def require_in_time(order: PaymentOrder, span: Span | None) -> None:
    """Raises ValidationFailed when a leg is over before it can settle, or wants to wait longer than any may."""
    expires_at = order.exchange.expires_at if order.exchange else None
    if span is not None and expires_at is not None and not span.begins < expires_at <= span.latest:
        begins, latest = (f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for moment in (span.begins, span.latest))
        complaint = f"this leg can settle from {begins} on, and may wait until {latest}"
        found = (Finding("/exchange/expires_at", "EX-04", complaint, Reason.DT01),)
        raise ValidationFailed("1 rule is broken", findings=found)
