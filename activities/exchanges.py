"""Steps of an exchange of values: a leg enters and leaves, a pair is claimed, posted in one chain, recorded and told."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from temporalio import activity
from temporalio.client import Client

from activities import chains
from activities.clock import now
from activities.fences import Fences
from activities.ledger import Reservation
from activities.payments import NETWORK
from activities.settlement import Settled, tell
from domain.calendars import Observance
from domain.errors import ExchangeCrowded
from domain.exchange import Exchange, Leg, Mismatch
from domain.money import Money, is_security
from domain.payment import PaymentOrder, SettlementMethod, hold_id
from domain.status import PaymentStatus
from ledger.book import HoldState
from ledger.protocol import Ledger
from runtime.metrics import Metrics
from schema.tables.common.session import Database, WriteSession
from schema.tables.compliance import pull_backs, rescreenings
from schema.tables.exchange import exchanges
from schema.tables.exchange.exchanges import PairState, PairView
from schema.tables.payment import payments, turns
from schema.tables.payment.payments import Step
from schema.tables.settlement import calendars, gross_queue
from settlement.dates import opening
from settlement.exchange import Pair, match, settle

MOST_LEGS: Final = 20
"""So many legs of two banks wait under one reference at most: each is compared with each."""
LISTS_CHANGING: Final = timedelta(seconds=5)
"""How soon a pair is looked at again while payments are screened anew because a list has changed."""
NO_OPENING: Final = timedelta(days=1)
"""How soon a pair is looked at again for which no time is in sight at which both its currencies settle."""


@dataclass(frozen=True, slots=True)
class LegEntry:
    """A leg on its way into its exchange, which lets it wait no longer than `expires_at`.

    `asked_at` is the time of the workflow that asks, here and below: of two words on a leg the later one counts, however
    late the earlier one is carried out.
    """

    reservation: Reservation
    expires_at: datetime
    asked_at: datetime
    ledger_task_queue: str | None = None


@dataclass(frozen=True, slots=True)
class LegRef:
    """A leg; and where the pairs are posted that its leaving may make.

    `ends_turn`: it leaves to be screened again, whereupon its turn is over (`hold_turn`).
    """

    payment_id: str
    asked_at: datetime
    ledger_task_queue: str | None = None
    ends_turn: bool = False
    hold_turn: int = 0


@dataclass(frozen=True, slots=True)
class PairRef:
    """A pair; and where the pairs are posted that its end may make."""

    pair_id: str
    ledger_task_queue: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """Whether a leg has left its exchange, and what its nearest partner said otherwise (""; there was none).

    `misnamed`: there was a partner but for the banks that one of the two names.
    """

    left: bool
    contradiction: str = ""
    misnamed: bool = False


class Claim(StrEnum):
    """What became of the wish to execute a pair."""

    TAKEN = "taken"
    """Nobody can leave any more; post it."""
    WAIT = "wait"
    """Not yet; ask again at the time given."""
    GONE = "gone"
    """It was dissolved, or is about to be."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """The answer to a claim; `until` is set when it is to wait, and `why` tells for what."""

    claim: Claim
    until: datetime | None = None
    why: str = ""


class ExchangeLedgerActivities:
    """Reserves and posts legs; runs where the ledger is."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger
        self._fences = Fences(ledger)

    @activity.defn
    async def enter_exchange(self, entry: LegEntry) -> None:
        """Set aside what the leg gives, then let it look for its partner. Of two legs that match, a pair is made.

        Raises InsufficientFunds, AccountClosed, LedgerAccountMissing, ExchangeCrowded.
        """
        wanted = entry.reservation
        order, exchange = await self._admitted(wanted)
        [made] = await self._fences.submit(wanted.name, [chains.held(wanted.owed(), wanted.currency)])
        if not made.created:
            await self._require_held(wanted.name)
        at = now()
        leg = _leg(entry, exchange, at)
        async with self._db.write() as session:
            banks = (leg.giver, leg.taker)
            exchange_id = await exchanges.agree(
                session, reference=leg.reference, banks=banks, method=order.method, at=at
            )
            entered = await exchanges.enter(session, exchange_id, leg, asked_at=entry.asked_at)
            assert entered, "whoever has left does not ask to enter"
            await payments.advance(
                session,
                leg.payment_id,
                Step(PaymentStatus.APPROVED, at, NETWORK),
                Step(PaymentStatus.QUEUED, at, NETWORK, {"exchange_id": exchange_id}),
                processed_at=at,
            )
            await _find_partners(session, exchange_id, at, entry.ledger_task_queue)

    async def _admitted(self, wanted: Reservation) -> tuple[PaymentOrder, Exchange]:
        """What the leg says. Raises ExchangeCrowded, and then nothing is held for it."""
        async with self._db.read() as session:
            order = await payments.order(session, wanted.payment_id)
            assert order.exchange is not None, "a leg belongs to an exchange"
            others = await exchanges.others(
                session,
                wanted.payment_id,
                reference=order.exchange.reference,
                banks=(wanted.debtor_bic, wanted.creditor_bic),
            )
        if others >= MOST_LEGS:
            # A first try may have reserved when there was still room, or be about to.
            await self._fences.give_back(wanted.name, ExchangeCrowded.code)
            raise ExchangeCrowded(f"{MOST_LEGS} legs wait under this reference already")
        return order, order.exchange

    async def _require_held(self, name: str) -> None:
        """Raises ExchangeCrowded when an earlier try has given back what it held, or the leg was withdrawn since."""
        hold = await self._ledger.hold(hold_id(name))
        if hold is not None and hold.state is HoldState.VOIDED:
            raise ExchangeCrowded("what the leg gives was given back before")

    @activity.defn
    async def execute_pair(self, pair_id: str) -> None:
        """Post both legs in one chain: both or neither."""
        async with self._db.read() as session:
            pair = await exchanges.pair(session, pair_id)
        await self._ledger.submit(chains.exchange(settle(Pair(*pair.legs))))


