"""The steps of a payment that is exchanged: both currencies move in one stroke, and what rounding leaves is kept exactly.

First everything is set aside, which the ledger may refuse. Then the residue is taken in and written down, and from there
on the payment only goes forward: what follows resolves holds, and no refusal can take a residue back.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from temporalio import activity

from activities import fx_chains
from activities.clock import now
from activities.fences import Fences
from activities.payments import NETWORK
from domain.errors import DealerShort, Refused, Rejection
from domain.fx import ConversionState, bought_hold, rounding_hold
from domain.money import Money
from domain.payment import hold_id, rounding_account
from domain.status import PaymentStatus
from domain.turns import in_turn, turn_of
from ledger.book import Account
from ledger.protocol import Ledger
from runtime.metrics import Metrics
from schema.tables.common.session import Database, WriteSession
from schema.tables.compliance import rescreenings, reviews
from schema.tables.exchange import fx_conversions
from schema.tables.exchange.fx_conversions import ConversionView
from schema.tables.payment import payments, turns
from schema.tables.payment.payments import Step
from settlement.fx import Conversion, RoundingAccount

S = PaymentStatus

NOT_PLANNED: Final = frozenset({ConversionState.LOCKED, ConversionState.RESERVING})
"""Exchanges that can still be left."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """An exchange to be left. `begun`: its payment was tried, and the try may still run somewhere.

    `back`: it is screened again and may come back, so the rate stays locked, and set aside what is set aside; its turn
    (`hold_turn`) is over.
    """

    payment_id: str
    begun: bool
    back: bool = False
    hold_turn: int = 0
    ends_turn: bool = False
    """Not so of one that is pulled back as before 2026-11-25: its hold has the same id in all of its turns."""


class FxActivities:
    """Pays exchanged payments, or gives them up; runs where the ledger is."""

    def __init__(self, db: Database, ledger: Ledger, metrics: Metrics) -> None:
        self._db = db
        self._ledger = ledger
        self._metrics = metrics
        self._fences = Fences(ledger)
        self._open: Final[set[str]] = set()
        """Rounding accounts that this process knows to be open."""

    @activity.defn
    async def pay_exchanged(self, name: str) -> bool | None:
        """Set both currencies aside, take the rounding in, and move everything in one stroke. `name`: the ledger's, in its turn.

        A repeat goes on where the first try stopped. True: it is not paid, because a list is changing or has pulled it
        back. Raises InsufficientFunds and AccountClosed (the sender's), DealerShort, LedgerAccountMissing, and
        IllegalTransition when it is over, held, or in a later turn.
        """
        payment_id, turn = turn_of(name)
        begun_at = now()
        async with self._db.write() as session:
            made = await fx_conversions.hold(session, payment_id)
            if made.hold_turn > turn:
                raise turns.over(payment_id)
            if made.state in NOT_PLANNED and await rescreenings.bars(session, payment_id):
                return True
            if made.state is ConversionState.LOCKED:
                # A try that was late, and has been pulled back meanwhile, must not pay what people are looking at.
                await reviews.require_free(session, payment_id)
                await fx_conversions.begin(session, payment_id)
        if made.state is ConversionState.RELEASED:
            raise _given_up(payment_id)
        await self._set_aside(made)
        planned = await self._take_in(payment_id, turn, begun_at)
        if planned.state is ConversionState.RELEASED:
            # It was withdrawn while an earlier try of this step still ran, and that try has set money aside since.
            await self._void(bought_hold(name), rounding_hold(name), hold_id(name))
            raise _given_up(payment_id)
        if planned.state is ConversionState.LOCKED or planned.hold_turn > turn:
            return True  # pulled back while this try still ran: it comes again, and finds all set aside
        await self._ledger.submit(fx_chains.settle(planned, _conversion(planned).may_move))
        await self._record(planned, now())
        return None

    @activity.defn
    async def give_up_exchange(self, exchange: GiveUp) -> bool:
        """Give back what the exchange has set aside beside the sender's money; False when it only goes forward."""
        payment_id = exchange.payment_id
        async with self._db.write() as session:
            if exchange.back:
                return await self._put_off(session, exchange)
            if not await fx_conversions.abandon(session, payment_id, now(), begun=exchange.begun):
                return False
        name = in_turn(payment_id, exchange.hold_turn)
        await self._void(bought_hold(name), rounding_hold(name))
        return True

    async def _put_off(self, session: WriteSession, exchange: GiveUp) -> bool:
        """It is screened again, and whatever belongs to its turn pays nothing any more; False when it only goes forward."""
        made = await fx_conversions.hold(session, exchange.payment_id)
        if exchange.ends_turn and made.hold_turn > exchange.hold_turn:
            return True  # a late try: it has left before, and may be back in another turn
        left = await fx_conversions.put_off(session, exchange.payment_id)
        if left and exchange.ends_turn:
            await turns.end(session, exchange.payment_id, exchange.hold_turn)
        return left

    async def _set_aside(self, made: ConversionView) -> None:
        """Raises InsufficientFunds, AccountClosed, DealerShort, LedgerAccountMissing."""
        may_move = _conversion(made).may_move
        if may_move.minor:
            await self._open_rounding(made.bought)
        try:
            await self._fences.submit(
                in_turn(made.payment_id, made.hold_turn), fx_chains.reserve(made, may_move), partial(_told, made)
            )
        except Rejection as refusal:
            self._count(made, "dealer_short" if isinstance(refusal, DealerShort) else "refused")
            raise

    async def _take_in(self, payment_id: str, turn: int, begun_at: datetime) -> ConversionView:
        """Take the conversion's residue in, once: the plan that is stored decides what rounding moves."""
        async with self._db.write() as session:
            made = await fx_conversions.hold(session, payment_id)
            if made.state is ConversionState.RESERVING and made.hold_turn == turn:
                residue = await fx_conversions.rounding(session, made.dealer_bic, made.bought)
                conversion = _conversion(made)
                account, moved = RoundingAccount(made.bought, residue).take(conversion)
                assert moved.minor in (0, conversion.may_move.minor), "a hold was made for what is moved"
                await fx_conversions.settle(session, made, account.residue, moved.minor)
                steps = [Step(status, begun_at, NETWORK) for status in (S.APPROVED, S.QUEUED, S.SETTLING)]
                await payments.advance(session, payment_id, *steps, processed_at=begun_at)
                made = await fx_conversions.hold(session, payment_id)
        return made

    async def _record(self, made: ConversionView, final_at: datetime) -> None:
        steps = Step(S.SETTLED, final_at, NETWORK), Step(S.COMPLETED, now(), NETWORK)
        async with self._db.write() as session:
            await fx_conversions.paid(session, made.payment_id, final_at)
            fresh = await payments.advance(session, made.payment_id, *steps, settled_at=final_at)
        if fresh:
            self._metrics.settled.labels("fx").inc()
            self._count(made, "paid")
        if made.rounding_minor:
            balance = await self._ledger.balance(rounding_account(made.bought))
            self._metrics.fx_rounding.labels(made.bought).set(balance.posted_minor)

    async def _void(self, *holds: str) -> None:
        for name in holds:
            await self._fences.void(name)

    async def _open_rounding(self, currency: str) -> None:
        account = rounding_account(currency)
        if account not in self._open:
            await self._ledger.open_account(Account(account, currency, floor_minor=None))
            self._open.add(account)

    def _count(self, made: ConversionView, result: str) -> None:
        self._metrics.fx_conversions.labels(made.sold, made.bought, result).inc()


def _told(made: ConversionView, refusal: Rejection) -> Rejection:
    """What the sender is told of the ledger's refusal: nothing of what the dealer has."""
    if str(refusal.facts.get("account", "")).startswith(f"{made.dealer_bic}/"):
        return DealerShort(f"the dealer could not deliver the {made.bought} that were bought")
    return refusal


def _conversion(made: ConversionView) -> Conversion:
    return Conversion(Money(made.sold_minor, made.sold), Money(made.bought_minor, made.bought), made.residue)


def _given_up(payment_id: str) -> Refused:
    return Refused("the payment's exchange was given up before", payment_id=payment_id)
