"""Planning a batch: what settles with the liquidity that is there, and what waits."""

from collections.abc import Iterable
from dataclasses import dataclass

from temporalio import activity

from activities.beating import beating
from activities.clock import now
from activities.closings import next_closing
from activities.measures import WindowMeasures
from activities.settlement import WindowRef
from domain.payment import settlement_account
from domain.settlement import Deferred, Obligation
from ledger.protocol import Ledger
from runtime.metrics import Metrics
from schema.tables.accounts import participants
from schema.tables.common.session import Database
from schema.tables.settlement import plans, windows
from schema.tables.settlement.plans import Members, Moves, Plan
from settlement import liquidity, multilateral


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """Plan the window's batch for the `attempt`th time, without the banks that the ledger pays nothing to or from."""

    window: WindowRef
    attempt: int
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """What the plan came to: so many payments settle with so many transfers, so many wait (by all plans of the batch)."""

    payments: int
    transfers: int
    deferred: int
    reason: str = ""


class LiquidityActivities:
    """Looks at the banks' funds and divides batches; runs where the ledger is."""

    def __init__(self, db: Database, ledger: Ledger, metrics: Metrics) -> None:
        self._db = db
        self._ledger = ledger
        self._measures = WindowMeasures(metrics)

    @activity.defn
    async def plan_batch(self, request: PlanRequest) -> Planned:
        """Divide the batch by what every bank can spend, and write the plan down before anybody acts on it.

        A repeat of an attempt finds the plan of the first time, even if the banks' funds have changed since.
        """
        batch_id = request.window.batch_id
        async with self._db.read() as session:
            made = await plans.plans_made(session, batch_id)
        if made < request.attempt:
            async with beating():
                await self._plan_anew(request)
        async with self._db.read() as session:
            batch = await windows.batch(session, batch_id)
        return Planned(batch.payment_count, batch.transfer_count or 0, batch.deferred_count, batch.reason or "")

    async def _plan_anew(self, request: PlanRequest) -> None:
        window = request.window
        async with self._db.read() as session:
            members = await plans.members(session, window.batch_id)
            batch = await windows.batch(session, window.batch_id)
        plan = await self._plan(members, batch.currency, request.barred)
        async with self._db.write() as session:
            stored = await plans.store(
                session,
                window.batch_id,
                request.attempt,
                plan,
                at=now(),
                window_s=window.window_s,
                window_input={"ledger_task_queue": window.ledger_task_queue},
                closing=next_closing,
            )
        if stored:
            settles = len(plan.deferred) < len(members.held) + len(members.due)
            self._measures.planned(batch.currency, plan, settles=settles)

    async def _plan(self, members: Members, currency: str, barred: Iterable[str]) -> Plan:
        held, refused = _without(members.held, barred)
        due, refused_too = _without(members.due, barred)
        divided = liquidity.defer(due, await self._spendable(held, due, currency) if due else {}, currency)
        settling = divided.settling
        return Plan(
            multilateral.positions([*held, *settling]),
            Moves(multilateral.net(held), multilateral.net(settling)),
            (*refused, *refused_too, *divided.deferred),
        )

    async def _spendable(self, held: Iterable[Obligation], due: Iterable[Obligation], currency: str) -> dict[str, int]:
        """What every bank that owes can pay once the held payments are settled: their holds are gone, their net is there."""
        debtors = sorted({owed.debtor for owed in due} | {owed.creditor for owed in due})
        async with self._db.read() as session:
            floors = await participants.floors(session, currency)
        spendable = {}
        for bic in debtors:
            account = settlement_account(bic, currency)
            balance = await self._ledger.balance(account)
            spendable[bic] = balance.available_minor - floors.get(bic, 0)
        for owed in held:
            if owed.creditor in spendable:
                spendable[owed.creditor] += owed.amount_minor
        return spendable


def _without(obligations: Iterable[Obligation], barred: Iterable[str]) -> tuple[list[Obligation], list[Deferred]]:
    """Payments that no barred bank has a part in, and the others with the reason."""
    out = frozenset(barred)
    stays: list[Obligation] = []
    refused: list[Deferred] = []
    for owed in obligations:
        if found := next((bic for bic in (owed.debtor, owed.creditor) if bic in out), None):
            refused.append(Deferred(owed, 0, f"the ledger refuses entries on the account of {found}"))
        else:
            stays.append(owed)
    return stays, refused
