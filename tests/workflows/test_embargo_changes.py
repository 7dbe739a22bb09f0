"""A new version of the embargo table reaches every payment on its way, as a list's change does."""

from datetime import UTC, datetime
from typing import Final

import pytest

from activities.archive import Archive
from activities.list_files import Imported, bring_in
from domain.decision import Verdict
from domain.status import PaymentStatus
from schema.tables.compliance import checks, rescreenings, reviews
from schema.tables.compliance.pull_backs import PullOutcome, PullReason
from schema.tables.compliance.rescreenings import Rescreening
from schema.tables.payment import payments
from screening.regions import GEO
from tests.embargoes import VENEZUELA, file, table
from tests.workflows.list_changes import (
    BEFORE,
    LONG_WINDOW,
    NET,
    approve,
    asked_again,
    change,
    close_window,
    pulls,
)
from tests.workflows.world import ALPHA, BETA, GAMMA, REVIEWER, World, eventually
from workflows.payment import PaymentWorkflow

S = PaymentStatus
SYRIA: Final = "SY\tblocking\tan invented decree\tsyria|damascus"
UNITED_KINGDOM: Final = "GB\trestricted\tan invented decree\tlondon"


async def embargo(world: World, data: bytes, *, acknowledged: bool = False) -> Imported:
    """Put a table into force."""
    return await bring_in(world.db, file(data, acknowledged=acknowledged), datetime.now(UTC))


async def followed_up(world: World, imported: Imported) -> Rescreening:
    """Wait until a change of the table has been followed up."""

    async def there() -> Rescreening | None:
        async with world.db.read() as session:
            found = await rescreenings.find(session, imported.version_id)
        return found if found.ended_at is not None else None

    return await eventually(there)


async def queued(world: World, **changes: object) -> str:
    """A payment that waits in a window that does not close by itself."""
    payment = await world.submit(method=NET, terms=LONG_WINDOW, **changes)  # type: ignore[arg-type]
    await world.reaches(payment, S.QUEUED)
    return payment


async def under_review(world: World, country: str) -> str:
    """A payment to an embargoed country: people look at it."""
    await change(world, BEFORE)
    payment = await world.submit(method=NET, terms=LONG_WINDOW, creditor_country=country)
    await asked_again(world, payment)
    return payment


async def test_a_country_that_is_added_pulls_back_who_lives_there(watching: World) -> None:
    world = watching
    await change(world, BEFORE)
    payment, innocent = await queued(world, creditor_country="VE"), await queued(world)
    imported = await embargo(world, table(VENEZUELA))
    done = await followed_up(world, imported)
    assert (done.list_name, done.version, done.added, done.pulled_back, done.hits) == (GEO, imported.version, 1, 1, 1)
    held = await asked_again(world, payment)
    await close_window(world, innocent)
    await world.reaches(innocent, S.COMPLETED)
    assert (await world.payment(payment)).status is S.QUEUED
    (pull,) = await pulls(world, payment)
    assert (pull.outcome, pull.check_id, pull.entities) == (PullOutcome.SCREENED, held.screening_id, ("VE",))

    async with world.db.read() as session:
        order = await payments.order(session, payment)
        check = (await checks.of(session, payment))[-1]
    (hit,) = check.hits
    assert hit.evidence is not None
    assert hit.evidence.list_version == imported.version
    await embargo(world, table(), acknowledged=True)
    again = await Archive(world.db).recompute(order, check, hit)  # from the table of that day
    assert (again.entity_hash, again.same(hit)) == (hit.evidence.entity_hash, True)


async def test_a_country_that_is_added_pulls_back_whose_bank_is_there(watching: World) -> None:
    world = watching
    await change(world, BEFORE)
    there, elsewhere = await queued(world, receiver=BETA), await queued(world, sender=ALPHA, receiver=GAMMA)
    await followed_up(world, await embargo(world, table(UNITED_KINGDOM)))
    await asked_again(world, there)
    assert await pulls(world, elsewhere) == []
    await approve(world, there)

    async def back() -> bool | None:
        return (await world.payment(there)).status is S.QUEUED or None

    await eventually(back)
    await close_window(world, elsewhere)
    await world.reaches(elsewhere, S.COMPLETED)


async def test_a_country_that_is_made_stricter_pulls_back_what_people_had_let_pass(watching: World) -> None:
    world = watching
    payment = await under_review(world, "SY")
    await approve(world, payment)
    await world.reaches(payment, S.QUEUED)
    imported = await embargo(world, table(SYRIA, without="SY"))
    assert (imported.delta.changed, imported.delta.removed) == (("SY",), ())
    held = await asked_again(world, payment)
    (pull,) = await pulls(world, payment)
    assert pull.reason is PullReason.LISTED
    await world.workflow(payment).execute_update(
        PaymentWorkflow.decide, type(held)(Verdict.REJECT, REVIEWER, held.screening_id)
    )
    assert (await world.reaches(payment, S.REJECTED)).reason_codes == ("RR04",)


async def test_a_country_that_is_removed_has_its_reviews_begin_anew(watching: World) -> None:
    world = watching
    payment = await under_review(world, "SY")
    first = await asked_again(world, payment)
    await embargo(world, table(without="SY"), acknowledged=True)
    second = await asked_again(world, payment, first.screening_id)
    (pull,) = await pulls(world, payment)
    assert pull.reason is PullReason.DELISTED
    async with world.db.read() as session:
        assert (await reviews.of(session, payment)).level is None
    await world.workflow(payment).execute_update(PaymentWorkflow.decide, second)
    await world.reaches(payment, S.QUEUED)


async def test_a_worker_that_has_no_publishers_list_follows_the_table_as_well(world: World) -> None:
    payment = await queued(world, creditor_country="VE")
    await followed_up(world, await embargo(world, table(VENEZUELA)))
    await asked_again(world, payment)


@pytest.mark.parametrize("label", ["ours-1", "ours-2"])
async def test_a_table_that_says_the_same_pulls_nothing_back(watching: World, label: str) -> None:
    await change(watching, BEFORE)
    imported = await embargo(watching, table(label=label))
    async with watching.db.read() as session:
        assert GEO not in await rescreenings.latest(session)
    assert (imported.entities, imported.delta.added) == (7, ())
