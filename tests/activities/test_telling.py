"""Telling the payments of a batch: a try that dies is followed by one that goes on where it had come to."""

import pytest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.liquidity import PlanRequest
from activities.settlement import Settled, SettlementActivities
from domain.errors import Unavailable
from schema.tables.common.session import Database
from schema.tables.settlement import windows
from schema.tables.settlement.windows import Phase
from tests.activities.desk import Desk
from tests.activities.test_measures import window_of
from tests.schema.tables.world import BERLIN, PARIS
from workflows.plugin import plugin


class Interrupted(SettlementActivities):
    """Temporal goes away when the fourth payment is to be told, once."""

    told: list[str]

    async def _tell(self, payment_id: str, news: Settled) -> None:
        if len(self.told) == 3:
            self.told.append("away")
            raise Unavailable("Temporal is away")
        self.told.append(payment_id)
        await super()._tell(payment_id, news)


async def test_telling_goes_on_after_the_last_page(db: Database, temporal_address: str) -> None:
    client = await Client.connect(temporal_address, plugins=[plugin()])
    desk = Desk(db)
    steps = Interrupted(db, client, desk.metrics, signals_at_once=1, page=2)
    steps.told = []
    await desk.found("GBP", berlin=1000, paris=0, tokyo=0)
    payments = sorted([await desk.queue(desk.held, "GBP", BERLIN, PARIS, 10) for _ in range(5)])
    ref = await window_of(desk, "GBP")
    await steps.claim_window(ref)
    await desk.liquidity.plan_batch(PlanRequest(ref, 1))
    await desk.held.execute_batch(ref.batch_id)
    news = await steps.record_finality(ref.batch_id)
    beats: list[int] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *done: beats.append(done[0])
    with pytest.raises(Unavailable):
        await environment.run(steps.tell_payments, news)
    assert await _progress(db, ref.batch_id) == (Phase.TELLING, 2)
    assert beats == [1, 2, 3]
    assert await environment.run(steps.tell_payments, news) == 3
    # The third payment had been told, but its page was not noted: it is told twice, and takes it once.
    assert steps.told == [*payments[:3], "away", *payments[2:]]
    assert await _progress(db, ref.batch_id) == (Phase.DONE, 5)
    assert await environment.run(steps.tell_payments, news) == 0


async def _progress(db: Database, batch_id: str) -> tuple[Phase, int]:
    async with db.read() as session:
        batch = await windows.batch(session, batch_id)
    return batch.phase, batch.told_count