class ExchangeActivities:
    """Decides in SQL who leaves, which pair is executed, and what became of it."""

    def __init__(
        self, db: Database, client: Client, metrics: Metrics, observance: Observance = Observance.ALWAYS_OPEN
    ) -> None:
        self._db = db
        self._client = client
        self._metrics = metrics
        self._observance = observance

    @activity.defn
    async def leave_exchange(self, leg: LegRef) -> Left:
        """Take a leg out of its exchange, unless its pair is being executed. Its partner looks for another."""
        at = now()
        async with self._db.write() as session:
            exchange_id = await exchanges.hold(session, payment_id=leg.payment_id)
            if leg.ends_turn and await turns.ended(session, leg.payment_id, leg.hold_turn):
                return Left(True)  # a late try: it has left before, and may be back in another turn
            if exchange_id is not None:
                elsewhere = await exchanges.elsewhere(session, leg.payment_id)
                said = elsewhere or await exchanges.contradictions(session, leg.payment_id)
                left = await exchanges.leave(session, leg.payment_id, at, asked_at=leg.asked_at)
                if left and leg.ends_turn:
                    await turns.end(session, leg.payment_id, leg.hold_turn)
                await _find_partners(session, exchange_id, at, leg.ledger_task_queue)
                return Left(left, "; ".join(map(str, said)), bool(elsewhere))
            # Whoever enters holds the payment, as we do now, if its turn ends: either it is in, or it stays outside.
            if not leg.ends_turn or not await exchanges.entered(session, leg.payment_id):
                if leg.ends_turn:
                    await turns.end(session, leg.payment_id, leg.hold_turn)
                return Left(True)
        return await self.leave_exchange(leg)

    @activity.defn
    async def claim_pair(self, ref: PairRef) -> Claimed:
        """Take a pair for execution, as soon as both its currencies can be settled."""
        at = now()
        async with self._db.write() as session:
            exchange_id = await exchanges.hold(session, pair_id=ref.pair_id)
            assert exchange_id is not None, "a pair belongs to an exchange"
            pair = await exchanges.pair(session, ref.pair_id)
            if pair.state is not PairState.MATCHED:
                return Claimed(Claim.GONE if pair.state is PairState.DISSOLVED else Claim.TAKEN)
            if any(leg.expires_at <= at for leg in pair.legs):
                return Claimed(Claim.GONE)  # the leg's own workflow is about to take it out
            if stopped := await exchanges.stopped(session, pair.id):
                # Its last word was carried out after its end: a worker stood still in between.
                for payment_id in stopped:
                    await exchanges.leave(session, payment_id, at, asked_at=at)
                await _find_partners(session, exchange_id, at, ref.ledger_task_queue)
                return Claimed(Claim.GONE)
            if wait := await self._wait(session, pair, at):
                await exchanges.postpone(session, pair.id, *wait)
                return Claimed(Claim.WAIT, *wait)
            await exchanges.claim(session, pair.id, at)
            await exchanges.refresh(session, exchange_id, at)
        return Claimed(Claim.TAKEN)

    @activity.defn
    async def record_pair(self, pair_id: str) -> Settled:
        """Record that both legs are final."""
        at = now()
        async with self._db.write() as session:
            exchange_id = await exchanges.hold(session, pair_id=pair_id)
            assert exchange_id is not None, "a pair belongs to an exchange"
            settled = await exchanges.settle(session, pair_id, at)
            await exchanges.refresh(session, exchange_id, at)
            pair = await exchanges.pair(session, pair_id)
            for leg in pair.legs:  # whoever waits for liquidity may have some of it now
                await gross_queue.wake(session, leg.asset, at=at)
        self._metrics.settled.labels(_method(pair)).inc(settled)
        assert pair.claimed_at is not None, "what is final was claimed"
        assert pair.settled_at is not None, "it is final"
        return Settled(pair_id, pair.claimed_at, pair.settled_at)

    @activity.defn
    async def tell_legs(self, news: Settled) -> None:
        """Tell both payments of a final pair."""
        async with self._db.read() as session:
            pair = await exchanges.pair(session, news.batch_id)
        await asyncio.gather(*(tell(self._client, leg.payment_id, news) for leg in pair.legs))

    async def _wait(self, session: WriteSession, pair: PairView, at: datetime) -> tuple[datetime, str] | None:
        """Until when the pair has to wait, and for what. A security settles whenever its cash does."""
        legs = [leg.payment_id for leg in pair.legs]
        if await rescreenings.pending(session):
            return at + LISTS_CHANGING, "payments to be screened against a list that has changed"
        if await pull_backs.held_back(session, legs):
            return at + LISTS_CHANGING, "its turn"  # neither bank learns of which of them a party is listed
        currencies = [leg.asset for leg in pair.legs if not is_security(leg.asset)]
        if self._observance is Observance.OBSERVED:
            until = opening(at, [await calendars.line(session, currency) for currency in currencies])
            if until is None or until > at:
                return until or at + NO_OPENING, f"{' and '.join(currencies)} to be open"
        return None


