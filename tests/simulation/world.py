"""A whole settlement network without Temporal: banks, payments, queues and windows over a ledger."""

import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random

from domain.payment import dues_account, hold_id, settlement_account
from domain.settlement import Obligation, Priority
from domain.status import TERMINAL, PaymentStatus, advance
from domain.turns import in_turn
from ledger.book import Account, Balance, HoldState, Operation, Receipt, Transfer
from ledger.memory import MemoryLedger
from ledger.protocol import Ledger
from settlement.exchange import Leg

S = PaymentStatus

NETWORK = "NETWORK"
BANKS = tuple(f"{name}DEFFXXX" for name in ("ALPH", "BRVO", "CHLI", "DLTA", "ECHO", "FXTR"))
FLOORS = {BANKS[0]: 0, BANKS[1]: 0, BANKS[2]: 0, BANKS[3]: -400, BANKS[4]: -1000, BANKS[5]: 0}
"""Some are prefunded, some have a net debit cap."""
CURRENCIES = ("USD", "JPY")
OPENING = 3000
"""Minor units; small against the payments, so that funds run out now and then."""
DAWN = datetime(2026, 11, 25, tzinfo=UTC)


class Way(StrEnum):
    """How a payment settles."""

    AT_ONCE = "at_once"
    """Gross: reserved and posted in one chain, or rejected."""
    QUEUED = "queued"
    """Gross: waits in its bank's queue until it can be paid, alone or with others."""
    HELD = "held"
    """Net: its whole amount is reserved until its window closes."""
    DUE = "due"
    """Net: it takes no liquidity until its window closes, and may be deferred then."""
    EXCHANGE = "exchange"
    """One leg of a payment versus payment."""
    DEALT = "dealt"
    """Exchanged at a dealer's rate; the creditor gets another currency."""


PENDING_DUE = (Way.QUEUED, Way.DUE)
"""Held on dues accounts as long as they wait."""


@dataclass(slots=True)
class Payment:
    """One payment and where it stands. `reasons` are those of its deferrals; `returns` is the payment it gives back."""

    id: str
    debtor: str
    creditor: str
    currency: str
    amount_minor: int
    way: Way
    priority: Priority
    arrived: int
    status: PaymentStatus = S.INITIATED
    batch: str | None = None
    reasons: list[str] = field(default_factory=list)
    returns: str | None = None
    leg: Leg | None = None
    turn: int = 0
    pulled: bool = False
    """Whether it is being screened again, so that nothing may settle it."""

    @property
    def name(self) -> str:
        """What the ledger calls it in this turn."""
        return in_turn(self.id, self.turn)

    def walk(self, *statuses: PaymentStatus) -> None:
        """Take legal steps."""
        for status in statuses:
            self.status = advance(self.status, status)

    @property
    def obligation(self) -> Obligation:
        """What it is in a queue."""
        banks = self.debtor, self.creditor
        return Obligation(self.id, *banks, self.amount_minor, self.priority, self.arrived, self.turn)

    @property
    def accounts(self) -> tuple[str, str]:
        """The settlement accounts between which it moves money."""
        return settlement_account(self.debtor, self.currency), settlement_account(self.creditor, self.currency)


class Interrupted(Exception):
    """The process died: what it was about to do is taken up by the next one."""


def memory() -> MemoryLedger:
    """A ledger whose clock counts its own answers, so that a seed tells the same story to the microsecond."""
    return MemoryLedger(itertools.count().__next__)


