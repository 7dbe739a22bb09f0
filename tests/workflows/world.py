"""A small network for workflow tests: real Temporal, real PostgreSQL, a real worker, the ledger in memory."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import text
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities import chains
from activities.accounts import AccountActivities, AccountOrder
from activities.library import NETWORK, Library
from api.exchange import converting
from domain.decision import WAITING, Actor, Decision, Role, Verdict
from domain.errors import Unavailable
from domain.exchange import Exchange
from domain.ids import PaymentId, Uetr, new_id
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod, dues_account, settlement_account
from domain.review import Assignment, Information
from domain.settlement import Backing, Obligation
from domain.status import PaymentStatus
from ledger.book import Account, Operation, Receipt
from ledger.memory import MemoryLedger
from runtime.settings import Settings
from schema.tables.accounts import participants
from schema.tables.common import outbox
from schema.tables.common.session import Database, create_engine
from schema.tables.compliance import lists, review_notes, reviews
from schema.tables.compliance.review_notes import Note, NoteKind
from schema.tables.exchange import fx_conversions, fx_quotes
from schema.tables.exchange.fx_conversions import ConversionView
from schema.tables.exchange.fx_quotes import NewQuote
from schema.tables.payment import payments
from schema.tables.payment.payments import NewPayment, PaymentView
from schema.tables.settlement import gross_queue, steering, windows
from workers.intake import Intake
from workers.ledger import ledger_activities
from workers.listening import listen
from workers.payments import WORKFLOWS, payment_activities, risk_assessor
from workers.process import Process
from workers.risk import RiskFollower
from workers.schedules import WindowSchedules
from workflows import ids
from workflows.payloads import ActRequest, PaymentInput, Terms, WorkflowState
from workflows.payment import PaymentWorkflow
from workflows.start import Starter

T = TypeVar("T")

ALPHA, BETA, GAMMA = "ALPHDEFFXXX", "BETAGB2LXXX", "GAMMFRPPXXX"
NEWCOMER = "NEWCCHZZXXX"
"""Registered, but its account was never opened in the ledger: a payment to it needs repair."""
LISTED = "Viktor Zarubin-Demov"
"""An invented person on our own list."""
ALIKE = "Mirabel Kuorvaths"
"""Two letters away from another one: a hit that one pair of eyes may wave through."""

REVIEWER = Actor("rita", Role.COMPLIANCE)
SECOND = Actor("sven", Role.COMPLIANCE)
SENIOR = Actor("sara", Role.SENIOR)
BANK = Actor(f"participant/{ALPHA}", Role.PARTICIPANT, ALPHA)
OPERATOR = Actor("otto", Role.OPERATOR)
QUICK = Terms(window_s=0.2, escalate_after_s=3600, expire_after_s=7200)


class Interruptible(MemoryLedger):
    """A ledger that can be away for a while."""

    away = False

    async def submit(self, chain: Sequence[Operation]) -> tuple[Receipt, ...]:
        """As ever, unless it is away."""
        if self.away:
            raise Unavailable("the ledger is away")
        return await super().submit(chain)


class World:
    """Three funded banks, one newcomer, and what a test does with them."""

    def __init__(self, db: Database, client: Client, ledger: Interruptible, queue: str, look_s: float = 3.0) -> None:
        self.db = db
        self.client = client
        self.ledger = ledger
        self.task_queue = queue
        self.starter = Starter(client, queue, deployment=queue, gross_look_s=look_s)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, client: Client, *, cached: int = 500, **settings: Any) -> AsyncIterator["World"]:
        """Set the banks up, serve, and stop at the end. `cached` 0 replays every workflow task from the start.

        `settings` are those of the worker that matter to the test.
        """
        db = Database(create_engine(url))
        world = cls(db, client, Interruptible(), f"world-{time.monotonic_ns()}", settings.get("gross_look_s", 3.0))
        await world._found_banks()
        process = Process(Settings(**{"lists": NETWORK, **settings}), db, client)
        library = Library(db, process.settings.wanted_lists, max_age_s=3600)
        windows = WindowSchedules(db, client, world.task_queue, deployment=world.task_queue)
        intake = Intake(db, world.starter, windows, batch=50, in_flight=10)
        risk = risk_assessor(process.settings, process.metrics)
        following = RiskFollower(db, url, risk)
        hearing = listen(url, outbox.CHANNEL, intake.wake), listen(url, lists.CHANNEL, library.wake)
        serving = [asyncio.create_task(task) for task in (intake.run(), *hearing, following.run(), library.run())]
        worker = Worker(
            client,
            task_queue=world.task_queue,
            workflows=WORKFLOWS,
            activities=[
                *payment_activities(process, library, risk),
                *ledger_activities(db, world.ledger, metrics=process.metrics),
            ],
            max_cached_workflows=cached,
        )
        async with worker:
            try:
                yield world
            finally:
                for task in serving:
                    task.cancel()
                await asyncio.gather(*serving, return_exceptions=True)
                await world._leave_queues()
        await db.close()

    async def _leave_queues(self) -> None:
        """Leave no owner behind who would look for ever, on a server that others use after us."""
        with suppress(RPCError):
            await self.client.get_workflow_handle(self.gross_queue()).terminate()

    def gross_queue(self) -> str:
        """The owner of the dollar's gross queue; other worlds on the same server have their own."""
        return ids.gross_queue("USD", self.task_queue)

    async def _found_banks(self) -> None:
        at = datetime.now(UTC)
        async with self.db.write() as session:
            for bic in (ALPHA, BETA, GAMMA, NEWCOMER):
                await participants.register(session, bic=bic, name=f"{bic[:4].title()} Bank", country=bic[4:6], at=at)
                for currency in ("USD", "JPY"):
                    await participants.add_account(session, bic=bic, currency=currency, floor_minor=0, at=at)
        for bic in (ALPHA, BETA, GAMMA):
            await self.open_account(bic, 1_000_000)

    async def open_account(self, bic: str, funds_minor: int, *assets: str) -> None:
        """Open a bank's accounts in the ledger and fund them."""
        accounts = AccountActivities(self.db, self.ledger)
        for currency in assets or ("USD", "JPY"):
            account = settlement_account(bic, currency)
            await accounts.carry_out_order(AccountOrder(account, currency, 0, "opening", funds_minor))

    async def submit(
        self,
        *,
        amount: str = "100.00",
        currency: str = "USD",
        sender: str = ALPHA,
        receiver: str = BETA,
        debtor: str = "Ada Sample",
        creditor: str = "Bert Example",
        creditor_country: str | None = None,
        method: SettlementMethod = SettlementMethod.GROSS,
        terms: Terms = QUICK,
        backing: Backing = Backing.HELD,
        exchange: Exchange | None = None,
        value_date: str | None = None,
        settle_from: datetime | None = None,
        reject_at: datetime | None = None,
        quote: str | None = None,
    ) -> str:
        """Take a payment in as the API does; intake starts its workflow.

        A payment that is to be due was tried before already, by a worker with that setting; the first try stands.
        """
        payment_id = PaymentId.new()
        if backing is Backing.DUE:
            await self._write_down(
                Obligation(payment_id, sender, receiver, Money.parse(amount, currency).minor), currency
            )
        order = PaymentOrder(
            amount=Money.parse(amount, currency),
            debtor=Party(debtor, sender),
            creditor=Party(creditor, receiver, country=creditor_country),
            end_to_end_id=f"E2E-{payment_id[-12:]}",
            uetr=Uetr.new(),
            method=method,
            exchange=exchange,
            value_date=value_date,
            settle_from=settle_from,
            reject_at=reject_at,
        )
        start = PaymentInput(
            payment_id=payment_id,
            sender_bic=sender,
            receiver_bic=receiver,
            currency=currency,
            amount_minor=order.amount.minor,
            method=method,
            submitted_by="ada",
            terms=terms,
            expires_at=exchange.expires_at if exchange else None,
            fx=quote,
            reject_at=reject_at,
        )
        new = NewPayment(payment_id, f"PAY-{payment_id[-6:]}", order, "ada", datetime.now(UTC))
        async with self.db.write() as session:
            conversion = None
            if quote is not None:
                new, conversion = await converting.take(session, new, quote)
            await payments.insert(session, new, start=_INPUT.dump_python(start, mode="json"))
            if conversion is not None:
                await fx_conversions.lock(session, conversion)
        return payment_id

    async def quote(self, rate: str, *, sold: str = "USD", bought: str = "JPY", dealer: str = GAMMA) -> str:
        """A dealer's quote that anybody may take, good for more than anybody has."""
        at = datetime.now(UTC)
        made = NewQuote(
            new_id("quo"), dealer, sold, bought, Decimal(rate), 1, 10**7, None, dealer, at, at + timedelta(minutes=10)
        )
        async with self.db.write() as session:
            given, _ = await fx_quotes.give(session, made)
        return given.id

    async def conversion(self, payment_id: str) -> ConversionView:
        """A payment's exchange as SQL shows it."""
        async with self.db.read() as session:
            found = await fx_conversions.of(session, payment_id)
        assert found is not None
        return found

    async def _write_down(self, owed: Obligation, currency: str) -> None:
        for bic in (owed.debtor, owed.creditor):
            await self.ledger.open_account(Account(dues_account(bic, currency), currency, floor_minor=None))
        await self.ledger.submit([chains.due(owed, currency)])

    def workflow(self, payment_id: str) -> WorkflowHandle[PaymentWorkflow, Any]:
        """The payment's workflow."""
        return self.client.get_workflow_handle_for(PaymentWorkflow.run, f"payment/{payment_id}")

    async def payment(self, payment_id: str) -> PaymentView:
        """The payment as SQL shows it."""
        async with self.db.read() as session:
            return await payments.detail(session, payment_id)

    async def reaches(self, payment_id: str, status: PaymentStatus) -> PaymentView:
        """Wait until the payment stands at a status."""

        async def there() -> PaymentView | None:
            payment = await self.payment(payment_id)
            return payment if payment.status is status else None

        return await eventually(there)

    async def state(self, payment_id: str, wanted: Callable[[WorkflowState], bool]) -> WorkflowState:
        """Wait until the workflow's own account of itself fits."""

        async def there() -> WorkflowState | None:
            try:
                state = await self.workflow(payment_id).query(PaymentWorkflow.state)
            except Exception:
                return None
            return state if wanted(state) else None

        return await eventually(there)

    async def parked(self, payment_id: str) -> WorkflowState:
        """Wait until the payment is a dead letter."""
        return await self.state(payment_id, lambda state: state.parked_step is not None)

    async def held(self, payment_id: str) -> Decision:
        """Wait until the payment is under review; an approval that would be admitted."""
        await self.state(payment_id, lambda state: state.review in WAITING)
        async with self.db.read() as session:
            case = await reviews.case(session, payment_id)
        assert case is not None
        return Decision(Verdict.APPROVE, REVIEWER, case.screening_id)

    async def decide(self, payment_id: str, verdict: Verdict, **changes: Any) -> WorkflowState:
        """Decide a held payment by update."""
        decision = replace(await self.held(payment_id), verdict=verdict, **changes)
        return await self.workflow(payment_id).execute_update(PaymentWorkflow.decide, decision)

    async def assign(self, payment_id: str, actor: Actor, assignee: str | None, reason: str = "") -> WorkflowState:
        """Put a held payment on a desk by update."""
        assignment = Assignment(actor, assignee, reason)
        return await self.workflow(payment_id).execute_update(PaymentWorkflow.assign, assignment)

    async def inform(self, payment_id: str, words: str, actor: Actor = BANK) -> WorkflowState:
        """Answer for the sender by update, as the API does."""
        note = Note(new_id("note"), NoteKind.INFORMATION, actor.id, words, (), datetime.now(UTC))
        async with self.db.write() as session:
            await review_notes.write(session, (await reviews.of(session, payment_id)).id, note, actor)
        return await self.workflow(payment_id).execute_update(PaymentWorkflow.inform, Information(actor, note.id))

    async def act(self, payment_id: str, act: Any, actor: Actor = OPERATOR, comment: str = "") -> WorkflowState:
        """Cancel, redrive or abandon by update."""
        state: WorkflowState = await self.workflow(payment_id).execute_update(act, ActRequest(actor, comment))
        return state

    async def window(self, payment_id: str) -> str:
        """The settlement window a payment was queued in last."""
        async with self.db.read() as session:
            row = await session.one(_WINDOW, {"payment_id": payment_id})
        return str(row.window_id)

    async def deferred(self, payment_id: str) -> str:
        """Wait until the payment was moved to another window; the reason."""

        async def there() -> str | None:
            async with self.db.read() as session:
                row = await session.one(_WINDOW, {"payment_id": payment_id})
            return str(row.reason) if row.deferrals else None

        return await eventually(there)

    async def tell_window(self, window_id: str, signal: Any) -> None:
        """Tell a window's workflow what an operator wants."""
        await self.started(f"settlement/{window_id}")
        await self.client.get_workflow_handle(f"settlement/{window_id}").signal(signal)

    async def pause(self, currency: str) -> None:
        """Have no window of the currency close."""
        async with self.db.write() as session:
            await steering.pause(session, currency, at=datetime.now(UTC), actor_id=OPERATOR.id, comment="a test")

    async def resume(self, currency: str) -> None:
        """Let windows close and queues move again."""
        async with self.db.write() as session:
            await steering.resume(session, currency)
            await gross_queue.wake(session, currency, at=datetime.now(UTC))

    async def found_paused(self, window_id: str) -> None:
        """Wait until the window has wanted to close and was told to wait."""
        await self.started(f"settlement/{window_id}")

        async def there() -> bool | None:
            history = await self.client.get_workflow_handle(f"settlement/{window_id}").fetch_history()
            timers = [event for event in history.events if event.HasField("timer_started_event_attributes")]
            return len(timers) > 1 or None

        await eventually(there)

    async def claim_behind_its_back(self, payment_id: str) -> None:
        """Let the payment's window be closed already, as its own workflow would find it a moment later."""
        window_id = await self.window(payment_id)
        async with self.db.write() as session:
            await windows.close(session, window_id, f"bat_{window_id.removeprefix('win_')}", datetime.now(UTC))

    async def update_accepted(self, payment_id: str) -> None:
        """Wait until the payment's workflow has accepted a request."""

        async def there() -> bool | None:
            history = await self.workflow(payment_id).fetch_history()
            kinds = (event.WhichOneof("attributes") for event in history.events)
            return "workflow_execution_update_accepted_event_attributes" in kinds or None

        await eventually(there)

    async def started(self, workflow_id: str) -> None:
        """Wait until intake has started a workflow."""

        async def there() -> bool | None:
            try:
                await self.client.get_workflow_handle(workflow_id).describe()
            except RPCError:
                return None
            return True

        await eventually(there)

    async def funds(self, bic: str, currency: str = "USD") -> tuple[int, int]:
        """Posted and available balance, minor units."""
        balance = await self.ledger.balance(settlement_account(bic, currency))
        return balance.posted_minor, balance.available_minor


_INPUT = TypeAdapter(PaymentInput)
_WINDOW = text("SELECT window_id, deferrals, reason FROM settlement_items WHERE payment_id = :payment_id")


async def eventually(probe: Callable[[], Awaitable[T | None]], within_s: float = 90) -> T:
    """The first answer that is not None. Fails when none comes in time."""
    deadline = time.monotonic() + within_s
    while (answer := await probe()) is None:
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
    return answer
