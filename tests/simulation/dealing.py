"""Exchanges at a dealer's rate, as their steps make them: set aside, taken in, moved; a process may die in between."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count

from activities import fx_chains
from domain.errors import InsufficientFunds, InvalidValue
from domain.fx import ConversionState
from domain.money import Money
from domain.payment import rounding_account, settlement_account
from domain.settlement import Priority
from domain.status import PaymentStatus
from ledger.book import Account
from schema.tables.exchange.fx_conversions import ConversionView
from settlement.fx import Conversion, Quote, RoundingAccount, convert, lock
from tests.simulation.sleepers import Sleepers
from tests.simulation.world import BANKS, CURRENCIES, Payment, Way, World

S = PaymentStatus


@dataclass(slots=True)
class Deal:
    """An exchange that is set aside, and what rounding moves of it."""

    payment: Payment
    made: ConversionView
    may_move: Money


@dataclass(slots=True)
class Dealing:
    """Every dealer's residues, what was planned by a process that died since, and the exact sums beside the books."""

    world: World
    sleepers: Sleepers
    residues: dict[tuple[str, str], RoundingAccount] = field(default_factory=dict)
    owed: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    """What the rates make of what was sold, less what was bought and what rounding moved."""
    planned: list[Deal] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    async def deal(self) -> None:
        """A payment is exchanged, or one goes on whose process died."""
        if self.planned and self.world.random.random() < 0.5:
            await self._move(self.planned.pop(0))
        elif (deal := await self._set_aside()) is not None:
            if self.world.random.random() < 0.2:
                self.planned.append(deal)
                self.world.told["died between the chains"] += 1
            else:
                await self._move(deal)

    async def finish(self) -> None:
        """Whatever was planned goes forward."""
        while self.planned:
            await self._move(self.planned.pop(0))

    def check(self) -> None:
        """No fraction is lost, and none is more than half a unit."""
        for key, account in self.residues.items():
            assert account.residue == self.owed[key], key
            assert abs(account.residue) <= Fraction(1, 2), key

    async def _set_aside(self) -> Deal | None:
        chance = self.world.random
        sender, dealer, receiver = chance.sample(BANKS, 3)
        sold, bought = chance.sample(CURRENCIES, 2)
        # About one cent to the yen, so that neither currency runs out.
        rate = Decimal(chance.randint(5_000, 15_000)).scaleb(-2 if sold == "USD" else -6)
        quote = Quote("quo", dealer, sold, bought, rate, self.world.now + timedelta(minutes=1))
        try:
            made = convert(Money(chance.randint(1, 500), sold), lock(quote, "", self.world.now))
        except InvalidValue:
            return None
        number = next(self.numbers)
        payment = Payment(f"pay_fx{number}", sender, receiver, sold, made.sold.minor, Way.DEALT, Priority.NORMAL, 0)
        self.world.payments[payment.id] = payment
        payment.batch = "a deal is not withdrawn any more"
        payment.walk(S.VALIDATED, S.SCREENED)
        view = _view(payment, quote, made)
        await self.world.ledger.open_account(Account(rounding_account(bought), bought, floor_minor=None))
        try:
            await self.sleepers.set_aside(payment, fx_chains.reserve(view, made.may_move))
        except InsufficientFunds:
            payment.walk(S.REJECTED)
            return None
        payment.walk(S.APPROVED, S.QUEUED)
        self._hold(view, made.may_move, 1)
        return Deal(payment, self._take_in(view, made), made.may_move)

    def _take_in(self, view: ConversionView, made: Conversion) -> ConversionView:
        key = view.dealer_bic, view.bought
        account, moved = self.residues.get(key, RoundingAccount(view.bought)).take(made)
        self.residues[key] = account
        self.owed[key] = self.owed.get(key, Fraction()) + made.residue - moved.minor
        self.world.told["rounding moved"] += moved.minor != 0
        return _planned(view, moved)

    async def _move(self, deal: Deal) -> None:
        made = deal.made
        await self.world.post(fx_chains.settle(made, deal.may_move))
        self._hold(made, deal.may_move, -1)
        moves = [
            (settlement_account(made.sender_bic, made.sold), settlement_account(made.dealer_bic, made.sold), made.sold_minor),
            (settlement_account(made.dealer_bic, made.bought), settlement_account(made.receiver_bic, made.bought), made.bought_minor),
            (settlement_account(made.dealer_bic, made.bought), rounding_account(made.bought), made.rounding_minor or 0),
        ]  # fmt: skip
        for debit, credit, minor in moves:
            self.world.expected[debit] -= minor
            self.world.expected[credit] += minor
        deal.payment.walk(S.SETTLING, S.SETTLED, S.COMPLETED)
        self.world.told["dealt"] += 1

    def _hold(self, made: ConversionView, may_move: Money, sign: int) -> None:
        dealer = settlement_account(made.dealer_bic, made.bought)
        self.world.held[dealer] += sign * (made.bought_minor + max(may_move.minor, 0))
        self.world.held[rounding_account(made.bought)] += sign * max(-may_move.minor, 0)


def _view(payment: Payment, quote: Quote, made: Conversion) -> ConversionView:
    return ConversionView(
        payment_id=payment.id,
        quote_id=quote.id,
        dealer_bic=quote.dealer,
        sender_bic=payment.debtor,
        receiver_bic=payment.creditor,
        sold=made.sold.currency,
        sold_minor=made.sold.minor,
        bought=made.bought.currency,
        bought_minor=made.bought.minor,
        rate=quote.rate,
        residue=made.residue,
        state=ConversionState.RESERVING,
        rounding_minor=None,
        locked_at=quote.expires_at,
        ended_at=None,
    )


def _planned(view: ConversionView, moved: Money) -> ConversionView:
    return replace(view, state=ConversionState.SETTLING, rounding_minor=moved.minor)
