"""A screening office: a database, one worker's lists, and the steps of its screening."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.library import Library
from activities.list_files import ListChange, bring_in
from activities.rescreening import RescreeningActivities
from activities.risk import RiskAssessor
from activities.screening import Screened, ScreeningActivities, ScreeningRequest
from domain.party import Party
from domain.settlement import Obligation
from domain.status import PaymentStatus
from runtime.metrics import Metrics
from schema.tables.common.session import Database, ReadSession
from schema.tables.compliance import good_guys, pull_backs, rescreenings
from schema.tables.compliance.good_guys import GoodGuy, GoodGuyState
from schema.tables.compliance.rescreenings import Compared
from schema.tables.payment import payments
from schema.tables.settlement import windows
from screening.good_guys import party_key
from screening.policies import subjects
from tests.lists import LIST, version
from tests.schema.tables.world import BERLIN, PARIS, at_status, later

S = PaymentStatus
LATELY, LONG_AGO, ALIKE = "Oskar Umbrinov", "Viktor Zarubin", "Mirabel Kuorvaths"
BEFORE = {1: LONG_AGO, 2: "Mirabel Quorvath"}
AFTER = {**BEFORE, 3: LATELY}
Act = Callable[[], Awaitable[object]]


class Interrupted(Library):
    """A library during whose work something happens: just before it looks whether it is outdated."""

    meanwhile: Act | None = None

    async def outdated(self, session: ReadSession, version: str) -> bool:
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            await act()
        return await super().outdated(session, version)


class Office:
    """A database, one worker's lists, and the steps of screening."""

    def __init__(self, db: Database, client: Client) -> None:
        self.db = db
        self.library = Interrupted(db, [LIST], max_age_s=3600)
        metrics = Metrics()
        risk = RiskAssessor(metrics, without_memory=True)
        self.screening = ScreeningActivities(db, self.library, risk, metrics)
        self.again = RescreeningActivities(db, client, self.library, metrics)
        self.before: str | None = None

    async def change(self, listed: dict[int, str], data: bytes | None = None) -> ListChange:
        """Put a version into force; what its re-screening is told."""
        file = version(listed)
        await bring_in(
            self.db, file if data is None else replace(file, data=data, acknowledged=True), datetime.now(UTC)
        )
        async with self.db.read() as session:
            last = (await rescreenings.latest(session))[LIST]
        change, self.before = ListChange(LIST, last.id, self.before), last.id
        return change

    async def payment(self, creditor: str = "Bert Example", debtor: str = "Ada Sample") -> str:
        """A payment that is about to be screened."""
        return await at_status(self.db, S.VALIDATED, debtor=Party(debtor, BERLIN), creditor=Party(creditor, PARIS))

    async def screen(self, payment: str, turn: int = 0) -> Screened:
        return await self.screening.screen(ScreeningRequest(payment, 3600, 7200, turn))

    async def compare(self, change: ListChange) -> Compared:
        await self.library.follow()
        return await ActivityEnvironment().run(self.again.compare, change)

    async def pulled(self, *of: str) -> set[str]:
        """Which payments are barred from settlement."""
        async with self.db.read() as session:
            return set(await pull_backs.held_back(session, of))


async def cleared(office: Office, payment: str, entity_hash: str) -> None:
    """Two people say that the payment's creditor is not the listed one."""
    at = datetime.now(UTC)
    async with office.db.write() as session:
        who = next(one for one in subjects(await payments.order(session, payment)) if one.role == "creditor")
        word = GoodGuy(
            id=f"gg_{payment}", state=GoodGuyState.PROPOSED, party=party_key(who), list_name=LIST, entity_id="IV.1",
            entity_hash=entity_hash, reason="a test", proposed_by="rita", proposed_at=at, approved_by=None,
            approved_at=None, revoked_by=None, revoked_at=None, expires_at=at + timedelta(days=1),
        )  # fmt: skip
        await good_guys.propose(session, word)
        await good_guys.approve(session, word.id, "sven", at)


async def queue(db: Database, payment: str, turn: int = 0) -> str:
    owed = Obligation(payment, BERLIN, PARIS, 100)
    async with db.write() as session:
        return await windows.enqueue(session, owed, currency="EUR", window_s=5, at=later(1), turn=turn)
