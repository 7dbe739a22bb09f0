"""A list changes again and again while payments are screened: none of those whom it concerns gets through."""

import asyncio
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.library import Library
from activities.list_files import ListChange, bring_in
from activities.rescreening import RescreeningActivities
from activities.risk import RiskAssessor
from activities.screening import Screened, ScreeningActivities, ScreeningRequest
from domain.errors import Unavailable
from domain.party import Party
from domain.status import PaymentStatus
from runtime.metrics import Metrics
from schema.tables.common.session import Database
from schema.tables.compliance import pull_backs, rescreenings
from tests.lists import LIST, version
from tests.schema.tables.world import BERLIN, PARIS, at_status

S = PaymentStatus
LATELY = "Oskar Umbrinov"
CHANGES = 6
AT_ONCE = 8


class Worker:
    """A worker that follows the lists at its own pace."""

    def __init__(self, db: Database, client: Client) -> None:
        self.library = Library(db, [LIST], max_age_s=3600)
        metrics = Metrics()
        self.screening = ScreeningActivities(db, self.library, RiskAssessor(metrics, without_memory=True), metrics)
        self.again = RescreeningActivities(db, client, self.library, metrics)

    async def screen(self, payment: str) -> Screened:
        """Screen a payment as its workflow does: again for as long as a list is just changing."""
        while True:
            try:
                return await self.screening.screen(ScreeningRequest(payment, 3600, 7200))
            except Unavailable:
                await asyncio.sleep(0.01)


async def test_a_list_that_changes_under_load_loses_no_query_and_no_payment(db: Database) -> None:
    client = await Client.connect("127.0.0.1:1", lazy=True)
    first, second = Worker(db, client), Worker(db, client)
    listed = {number: f"Newcomer {chr(65 + number)} Invented" for number in range(1, CHANGES + 1)}
    await bring_in(db, version({}), datetime.now(UTC))
    await first.library.follow()
    await second.library.follow()
    following = [asyncio.create_task(worker.library.run()) for worker in (first, second)]
    concerned: dict[str, Screened] = {}
    innocent: dict[str, Screened] = {}
    changing = asyncio.Event()

    async def pay(worker: Worker) -> None:
        while not changing.is_set():
            for creditor, made in ((LATELY, concerned), ("Bert Example", innocent)):
                parties = {"debtor": Party("Ada Sample", BERLIN), "creditor": Party(creditor, PARIS)}
                payment = await at_status(db, S.VALIDATED, **parties)
                made[payment] = await worker.screen(payment)

    paying = [asyncio.create_task(pay(worker)) for worker in (first, second) for _ in range(AT_ONCE // 2)]
    changes, before = [], None
    for number in range(1, CHANGES + 1):
        names = {key: name for key, name in listed.items() if key <= number}
        names |= {50: LATELY} if number >= CHANGES // 2 else {}
        await bring_in(db, version(names), datetime.now(UTC))
        async with db.read() as session:
            version_id = (await rescreenings.latest(session))[LIST].id
        changes.append(ListChange(LIST, version_id, before))
        before = version_id
        await ActivityEnvironment().run(second.again.compare, changes[-1])
    changing.set()
    await asyncio.gather(*paying)
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)

    async with db.read() as session:
        pulled = await pull_backs.held_back(session, [*concerned, *innocent])
    held = {payment for payment, found in concerned.items() if found.review is not None}
    assert set(concerned) == held | pulled
    assert held
    assert pulled
    assert not pulled & set(innocent)
    assert all(found.review is None for found in innocent.values())
