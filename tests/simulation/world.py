"""A whole settlement network without Temporal: banks, payments and windows over the ledger in memory."""

import itertools
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from domain.errors import InsufficientFunds
from domain.payment import SettlementMethod, hold_id, settlement_account
from domain.settlement import Obligation
from domain.status import PaymentStatus, advance
from ledger.book import Account, Discharge, HoldState, Operation, Post, Reserve, Transfer, Void
from ledger.memory import MemoryLedger
from settlement import multilateral

S = PaymentStatus

NETWORK = "NETWORK"
BANKS = tuple(f"{name}DEFFXXX" for name in ("ALPH", "BRVO", "CHLI", "DLTA", "ECHO", "FXTR"))
FLOORS = {BANKS[0]: 0, BANKS[1]: 0, BANKS[2]: 0, BANKS[3]: -400, BANKS[4]: -1000, BANKS[5]: 0}
"""Some are prefunded, some have a net debit cap."""
CURRENCIES = ("USD", "JPY")
OPENING = 3000
"""Minor units; small against the payments, so that funds run out now and then."""


@dataclass(slots=True)
class Payment:
    """One payment and where it stands."""

    id: str
    debtor: str
    creditor: str
    currency: str
    amount_minor: int
    method: SettlementMethod
    status: PaymentStatus = S.INITIATED

    def walk(self, *statuses: PaymentStatus) -> None:
        """Take legal steps."""
        for status in statuses:
            self.status = advance(self.status, status)

    @property
    def obligation(self) -> Obligation:
        """What it is in a window."""
        return Obligation(self.id, self.debtor, self.creditor, self.amount_minor)


