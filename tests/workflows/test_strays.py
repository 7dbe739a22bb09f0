"""Workflows that somebody has terminated in Temporal: windows go on, payments are told of, and nobody else is bothered."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from domain.payment import SettlementMethod, settlement_account
from domain.status import PaymentStatus
from runtime.metrics import Metrics
from schema.tables.common import outbox
from tests.workflows.world import ALPHA, BETA, LISTED, World, eventually
from workers.strays import Rounds, Strays
from workflows import ids
from workflows.payloads import Terms
from workflows.settlement import SettlementWorkflow

NET = SettlementMethod.NET
LATER = Terms(window_s=3600)
S = PaymentStatus


def soon() -> datetime:
    """Long after everything should have moved."""
    return datetime.now(UTC) + timedelta(hours=2)


def astray(metrics: Metrics, kind: str) -> float | None:
    return metrics._registry.get_sample_value("workflows_astray", {"kind": kind})


async def window_of(world: World, payment_id: str) -> str:
    async def queued() -> str | None:
        async with world.db.read() as session:
            row = await session.first(
                text("SELECT window_id FROM settlement_items WHERE payment_id = :id"), {"id": payment_id}
            )
        return row.window_id if row else None

    return await eventually(queued)


async def all_confirmed(world: World) -> None:
    """Until a start is confirmed in SQL, nobody wonders where the workflow is."""

    async def empty() -> bool | None:
        async with world.db.read() as session:
            return await outbox.pending_count(session) == 0 or None

    await eventually(empty)


async def two_queued(world: World, terms: Terms = LATER) -> tuple[list[str], str]:
    """Two net payments, one each way, and the workflow of the window that they wait in."""
    payments = [
        await world.submit(method=NET, amount="30.00", terms=terms),
        await world.submit(method=NET, amount="10.00", sender=BETA, receiver=ALPHA, terms=terms),
    ]
    for payment in payments:
        await world.reaches(payment, S.QUEUED)
    await all_confirmed(world)
    return payments, ids.settlement(await window_of(world, payments[0]))


async def settled_once(world: World, payments: list[str]) -> None:
    for payment in payments:
        await world.reaches(payment, S.COMPLETED)
    balance = await world.ledger.balance(settlement_account(BETA, "USD"))
    assert (balance.posted_minor, balance.debits_pending) == (1_000_000 + 2000, 0)


async def test_a_terminated_window_goes_on(world: World) -> None:
    payments, workflow_id = await two_queued(world)
    handle = world.client.get_workflow_handle(workflow_id)
    await handle.terminate("a slip of the hand")
    metrics = Metrics()
    watch = Strays(world.db, world.client, metrics)
    await watch.look(datetime.now(UTC))  # it is not late yet: nobody asks
    assert (await handle.describe()).status.name == "TERMINATED"  # type: ignore[union-attr]
    await asyncio.gather(watch.look(soon()), Strays(world.db, world.client, Metrics()).look(soon()))
    await world.client.get_workflow_handle(workflow_id).signal(SettlementWorkflow.close)
    await settled_once(world, payments)
    assert astray(metrics, "settlement") == 0


async def test_a_window_that_was_terminated_while_it_settled_goes_on(world: World) -> None:
    payments, workflow_id = await two_queued(world)
    handle = world.client.get_workflow_handle(workflow_id)
    world.ledger.away = True
    await handle.signal(SettlementWorkflow.close)

    async def executing() -> bool | None:
        return (await handle.query(SettlementWorkflow.state)).phase in ("planning", "executing") or None

    await eventually(executing)
    await handle.terminate("a slip of the hand")
    world.ledger.away = False
    await Strays(world.db, world.client, Metrics()).look(soon())
    await settled_once(world, payments)


async def test_a_window_that_runs_is_left_alone(world: World) -> None:
    payments, workflow_id = await two_queued(world)
    before = (await world.client.get_workflow_handle(workflow_id).describe()).run_id
    metrics = Metrics()
    await Strays(world.db, world.client, metrics).look(soon())
    assert (await world.client.get_workflow_handle(workflow_id).describe()).run_id == before
    assert (astray(metrics, "settlement"), astray(metrics, "payment")) == (0, 0)
    await world.client.get_workflow_handle(workflow_id).signal(SettlementWorkflow.close)
    await settled_once(world, payments)


async def test_windows_that_are_held_hide_no_other(world: World) -> None:
    """Each round asks after some, the next one after the next, whatever becomes of the first."""
    queued = {}
    for currency in ("USD", "JPY"):
        await world.pause(currency)
        queued[currency] = await world.submit(method=NET, amount="30", currency=currency, terms=LATER)
        await world.reaches(queued[currency], S.QUEUED)
    await all_confirmed(world)
    by_window = {await window_of(world, payment): currency for currency, payment in queued.items()}
    last = max(by_window)
    handle = world.client.get_workflow_handle(ids.settlement(last))
    await handle.terminate("a slip of the hand")
    watch = Strays(world.db, world.client, Metrics(), at_once=1)
    for _ in range(2):
        await watch.look(soon())
    await world.resume(by_window[last])
    await world.client.get_workflow_handle(ids.settlement(last)).signal(SettlementWorkflow.close)
    await world.reaches(queued[by_window[last]], S.COMPLETED)


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_every_one_has_its_turn(at_once: int) -> None:
    """By any number at once, of those that stand still and those that are astray each is asked after, again and again."""
    everybody, lost = list("abcdefg"), {"b", "c", "f"}
    rounds, asked = Rounds(at_once), Counter[str]()
    for _ in range(3 * len(everybody)):
        page = rounds.page
        fresh = [each for each in everybody if each > page.after and each not in page.known][:at_once]
        ids_asked = sorted({*fresh, *page.known})
        asked.update(ids_asked)
        rounds.asked(ids_asked, lost & {*ids_asked})
    assert min(asked[each] for each in everybody) >= 3
    assert rounds.astray == lost


async def test_a_terminated_payment_is_told_of(world: World, caplog: pytest.LogCaptureFixture) -> None:
    held, paid = await world.submit(creditor=LISTED), await world.submit()
    other = await world.submit(creditor=LISTED)
    await world.reaches(paid, S.COMPLETED)
    for payment in (held, other):
        await world.held(payment)
    await all_confirmed(world)
    await world.workflow(held).terminate("a slip of the hand")
    metrics = Metrics()
    watch = Strays(world.db, world.client, metrics)
    for _ in range(3):
        await watch.look(soon())
        assert astray(metrics, "payment") == 1
    told = [record.getMessage() for record in caplog.records if record.name == "workers.strays"]
    assert [held in message for message in told] == [True]
    description = await world.workflow(held).describe()
    assert description.status is not None
    assert description.status.name == "TERMINATED", "it may have been meant"