async def _find_partners(session: WriteSession, exchange_id: str, at: datetime, ledger_task_queue: str | None) -> None:
    """Make pairs of the legs that match, and tell the others what stands in the way. The exchange is held."""
    waiting = {leg.payment_id: leg for leg in await exchanges.waiting(session, exchange_id)}
    matching = match(waiting.values(), at)
    for pair in matching.pairs:
        told = {"ledger_task_queue": ledger_task_queue}
        await exchanges.join(session, exchange_id, (pair.first, pair.second), at, told)
    for single in matching.waiting:
        said = [_in_words(single.leg, waiting[single.nearest or ""], each) for each in single.mismatches]
        await exchanges.tell(session, single.leg.payment_id, single.nearest, said, at)
    await exchanges.refresh(session, exchange_id, at)


def _leg(entry: LegEntry, exchange: Exchange, at: datetime) -> Leg:
    gives, wants = entry.reservation, exchange.wants
    return Leg(
        payment_id=gives.payment_id,
        reference=exchange.reference,
        giver=gives.debtor_bic,
        taker=gives.creditor_bic,
        asset=gives.currency,
        amount_minor=gives.amount_minor,
        wanted_asset=wants.currency,
        wanted_minor=wants.minor,
        arrived_at=at,
        expires_at=entry.expires_at,
        hold_turn=gives.hold_turn,
    )


def _method(pair: PairView) -> SettlementMethod:
    delivers = any(is_security(leg.asset) for leg in pair.legs)
    return SettlementMethod.DVP if delivers else SettlementMethod.PVP


def _in_words(leg: Leg, other: Leg, mismatch: Mismatch) -> Mismatch:
    """A mismatch as banks write amounts, not in minor units."""
    match mismatch.field:
        case "amount":
            return replace(
                mismatch,
                expected=str(Money(leg.wanted_minor, leg.wanted_asset)),
                found=str(Money(other.amount_minor, other.asset)),
            )
        case "wanted amount":
            return replace(
                mismatch,
                expected=str(Money(leg.amount_minor, leg.asset)),
                found=str(Money(other.wanted_minor, other.wanted_asset)),
            )
    return mismatch