@dataclass(slots=True)
class World:
    """Does what workflows and steps do, one act at a time, and remembers what must come of it."""

    random: Random
    ledger: MemoryLedger = field(default_factory=lambda: MemoryLedger(itertools.count().__next__))
    """Its clock counts its own answers, so that a seed tells the same story to the microsecond."""
    payments: list[Payment] = field(default_factory=list)
    expected: Counter[str] = field(default_factory=Counter)
    """Posted balance of each account, added up beside the ledger."""
    batches: int = 0
    transfers: int = 0

    async def found(self) -> None:
        """Open and fund every account."""
        for currency in CURRENCIES:
            source = settlement_account(NETWORK, currency)
            await self.ledger.open_account(Account(source, currency, floor_minor=None))
            for bank in BANKS:
                account = settlement_account(bank, currency)
                await self.ledger.open_account(Account(account, currency, FLOORS[bank]))
                await self.ledger.submit([Transfer(f"fund/{account}", source, account, currency, OPENING)])
                self._moved(source, account, OPENING)

    async def submit(self) -> None:
        """A payment comes in; its funds are reserved, or it is rejected. A gross one is paid at once."""
        debtor, creditor = self.random.sample(BANKS, 2)
        payment = Payment(
            id=f"pay_{len(self.payments)}",
            debtor=debtor,
            creditor=creditor,
            currency=self.random.choice(CURRENCIES),
            amount_minor=self.random.randint(1, 1500),
            method=self.random.choice(list(SettlementMethod)),
        )
        self.payments.append(payment)
        payment.walk(S.VALIDATED, S.SCREENED)
        before = await self.ledger.balances()
        try:
            await self._post(
                Reserve(hold_id(payment.id), *self._accounts(payment), payment.currency, payment.amount_minor)
            )
        except InsufficientFunds:
            assert await self.ledger.balances() == before, "a refused reservation leaves no trace"
            payment.walk(S.REJECTED)
            return
        payment.walk(S.APPROVED, S.QUEUED)
        if payment.method is SettlementMethod.GROSS:
            payment.walk(S.SETTLING)
            await self._post(Post(f"{payment.id}/post", hold_id(payment.id)))
            self._moved(*self._accounts(payment), payment.amount_minor)
            payment.walk(S.SETTLED, S.COMPLETED)

    async def cancel(self) -> None:
        """A sender withdraws a queued payment."""
        if queued := self.queued():
            payment = self.random.choice(queued)
            await self._post(Void(f"{payment.id}/void", hold_id(payment.id)))
            payment.walk(S.CANCELLED)

    async def close_window(self) -> None:
        """The window of one currency closes: net, execute in one chain, complete."""
        currency = self.random.choice(CURRENCIES)
        batch = [payment for payment in self.queued() if payment.currency == currency]
        if not batch:
            return
        self.batches += 1
        obligations = [payment.obligation for payment in batch]
        positions = multilateral.positions(obligations)
        moves = multilateral.net(obligations)
        off = sum(position.net_minor != 0 for position in positions)
        assert len(moves) <= max(off - 1, 0), "at most n - 1 transfers"
        self.transfers += len(moves)
        before = {bank: (await self.ledger.balance(settlement_account(bank, currency))).posted_minor for bank in BANKS}
        chain: list[Operation] = [
            Discharge(f"{payment.id}/net/bat_{self.batches}", hold_id(payment.id)) for payment in batch
        ]
        chain += [
            Transfer(
                f"bat_{self.batches}/{number}",
                settlement_account(move.debtor, currency),
                settlement_account(move.creditor, currency),
                currency,
                move.amount_minor,
            )
            for number, move in enumerate(moves, start=1)
        ]
        await self._post(*chain)
        for position in positions:
            after = await self.ledger.balance(settlement_account(position.participant, currency))
            assert after.posted_minor - before[position.participant] == position.net_minor, "netting keeps positions"
        for payment in batch:
            self._moved(*self._accounts(payment), payment.amount_minor)
            payment.walk(S.SETTLING, S.SETTLED, S.COMPLETED)

    def queued(self) -> list[Payment]:
        """Payments that wait for their window."""
        return [payment for payment in self.payments if payment.status is S.QUEUED]

    async def check(self) -> None:
        """What holds after every act: conservation, floors, the expected balances, and each hold where its payment is."""
        balances = await self.ledger.balances()
        for currency in CURRENCIES:
            own = [balance for balance in balances if balance.asset == currency]
            assert sum(b.debits_posted for b in own) == sum(b.credits_posted for b in own)
            assert sum(b.debits_pending for b in own) == sum(b.credits_pending for b in own)
        waiting = Counter[str]()
        for payment in self.queued():
            waiting[settlement_account(payment.debtor, payment.currency)] += payment.amount_minor
        for balance in balances:
            bank = balance.account.partition("/")[0]
            assert bank == NETWORK or balance.available_minor >= FLOORS[bank]
            assert balance.posted_minor == self.expected[balance.account]
            assert balance.debits_pending == waiting[balance.account]

    async def check_holds(self) -> None:
        """Every payment's hold ended once, in the way of its end."""
        for payment in self.payments:
            hold = await self.ledger.hold(hold_id(payment.id))
            assert (hold.state if hold else None) == self._ending(payment)

    @staticmethod
    def _ending(payment: Payment) -> HoldState | None:
        if payment.status is S.COMPLETED:
            return HoldState.POSTED if payment.method is SettlementMethod.GROSS else HoldState.DISCHARGED
        return {S.REJECTED: None, S.CANCELLED: HoldState.VOIDED, S.QUEUED: HoldState.PENDING}[payment.status]

    async def _post(self, *chain: Operation) -> None:
        """Submit a chain, and now and then once more, as a step does whose answer was lost."""
        first = await self.ledger.submit(chain)
        if self.random.random() < 0.2:
            again = await self.ledger.submit(chain)
            assert [receipt.sequence for receipt in again] == [receipt.sequence for receipt in first]
            assert not any(receipt.created for receipt in again)

    def _accounts(self, payment: Payment) -> tuple[str, str]:
        return settlement_account(payment.debtor, payment.currency), settlement_account(
            payment.creditor, payment.currency
        )

    def _moved(self, debit: str, credit: str, amount_minor: int) -> None:
        self.expected[debit] -= amount_minor
        self.expected[credit] += amount_minor
