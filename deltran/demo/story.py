"""What the demonstration does: fund the banks, send the payments, act for the people, and see how all of it ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from deltran.demo.banks import BANKS, Bank, newcomer
from deltran.demo.network import Network
from deltran.demo.orders import REFUSED, Expected, Planned, Trouble
from deltran.demo.plan import fourteen
from devstack.errors import StackError
from domain.ids import new_id
from domain.money import Money
from domain.payment import settlement_account
from domain.status import TERMINAL, PaymentStatus
from schema.tables.exchange.exchanges import LegState

_POLL_S: Final = 0.1
_END_WITHIN_S: Final = 90.0
_AT_REST_WITHIN_S: Final = 10.0

Balances = Mapping[str, Money]
"""Posted balances by settlement account."""


@dataclass(slots=True)
class Followed:
    """A payment on its way: what was planned and where it stands."""

    planned: Planned
    expected: Expected
    status: PaymentStatus | None = None
    """None until it is sent."""
    id: str = ""
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    reasons: tuple[str, ...] = ()
    trouble: Trouble | None = None
    been_in: Trouble | None = None
    """The trouble it was in at some time."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What is said of it where it waits: among the reviews, the dead letters, or the payments themselves."""
    settled_with: str | None = None
    """The pair by which it settled, of a leg of an exchange."""

    @property
    def ended(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.status in TERMINAL

    @property
    def seconds(self) -> float | None:
        """From POST to the end."""
        if self.sent_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.sent_at).total_seconds()

    @property
    def as_expected(self) -> bool:
        """Whether it ended as it must, through the trouble that it had to go through."""
        reached = (self.status, self.reasons, self.been_in)
        return reached == (self.expected.status, self.expected.reasons, self.expected.trouble)


class Progress(Protocol):
    """Somebody who watches the payments: a live table or plain lines."""

    def watching(self, payments: Sequence[Followed]) -> AbstractContextManager[None]:
        """While this is entered, `update` shows what changed."""

    def update(self) -> None:
        """Something may have changed."""

    def say(self, markup: str) -> None:
        """Tell what is done now."""


Decide = Callable[[Followed], Awaitable[str]]
"""Asks for the verdict on a held payment: "approve" or "reject"."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The payments as they ended, and every balance before and after."""

    payments: Sequence[Followed]
    before: Balances
    after: Balances

    def owed(self) -> Balances:
        """What the balances after must be."""
        return owed(self.before, self.payments)


def owed(before: Balances, payments: Sequence[Followed]) -> Balances:
    """What balances must become by the payments that completed, and by nothing else."""
    wanted = dict(before)
    for payment in payments:
        order = payment.planned.order
        if payment.status is PaymentStatus.COMPLETED:
            changes = [(order.debtor.agent_bic, -order.amount), (order.creditor.agent_bic, order.received)]
            if order.fx is not None:
                changes += [(order.fx.dealer_bic, order.amount), (order.fx.dealer_bic, -order.received)]
            for bic, change in changes:
                account = settlement_account(bic, change.currency)
                wanted[account] = wanted.get(account, Money(0, change.currency)) + change
    return wanted


