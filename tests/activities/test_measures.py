"""What is measured of windows: everything once, though every step is taken twice."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.ledger import Reservation
from activities.liquidity import PlanRequest
from activities.settlement import Deferral, Leave, SettlementActivities, WindowRef
from domain.money import Money
from domain.status import PaymentStatus
from runtime.metrics import Metrics
from schema.tables.common.session import Database
from schema.tables.settlement import steering
from tests.activities.desk import Desk
from tests.schema.tables.world import BERLIN, PARIS, TOKYO, at_status
from workflows.plugin import plugin

PHASES = ("gather", "plan", "execute", "tell")


def measured(metrics: Metrics) -> dict[str, float]:
    """Every count of settlement, as `name{label,…}`."""
    text = metrics.exposition().decode()
    return {
        f"{sample.name}{{{','.join(sample.labels.values())}}}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("settlement_") and sample.name.endswith(("_total", "_count", "_ratio"))
    }


@pytest.fixture
async def client(temporal_address: str) -> Client:
    return await Client.connect(temporal_address, plugins=[plugin()])


async def window_of(desk: Desk, currency: str) -> WindowRef:
    async with desk.db.read() as session:
        (window_id,) = await steering.open_windows(session, currency)
    return WindowRef(window_id, f"bat_{window_id}", 5.0)


async def test_a_window_is_measured_once(db: Database, client: Client) -> None:
    desk = Desk(db)
    steps = SettlementActivities(db, client, desk.metrics)
    await desk.found("GBP", berlin=50, paris=0, tokyo=0)
    for amount in (100, 40):
        await desk.queue(desk.due, "GBP", BERLIN, PARIS, amount)
    await desk.queue(desk.due, "GBP", PARIS, TOKYO, 40)
    ref = await window_of(desk, "GBP")
    for _ in range(2):
        await steps.claim_window(ref)
        assert (await desk.liquidity.plan_batch(PlanRequest(ref, 1))).deferred == 1
        assert (await desk.due.execute_batch(ref.batch_id)).final
        news = await steps.record_finality(ref.batch_id)
        await ActivityEnvironment().run(steps.tell_payments, news)
    assert measured(desk.metrics) == {
        "settlement_windows_total{GBP,final}": 1,
        "settlement_payments_total{net}": 2,
        "settlement_deferred_total{GBP,insufficient_funds}": 1,
        "settlement_gross_minor_total{GBP}": 80,
        "settlement_net_minor_total{GBP}": 40,
        "settlement_liquidity_saved_ratio{GBP}": 0.5,
        **{f"settlement_window_duration_seconds_count{{{phase}}}": 1 for phase in PHASES},
    }


async def test_windows_of_which_nothing_settles(db: Database, client: Client) -> None:
    desk = Desk(db)
    steps = SettlementActivities(db, client, desk.metrics)
    await desk.found("SEK", berlin=1000, paris=0, tokyo=0)
    withdrawn = await desk.queue(desk.held, "SEK", BERLIN, PARIS, 100)
    await steps.leave_queue(Leave(withdrawn))
    empty = await window_of(desk, "SEK")
    for _ in range(2):
        assert (await steps.claim_window(empty)).payments == 0
    await desk.queue(desk.held, "SEK", BERLIN, PARIS, 100)
    closed = await window_of(desk, "SEK")
    await steps.claim_window(closed)
    for _ in range(2):
        await desk.liquidity.plan_batch(PlanRequest(closed, 1, barred=(PARIS,)))
    refused = await window_of(desk, "SEK")
    await steps.claim_window(refused)
    for _ in range(2):
        await steps.defer_batch(Deferral(refused, "ledger_corrupt"))
    found = measured(desk.metrics)
    assert {name: count for name, count in found.items() if not name.startswith("settlement_window_")} == {
        "settlement_windows_total{SEK,empty}": 1,
        "settlement_windows_total{SEK,deferred}": 2,
        "settlement_deferred_total{SEK,account_closed}": 1,
        "settlement_deferred_total{SEK,ledger_corrupt}": 1,
    }


async def test_a_gross_payment_is_counted_once(db: Database) -> None:
    desk = Desk(db)
    await desk.found("NOK", berlin=1000, paris=0, tokyo=0)
    payment = await at_status(db, PaymentStatus.VALIDATED, PaymentStatus.SCREENED, amount=Money(100, "NOK"))
    for _ in range(2):
        await desk.held.pay_gross(Reservation(payment, BERLIN, PARIS, "NOK", 100))
    assert measured(desk.metrics) == {"settlement_payments_total{gross}": 1}
