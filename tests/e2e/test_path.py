"""How long the straight path of a payment is: steps, workflow tasks and round trips, on the real stack.

Counts and not times, so they are the same on every machine. Whoever lengthens the path finds it here and decides; the page
on benchmarks tells what it costs.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowHistory

from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod
from tests.e2e.statements import listening
from tests.faults.network import RICH, Network, Wish, eventually, running

PAYMENTS: Final = 6
"""Side by side, so that what happens only under load happens."""


@dataclass(frozen=True, slots=True)
class Path:
    """What one payment takes. SQL: the worker's round trips for it alone, in their order, and the API's.

    `events`: how long its history is. `beside`: what is in there beside its start and end, one marker for each step, and
    three events for each task.
    """

    steps: tuple[str, ...]
    tasks: int
    events: int
    beside: tuple[str, ...]
    temporal: int
    worker: tuple[str, ...]
    api: tuple[str, ...] = ("BEGIN", "INSERT idempotency_keys", "INSERT payments", "COMMIT")


CHECKED: Final = (
    # Valid, and on which day it settles.
    "SELECT payments",
    "UPDATE payments",
    # Screened, and its risk weighed; what it asks for has the findings of its intake in it. Where real lists are in force, one more: which versions of them.
    "SELECT payment_findings",
    "INSERT risk_assessments",
    "INSERT compliance_checks",
    "UPDATE payments",
)
PATHS: Final = {
    SettlementMethod.GROSS: Path(
        steps=("validate", "screen", "pay_gross"),
        tasks=1,
        events=9,
        beside=("upsert_workflow_search_attributes",),
        temporal=2,
        worker=(*CHECKED, "UPDATE payments"),
    ),
    SettlementMethod.NET: Path(
        steps=("validate", "screen", "queue_net", "complete"),
        tasks=2,
        events=17,
        # Shown as queued, then as completed; its day's end comes to it with a timer (decision 022); its batch is final.
        beside=(
            *("timer_canceled", "timer_started"),
            *("upsert_workflow_search_attributes", "upsert_workflow_search_attributes"),
            "workflow_execution_signaled",
        ),
        temporal=5,
        worker=(*CHECKED, "BEGIN", "INSERT settlement_items", "UPDATE payments", "COMMIT", "UPDATE payments"),
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def network() -> AsyncIterator[Network]:
    async with running() as (_, network):
        await asyncio.gather(*(network.submit(_wish(method, "warm")) for method in PATHS for _ in range(8)))
        await _ended(network)
        yield network


@pytest.mark.parametrize("method", PATHS, ids=str)
async def test_no_payment_takes_more_than_it_must(network: Network, method: SettlementMethod) -> None:
    async with listening(network) as heard:
        wanted = [network.submit(_wish(method, "path")) for _ in range(PAYMENTS)]
        payments = await asyncio.gather(*wanted)
        await _ended(network)
    client = await Client.connect(network.at.temporal)
    path = PATHS[method]
    for payment_id in payments:
        history = await client.get_workflow_handle(f"payment/{payment_id}").fetch_history()
        assert (_steps(history), _tasks(history), _temporal(history)) == (path.steps, path.tasks, path.temporal)
        assert (_beside(history), len(history.events)) == (path.beside, path.events)
    # One of them opened the window, and a connection may be new; a slow machine asks once more before it pays.
    shortest = min((heard.of(payment_id) for payment_id in payments), key=len)
    assert shortest == [*path.api, *path.worker]


def _steps(history: WorkflowHistory) -> tuple[str, ...]:
    markers = [event.marker_recorded_event_attributes for event in history.events if event.HasField(_MARKER)]
    return tuple(json.loads(one.details["data"].payloads[0].data)["activity_type"] for one in markers)


def _tasks(history: WorkflowHistory) -> int:
    return sum(event.HasField("workflow_task_completed_event_attributes") for event in history.events)


def _beside(history: WorkflowHistory) -> tuple[str, ...]:
    kinds = (str(event.WhichOneof("attributes")).removesuffix("_event_attributes") for event in history.events)
    return tuple(sorted(kind for kind in kinds if not kind.startswith(_OF_EVERY_PAYMENT)))


def _temporal(history: WorkflowHistory) -> int:
    """Round trips: the start, which brings the first task with it; each signal; each further task fetched; each completed."""
    events = history.events
    eager = events[0].workflow_execution_started_event_attributes.eager_execution_accepted
    signals = sum(event.HasField("workflow_execution_signaled_event_attributes") for event in events)
    return 1 + signals + 2 * _tasks(history) - eager


_OF_EVERY_PAYMENT: Final = (
    *("workflow_execution_started", "workflow_execution_completed"),
    *("workflow_task_", "marker_recorded"),
)
_MARKER: Final = "marker_recorded_event_attributes"


async def _ended(network: Network) -> None:
    async def all_of_them() -> bool | None:
        rows = await network.rows("SELECT count(*) AS open FROM payments WHERE status <> 'completed'")
        return rows[0]["open"] == 0 or None

    assert await eventually(all_of_them, within_s=60), "payments do not end"


def _wish(method: SettlementMethod, label: str) -> Wish:
    uetr = Uetr.new()
    order = PaymentOrder(
        amount=Money(12_345, "USD"),
        debtor=Party("Ada Sample", RICH[0], account="ADA-1"),
        creditor=Party("Bert Example", RICH[1], account="BERT-1"),
        end_to_end_id="NOTPROVIDED",
        reference="PATH-TEST",
        uetr=uetr,
        method=method,
    )
    return Wish(f"{label}-{uetr}", order)
