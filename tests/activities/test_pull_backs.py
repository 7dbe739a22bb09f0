"""A payment that a change of a list has pulled back stays barred until it has been screened by that very change."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.ledger import Reservation, barred
from activities.rescreening import Closing
from domain.decision import Decision, ReviewState, Verdict
from ledger.memory import MemoryLedger
from schema.tables.common import audit
from schema.tables.compliance import checks, good_guys, reviews
from schema.tables.settlement import windows
from tests.activities.office import AFTER, BEFORE, LATELY, LONG_AGO, Office, cleared, queue
from tests.lists import PEOPLE, un
from tests.schema.tables.world import BERLIN, PARIS, later
from tests.workflows.world import REVIEWER


async def test_a_repeated_screening_answers_for_no_change_that_came_after_it(office: Office) -> None:
    """Its first answer was lost with its worker, and while another try is due the list changes once more."""
    payment = await office.payment(LATELY)
    await office.screen(payment)
    await office.compare(await office.change(AFTER))
    first = await office.screen(payment, turn=1)
    await office.compare(await office.change({**AFTER, 4: "Ada Sample"}))
    assert await office.screen(payment, turn=1) == first
    assert await office.pulled(payment) == {payment}


async def test_a_payment_whose_workflow_somebody_ended_stays_barred(office: Office) -> None:
    """SQL says that it waits in a queue: whoever tells it finds nobody, and that is not its end."""
    payment = await office.payment(LATELY)
    await office.screen(payment)
    window = await queue(office.db, payment)
    change = await office.change(AFTER)
    await office.compare(change)
    await office.again.close_pull_backs(Closing(payment))
    assert await office.pulled(payment) == {payment}
    async with office.db.write() as session:
        assert await windows.close(session, window, "bat_1", later(5)) == 0


async def test_a_word_that_was_taken_back_clears_nobody_when_the_entity_comes_back(office: Office) -> None:
    """The check shows the hit, but people never saw it: their word of before let it pass."""
    held = await office.payment(LONG_AGO)
    await office.screen(held)
    async with office.db.read() as session:
        (check,) = await checks.of(session, held)
    evidence = next(hit for hit in check.hits if hit.role == "creditor").evidence
    assert evidence is not None
    await cleared(office, held, evidence.entity_hash)
    payment = await office.payment(LONG_AGO)
    assert (await office.screen(payment)).review is None
    async with office.db.write() as session:
        await good_guys.revoke(session, f"gg_{held}", "rita", datetime.now(UTC))
    await office.compare(await office.change({}, un({**PEOPLE, 2: BEFORE[2]})))
    await office.compare(await office.change({**BEFORE, 4: "Somebody Otherwise"}))
    assert await office.pulled(payment) == {payment}


async def test_a_repeated_screening_takes_nothing_out_of_the_queue_that_people_have_let_go(office: Office) -> None:
    """A late try, or the story told anew: the payment was approved meanwhile, and waits for its window."""
    payment = await office.payment(LATELY)
    await office.screen(payment)
    await queue(office.db, payment)
    await office.compare(await office.change(AFTER))
    async with office.db.write() as session:
        assert await windows.withdraw(session, payment)
    found = await office.screen(payment, turn=1)
    async with office.db.write() as session:
        await reviews.weigh(session, payment, level=None, weight=1, approvals_needed=1, ring_fence_at=None)
        word = Decision(Verdict.APPROVE, REVIEWER, found.check_id)
        await reviews.decide(session, payment, "d1", word, datetime.now(UTC))
    window = await queue(office.db, payment, turn=1)
    again = await office.screen(payment, turn=1)
    assert (again.review, again.verdict) == (ReviewState.DECIDED, Verdict.APPROVE)
    async with office.db.write() as session:
        assert await windows.close(session, window, "bat_1", later(5)) == 1


async def test_what_a_change_did_to_a_payment_is_in_the_audit_log_once(office: Office) -> None:
    payment = await office.payment(LATELY)
    await office.screen(payment)
    await office.compare(await office.change(AFTER))
    for _ in range(2):
        found = await office.screen(payment, turn=1)
    async with office.db.read() as session:
        acts = await audit.listing(session, audit.Search(subject=payment), page=1, limit=9)
    (line,) = acts.entries
    assert (line.action, line.actor_role, line.detail["held"]) == ("payment.rescreen", "system", True)
    assert (line.detail["screening_id"], line.detail["because"][0]["entities"]) == (found.check_id, ["IV.3"])


@pytest.mark.parametrize(("ago_s", "asks"), [(0, False), (1, True), (-3600, True)], ids=["now", "a second", "ahead"])
async def test_who_is_paid_long_after_its_screening_asks_whatever_the_clocks_say(
    office: Office, ago_s: float, asks: bool
) -> None:
    await office.change(AFTER)
    at = datetime.now(UTC) - timedelta(seconds=ago_s)
    wanted = Reservation(await office.payment(), BERLIN, PARIS, "EUR", 100, at)
    assert await barred(office.db, MemoryLedger(), wanted) is asks