class Story:
    """One run of the demonstration over a running network."""

    def __init__(self, network: Network, progress: Progress, decide: Decide) -> None:
        self._network = network
        self._progress = progress
        self._decide = decide
        self._run = new_id("run")

    async def play(self) -> Ending:
        """Everything from the registration of the banks to the last payment's end. Raises StackError."""
        joining = newcomer(await self._network.participants())
        before = await self._found((*BANKS, joining))
        plan = [await self._quoted(planned) for planned in fourteen(joining.bic)]
        payments = [Followed(planned, planned.expected) for planned in plan]
        self._progress.say(f"Sending {len(payments)} payments")
        with self._progress.watching(payments):
            await self._send(payments)
            await self._watch(payments, lambda payment: payment.ended or payment.trouble is not None)
        # Before anybody is asked: of a run that is broken off at a question, nothing is left that would be paid some day.
        await self._withdraw(payments)
        await self._review(payments)
        await self._repair(payments, joining)
        with self._progress.watching(payments):
            await self._watch(payments, lambda payment: payment.ended)
        after = await self._balances_of((*BANKS, joining), owed(before, payments))
        return Ending(payments, before, after)

    async def _found(self, banks: Sequence[Bank]) -> Balances:
        """Register the banks and bring their accounts up to what they start with; a newcomer's account stays unopened."""
        self._progress.say(f"Registering {len(banks)} banks and funding their accounts")
        for bank in banks:
            await self._network.register(bank.registration())
        balances = dict(await self._at_rest(banks))
        for bank in banks:
            for start in bank.funds:
                account = settlement_account(bank.bic, start.currency)
                missing = start - balances[account]
                if missing.minor > 0:
                    await self._network.fund(bank.bic, missing, self._run)
                    balances[account] = start
        return await self._balances_of(banks, balances)

    async def _quoted(self, planned: Planned) -> Planned:
        """The payment with the quote that it takes; any other as it is."""
        fx, sold = planned.order.fx, planned.order.amount.currency
        if fx is None:
            return planned
        dealer = next(bank.name for bank in BANKS if bank.bic == fx.dealer_bic)
        self._progress.say(f"{dealer} quotes 1 {sold} = {fx.rate} {fx.bought.currency} for payment {planned.number}")
        return planned.at_quote(await self._network.quote(planned.order, f"{self._run}-{planned.number}"))

    async def _send(self, payments: Sequence[Followed]) -> None:
        for payment in payments:
            planned = payment.planned
            media_type, body = planned.body()
            payment.sent_at = datetime.now(UTC)
            key = f"{self._run}-{planned.number}"
            payment.id = await self._network.submit(planned.order.debtor.agent_bic, media_type, body, key)
            payment.status = PaymentStatus.INITIATED
            self._progress.update()

    async def _watch(self, payments: Sequence[Followed], there: Callable[[Followed], bool]) -> None:
        """Follow the payments until each is there."""
        deadline = time.monotonic() + _END_WITHIN_S
        while True:
            await self._look(payments)
            self._progress.update()
            late = [payment for payment in payments if not there(payment)]
            if not late:
                return
            if time.monotonic() > deadline:
                names = ", ".join(f"{payment.planned.number} ({payment.status})" for payment in late)
                raise StackError(f"after {_END_WITHIN_S:g} s these payments are still on their way: {names}")
            await asyncio.sleep(_POLL_S)

    async def _look(self, payments: Sequence[Followed]) -> None:
        moving = [payment for payment in payments if not payment.ended]
        held, parked = await asyncio.gather(self._network.reviews(), self._network.dead_letters())
        rows = await asyncio.gather(*(self._network.payment(payment.id) for payment in moving))
        for payment, row in zip(moving, rows, strict=True):
            payment.status = PaymentStatus(row["status"])
            payment.reasons = tuple(row["reason_codes"])
            payment.settled_with = _pair_of(row["exchange"])
            waits = {payment.id: row} if row["warehoused"] else {}
            queues = {Trouble.HELD: held, Trouble.PARKED: parked, Trouble.EARLY: waits}
            payment.trouble = next((trouble for trouble, queue in queues.items() if payment.id in queue), None)
            if payment.ended:
                payment.trouble = None
                payment.ended_at = datetime.fromisoformat(row["updated_at"])
            elif payment.trouble is not None:
                payment.been_in = payment.trouble
                payment.facts = queues[payment.trouble][payment.id]

    async def _review(self, payments: Sequence[Followed]) -> None:
        for payment in payments:
            if payment.trouble is Trouble.HELD:
                verdict = await self._decide(payment)
                if verdict == "reject" and payment.expected.trouble is Trouble.HELD:
                    payment.expected = REFUSED
                await self._network.decide(
                    payment.id, verdict, payment.facts["screening_id"], "decided in the demonstration"
                )

    async def _repair(self, payments: Sequence[Followed], joining: Bank) -> None:
        for payment in payments:
            if payment.trouble is Trouble.PARKED:
                letter = payment.facts
                self._progress.say(
                    f"Payment {payment.planned.number} is a dead letter: {letter['error_code']} at step "
                    f"{letter['step']} after {letter['attempts']} attempts"
                )
                self._progress.say(f"Opening the account of {joining.name} ({joining.bic}) and redriving the payment")
                for funds in joining.funds:
                    await self._network.fund(joining.bic, funds, self._run)
                await self._network.redrive(payment.id, "account opened")

    async def _withdraw(self, payments: Sequence[Followed]) -> None:
        for payment in payments:
            if payment.trouble is Trouble.EARLY:
                day = payment.facts["settlement_date"]
                self._progress.say(
                    f"Payment {payment.planned.number} waits in the warehouse for {day} and reserves nothing; its sender "
                    "withdraws it"
                )
                await self._network.withdraw(payment.planned.order.debtor.agent_bic, payment.id, "ordered otherwise")

    async def _at_rest(self, banks: Sequence[Bank]) -> Balances:
        """Balances once nothing is reserved any more: an interrupted run may still be settling."""
        deadline = time.monotonic() + _AT_REST_WITHIN_S
        while True:
            accounts = [
                (settlement_account(bank.bic, currency), account)
                for bank in banks
                for currency, account in (await self._network.accounts(bank.bic)).items()
            ]
            quiet = not any(account.pending.minor or account.incoming.minor for _, account in accounts)
            if quiet or time.monotonic() > deadline:
                return {name: account.posted for name, account in accounts}
            await asyncio.sleep(_POLL_S)

    async def _balances_of(self, banks: Sequence[Bank], wanted: Balances) -> Balances:
        """Balances as soon as SQL, which follows the ledger, shows what is wanted; at the deadline whatever it shows."""
        deadline = time.monotonic() + _AT_REST_WITHIN_S
        while True:
            balances = await self._at_rest(banks)
            if balances == wanted or time.monotonic() > deadline:
                return balances
            await asyncio.sleep(_POLL_S)


def _pair_of(leg: Mapping[str, Any] | None) -> str | None:
    return leg["pair_id"] if leg is not None and leg["state"] == LegState.SETTLED else None
