"""How exchanges of values are shown: what a leg gives and wants, whom it has found, and where another contradicts it."""

from datetime import datetime

from api.common.shapes import DecimalText, Shape, amount
from domain.exchange import Mismatch
from domain.payment import PaymentOrder, SettlementMethod
from schema.tables.exchange.exchange_views import ExchangeView, LegView, PairHistory
from schema.tables.exchange.exchanges import ExchangeState, LegState, PairState


class ValueShape(Shape):
    """An amount of a currency (ISO 4217), or units of a security (ISO 6166)."""

    asset: str
    amount: DecimalText


class DifferenceShape(Shape):
    """What one leg expects of the other, and what it found there."""

    field: str
    expected: str
    found: str


class ContradictionShape(Shape):
    """The leg that comes nearest, and all in which it is not what is wanted.

    `payment_id` is null of one between other banks: that there is one is told, and not whose it is ("somebody else").
    """

    payment_id: str | None
    differences: list[DifferenceShape]


class LegShape(Shape):
    """One leg: a payment, what it gives and wants, and where it stands. It waits until `expires_at` at the latest."""

    payment_id: str
    giver: str
    taker: str
    gives: ValueShape
    wants: ValueShape
    state: LegState
    arrived_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    pair_id: str | None
    contradicted_by: ContradictionShape | None


class PairShape(Shape):
    """Two legs that match. While it is matched and not executed, `waits_for` says what for, `waits_until` at least until when."""

    id: str
    first_payment_id: str
    second_payment_id: str
    state: PairState
    matched_at: datetime
    waits_until: datetime | None
    waits_for: str | None
    claimed_at: datetime | None
    settled_at: datetime | None
    dissolved_at: datetime | None
    reason: str | None


class ExchangeMoment(Shape):
    """Something that happened in an exchange: to which payment, or to which pair."""

    what: str
    at: datetime
    payment_id: str | None = None
    pair_id: str | None = None


class ExchangeShape(Shape):
    """What two banks agreed on under a reference, and its legs, oldest first."""

    id: str
    reference: str
    method: SettlementMethod
    banks: list[str]
    state: ExchangeState
    opened_at: datetime
    updated_at: datetime
    legs: list[LegShape]


class ExchangeDetail(ExchangeShape):
    """An exchange with its pairs and all that happened, in order."""

    pairs: list[PairShape]
    timeline: list[ExchangeMoment]


class ExchangePage(Shape):
    """A page of exchanges, newest first."""

    exchanges: list[ExchangeShape]
    total: int
    page: int
    limit: int


class LegOfPayment(Shape):
    """What a payment is made for. `id` and `state` are null until its funds are set aside and it looks for its partner."""

    id: str | None
    reference: str
    wants: ValueShape
    expires_at: datetime | None
    state: LegState | None
    pair_id: str | None
    contradicted_by: ContradictionShape | None


def exchange_shown(exchange: ExchangeView) -> ExchangeShape:
    """As it is listed."""
    return ExchangeShape(
        id=exchange.id,
        reference=exchange.reference,
        method=exchange.method,
        banks=[exchange.first_bic, exchange.second_bic],
        state=exchange.state,
        opened_at=exchange.opened_at,
        updated_at=exchange.updated_at,
        legs=[_leg(leg) for leg in exchange.legs],
    )


def detail_shown(exchange: ExchangeView, pairs: tuple[PairHistory, ...]) -> ExchangeDetail:
    """In full."""
    moments = [moment for leg in exchange.legs for moment in _of_leg(leg)]
    moments += [moment for pair in pairs for moment in _of_pair(pair)]
    return ExchangeDetail(
        **dict(exchange_shown(exchange)),
        pairs=[PairShape.model_validate(pair) for pair in pairs],
        timeline=sorted(moments, key=lambda moment: moment.at),
    )


def leg_of_payment(order: PaymentOrder, leg: LegView | None) -> LegOfPayment | None:
    """What a payment is made for; None of one that is made for itself."""
    if order.exchange is None:
        return None
    wants = order.exchange.wants
    return LegOfPayment(
        id=leg.exchange_id if leg else None,
        reference=order.exchange.reference,
        wants=_value(wants.minor, wants.currency),
        expires_at=order.exchange.expires_at,
        state=leg.state if leg else None,
        pair_id=leg.pair_id if leg else None,
        contradicted_by=_contradiction(leg) if leg else None,
    )


def _leg(leg: LegView) -> LegShape:
    return LegShape(
        payment_id=leg.payment_id,
        giver=leg.giver,
        taker=leg.taker,
        gives=_value(leg.amount_minor, leg.asset),
        wants=_value(leg.wanted_minor, leg.wanted_asset),
        state=leg.state,
        arrived_at=leg.arrived_at,
        expires_at=leg.expires_at,
        ended_at=leg.ended_at,
        pair_id=leg.pair_id,
        contradicted_by=_contradiction(leg),
    )


def _contradiction(leg: LegView) -> ContradictionShape | None:
    if leg.elsewhere is not None:
        named = Mismatch.elsewhere(leg.elsewhere, giver=leg.giver, taker=leg.taker)
        return ContradictionShape(payment_id=None, differences=[DifferenceShape.model_validate(named)])
    if not leg.told or not leg.told["mismatches"]:
        return None
    return ContradictionShape(payment_id=leg.told["with"], differences=leg.told["mismatches"])


def _value(minor: int, asset: str) -> ValueShape:
    return ValueShape(asset=asset, amount=amount(minor, asset))


def _of_leg(leg: LegView) -> list[ExchangeMoment]:
    came = [ExchangeMoment(what="entered", at=leg.arrived_at, payment_id=leg.payment_id)]
    if leg.ended_at is None or leg.state is LegState.SETTLED:
        return came
    return [*came, ExchangeMoment(what=leg.state, at=leg.ended_at, payment_id=leg.payment_id)]


def _of_pair(pair: PairHistory) -> list[ExchangeMoment]:
    moments = (
        ("matched", pair.matched_at),
        ("executing", pair.claimed_at),
        ("settled", pair.settled_at),
        ("dissolved", pair.dissolved_at),
    )
    return [ExchangeMoment(what=what, at=at, pair_id=pair.id) for what, at in moments if at is not None]