@dataclass(slots=True)
class World:
    """The network's memory, and what must hold of it."""

    random: Random
    ledger: Ledger = field(default_factory=memory)
    payments: dict[str, Payment] = field(default_factory=dict)
    expected: Counter[str] = field(default_factory=Counter)
    """Posted balance of each account, added up beside the ledger."""
    held: Counter[str] = field(default_factory=Counter)
    """What is pending on an account beside the payments that wait."""
    told: Counter[str] = field(default_factory=Counter)
    """How often each thing happened."""
    in_doubt: set[str] = field(default_factory=set)
    """Batches that the ledger has, and whose process died before it could say so."""
    now: datetime = DAWN

    async def found(self) -> None:
        """Open and fund every account."""
        for currency in CURRENCIES:
            source = settlement_account(NETWORK, currency)
            await self.ledger.open_account(Account(source, currency, floor_minor=None))
            for bank in BANKS:
                account = settlement_account(bank, currency)
                await self.ledger.open_account(Account(account, currency, FLOORS[bank]))
                await self.ledger.open_account(Account(dues_account(bank, currency), currency, floor_minor=None))
                await self.fund(bank, currency, OPENING, "opening")

    async def fund(self, bank: str, currency: str, amount_minor: int, reference: str) -> None:
        """The network credits a bank."""
        source, account = settlement_account(NETWORK, currency), settlement_account(bank, currency)
        await self.post([Transfer(f"{account}/fund/{reference}", source, account, currency, amount_minor)])
        self.expected[source] -= amount_minor
        self.expected[account] += amount_minor

    async def spendable(self, currency: str) -> dict[str, int]:
        """What every bank may still pay in a currency."""
        return {
            bank: (await self.ledger.balance(settlement_account(bank, currency))).available_minor - FLOORS[bank]
            for bank in BANKS
        }

    async def money(self) -> list[Balance]:
        """Every balance of money; fences hold none."""
        return [balance for balance in await self.ledger.balances() if balance.asset in CURRENCIES]

    def waiting(self, *ways: Way, currency: str | None = None, pulled: bool = False) -> list[Payment]:
        """Payments that wait to be settled in one of these ways, in the order of arrival; on demand also the pulled back."""
        return [
            payment
            for payment in self.payments.values()
            if payment.status is S.QUEUED
            and payment.way in ways
            and currency in (None, payment.currency)
            and payment.pulled in (False, pulled)
        ]

    def settled(self, payments: Iterable[Payment]) -> None:
        """The ledger has them: what the banks own is what they would own had each been paid on its own."""
        for payment in payments:
            debit, credit = payment.accounts
            accounts = [(debit, credit)]
            if payment.way in PENDING_DUE:
                dues = (dues_account(bank, payment.currency) for bank in (payment.debtor, payment.creditor))
                accounts.append((next(dues), next(dues)))
            for gives, takes in accounts:
                self.expected[gives] -= payment.amount_minor
                self.expected[takes] += payment.amount_minor
            payment.walk(S.SETTLING, S.SETTLED, S.COMPLETED)

    def passes(self) -> None:
        """A minute goes by."""
        self.now += timedelta(minutes=1)

    async def post(self, chain: Sequence[Operation]) -> None:
        """Submit a chain, and now and then once more, as a step does whose answer was lost."""
        await self.insist(lambda: self.ledger.submit(chain))

    async def insist(self, submit: Callable[[], Awaitable[tuple[Receipt, ...]]]) -> None:
        """Submit, and now and then once more."""
        first = await submit()
        if self.random.random() < 0.2:
            self.told["answer lost"] += 1
            again = await submit()
            assert [receipt.sequence for receipt in again] == [receipt.sequence for receipt in first]
            assert not any(receipt.created for receipt in again)

    def may_die(self) -> None:
        """Now and then the process dies here. Raises Interrupted."""
        if self.random.random() < 0.15:
            self.told["died"] += 1
            raise Interrupted

    async def check(self) -> None:
        """What holds after every act: conservation, floors, the expected balances, and each hold where its payment is."""
        balances = await self.ledger.balances()
        for currency in CURRENCIES:
            own = [balance for balance in balances if balance.asset == currency]
            assert sum(b.debits_posted for b in own) == sum(b.credits_posted for b in own)
            assert sum(b.debits_pending for b in own) == sum(b.credits_pending for b in own)
        pending = Counter(self.held)
        for payment in self.waiting(*Way, pulled=True):
            account = dues_account if payment.way in PENDING_DUE else settlement_account
            pending[account(payment.debtor, payment.currency)] += payment.amount_minor
        for balance in balances:
            bank, _, rest = balance.account.partition("/")
            if bank != NETWORK and not rest.endswith("/dues"):
                assert balance.available_minor >= FLOORS[bank], balance
            if not self.in_doubt:
                assert balance.posted_minor == self.expected[balance.account], balance
                assert balance.debits_pending == pending[balance.account], balance

    async def check_ends(self) -> None:
        """Every payment's hold ended once, in the way of its end, and of no other turn; returns never exceed what was paid.

        A payment that is refused has a fence instead.
        """
        given_back = Counter[str]()
        for payment in self.payments.values():
            for turn in range(payment.turn + 1):
                hold = await self.ledger.hold(hold_id(payment.id, turn))
                wanted = _ending(payment) if turn == payment.turn else HoldState.VOIDED
                assert hold is not None, payment
                assert hold.state is wanted, payment
            assert payment.status is S.QUEUED or payment.status in TERMINAL, payment
            if payment.returns and payment.status is S.COMPLETED:
                given_back[payment.returns] += payment.amount_minor
        assert all(self.payments[id].amount_minor >= amount for id, amount in given_back.items())


def _ending(payment: Payment) -> HoldState:
    if payment.status is S.COMPLETED:
        posted = payment.way in (Way.AT_ONCE, Way.EXCHANGE, Way.DEALT)
        return HoldState.POSTED if posted else HoldState.DISCHARGED
    return {S.REJECTED: HoldState.VOIDED, S.CANCELLED: HoldState.VOIDED, S.QUEUED: HoldState.PENDING}[payment.status]
