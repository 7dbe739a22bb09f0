"""A change of a list finds every payment on its way, however it falls between the steps of its screening."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.library import Library
from activities.list_files import ListChange, bring_in
from activities.rescreening import Closing, RescreeningActivities
from activities.screening import ScreeningRequest
from domain.decision import Decision, ReviewState, Verdict
from domain.errors import IllegalTransition, Refused, Unavailable
from domain.status import PaymentStatus
from runtime.metrics import Metrics
from schema.tables.common import audit, outbox
from schema.tables.compliance import checks, in_flight, pull_backs, rescreenings, reviews
from schema.tables.compliance.pull_backs import PullOutcome, PullReason
from schema.tables.payment import events, payments
from schema.tables.payment.payments import Step
from schema.tables.settlement import windows
from tests.activities.office import AFTER, ALIKE, BEFORE, LATELY, LONG_AGO, Office, cleared, queue
from tests.lists import LIST, PEOPLE, un, version
from tests.schema.tables.world import later
from tests.workflows.world import REVIEWER

S = PaymentStatus


async def test_a_change_comes_with_its_rescreening_and_bars_settlement(office: Office) -> None:
    change = await office.change(AFTER)
    async with office.db.write() as session:
        (start,) = [
            claim
            for claim in await outbox.claim(session, limit=9, lease_s=1, now=datetime.now(UTC) + timedelta(days=1))
            if claim.subject == change.version_id
        ]
        assert start.input == {"list_name": LIST, "version_id": change.version_id, "previous_id": change.previous_id}
        assert await rescreenings.pending(session)
    await office.compare(change)
    await office.again.end_rescreening(change)
    async with office.db.read() as session:
        assert not await rescreenings.pending(session)
        acts = await audit.listing(session, audit.Search(action="list.rescreen"), page=1, limit=9)
    assert [line.detail["pulled_back"] for line in acts.entries] == [0]


async def test_the_same_list_in_another_file_changes_nothing(office: Office) -> None:
    data = un({**PEOPLE, **BEFORE}) + b"\n"
    await bring_in(office.db, replace(version(BEFORE), data=data), datetime.now(UTC))
    async with office.db.read() as session:
        assert not await rescreenings.pending(session)


async def test_who_is_listed_lately_is_pulled_back_and_nobody_else(office: Office) -> None:
    names = [LATELY, "UMBRINOV, Oskar", "Oskar Umbrinow", "Bert Example", "Oskar Umbrella"]
    made = {name: await office.payment(name) for name in names}
    for payment in made.values():
        await office.screen(payment)
    found = await office.compare(await office.change(AFTER))
    assert await office.pulled(*made.values()) == {made[name] for name in names[:3]}
    assert (found.payments, found.hits >= 3) == (len(names), True)


async def test_a_comparison_that_is_repeated_comes_to_the_same(office: Office) -> None:
    """The worker was killed in the middle: another begins from the start."""
    listed, innocent = await office.payment(LATELY), await office.payment()
    for payment in (listed, innocent):
        await office.screen(payment)
    change = await office.change(AFTER)
    assert await office.compare(change) == await office.compare(change)
    async with office.db.read() as session:
        assert await pull_backs.unanswered(session, change.version_id) == [listed]


async def test_every_party_is_compared_once(office: Office) -> None:
    for number in range(4):
        await office.screen(await office.payment(f"Creditor {number}"))
    found = await office.compare(await office.change(AFTER))
    # four creditors, one debtor, two banks with their BICs
    assert (found.payments, found.parties) == (4, 7)


@pytest.mark.parametrize("when", ["before it is screened", "while it is screened", "after it was screened"])
async def test_a_change_that_falls_between_two_steps_is_noticed_on_one_side(office: Office, when: str) -> None:
    """However the import, the screening and the comparison interleave, a listed party is held or pulled back."""
    payment, changed = await office.payment(LATELY), list[ListChange]()

    async def change_and_compare() -> None:
        changed.append(await office.change(AFTER))
        other = Library(office.db, [LIST], max_age_s=3600)
        await other.follow()
        again = RescreeningActivities(office.db, office.again._client, other, Metrics())
        await ActivityEnvironment().run(again.compare, changed[0])

    if when == "before it is screened":  # by a worker that has not noticed
        await change_and_compare()
    elif when == "while it is screened":
        office.library.meanwhile = change_and_compare
    try:
        await office.screen(payment)
        in_time = True
    except Unavailable:
        in_time = False
    if when == "after it was screened":
        await change_and_compare()
    assert in_time is (when == "after it was screened")
    if in_time:
        assert await office.pulled(payment) == {payment}
        return
    async with office.db.read() as session:
        (stale,) = await checks.of(session, payment)
    assert stale.superseded_at is not None
    await office.library.follow()
    assert (await office.screen(payment)).review is ReviewState.OPEN


async def test_a_repeat_of_the_step_keeps_to_what_it_found_in_time(office: Office) -> None:
    payment = await office.payment(LATELY)
    first = await office.screen(payment)
    await office.compare(await office.change(AFTER))
    assert await office.screen(payment) == first
    async with office.db.read() as session:
        assert [check.superseded_at for check in await checks.of(session, payment)] == [None]


async def test_who_was_screened_by_the_new_list_is_not_asked_about_again(office: Office) -> None:
    change = await office.change(AFTER)
    await office.library.follow()
    held = await office.payment(LATELY)
    await office.screen(held)
    assert (await office.compare(change)).payments == 0


async def test_what_people_have_seen_already_pulls_nothing_back(office: Office) -> None:
    """The list is withdrawn and comes back: the check shows that very hit."""
    payment = await office.payment(LONG_AGO)
    await office.screen(payment)
    await office.change({**BEFORE, 4: "Somebody Otherwise"})
    found = await office.compare(await office.change({**BEFORE, 4: "Somebody Otherwise", 5: "Yet Another"}))
    assert (found.payments, await office.pulled(payment)) == (1, set())


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ({2: BEFORE[2]}, PullReason.DELISTED),
        ({**BEFORE, 1: "Viktor Ivanovich Zarubin"}, PullReason.LISTED),
        ({**BEFORE, 1: "Anybody Else"}, PullReason.DELISTED),
        ({**BEFORE, 2: "Mirabel Quorvathova"}, None),
    ],
    ids=["removed", "listed otherwise", "no longer resembled", "another entity"],
)
async def test_a_review_of_an_entity_that_is_listed_no_more_or_otherwise_begins_anew(
    office: Office, after: dict[int, str], reason: PullReason | None
) -> None:
    payment = await office.payment(LONG_AGO)
    await office.screen(payment)
    await office.compare(await office.change({}, un({**PEOPLE, **after})))
    async with office.db.read() as session:
        pulled = await pull_backs.of(session, payment)
    assert [one.reason for one in pulled] == ([] if reason is None else [reason])


async def test_a_decided_review_is_not_opened_by_a_delisting(office: Office) -> None:
    payment = await office.payment(ALIKE)
    found = await office.screen(payment)
    async with office.db.write() as session:
        await reviews.weigh(session, payment, level=None, weight=1, approvals_needed=1, ring_fence_at=None)
        word = Decision(Verdict.APPROVE, REVIEWER, found.check_id)
        await reviews.decide(session, payment, "d1", word, datetime.now(UTC))
    await office.compare(await office.change({}, un({**PEOPLE, 1: LONG_AGO})))
    assert await office.pulled(payment) == set()


@pytest.mark.parametrize(("native", "pulled"), [("", False), ("Виктор Зарубин", True)], ids=["as it was", "changed"])
async def test_any_change_of_the_entity_voids_the_word_that_cleared_a_party(
    office: Office, native: str, pulled: bool
) -> None:
    held = await office.payment(LONG_AGO)
    await office.screen(held)
    async with office.db.read() as session:
        (check,) = await checks.of(session, held)
    hit = next(hit for hit in check.hits if hit.role == "creditor")
    assert hit.evidence is not None
    await cleared(office, held, hit.evidence.entity_hash)
    payment = await office.payment(LONG_AGO)
    assert (await office.screen(payment)).review is None  # it is cleared, and goes on
    data = un({**PEOPLE, **AFTER}).replace(
        b"<FIRST_NAME>Viktor Zarubin</FIRST_NAME>",
        f"<FIRST_NAME>Viktor Zarubin</FIRST_NAME><NAME_ORIGINAL_SCRIPT>{native}</NAME_ORIGINAL_SCRIPT>".encode(),
    )
    await office.compare(await office.change({}, data))
    assert (payment in await office.pulled(payment)) is pulled


async def test_a_payment_that_is_pulled_back_is_checked_once_in_each_turn(office: Office) -> None:
    payment = await office.payment(LATELY)
    first = await office.screen(payment)
    await office.compare(await office.change(AFTER))
    again = await office.screen(payment, turn=1)
    assert again == await office.screen(payment, turn=1)
    assert (first.review, again.review) == (None, ReviewState.OPEN)
    assert await office.pulled(payment) == set()
    async with office.db.read() as session:
        made = await checks.of(session, payment)
        (pull,) = await pull_backs.of(session, payment)
        told = [event.kind for event in await events.of(session, payment)]
    assert [(check.id, check.turn) for check in made] == [(first.check_id, 0), (again.check_id, 1)]
    assert (pull.check_id, pull.outcome) == (again.check_id, PullOutcome.SCREENED)
    assert told[-2:] == ["rescreened", "review_reopened"]


async def test_a_late_try_of_an_earlier_turn_changes_nothing(office: Office) -> None:
    payment = await office.payment(LATELY)
    await office.screen(payment)
    await office.compare(await office.change(AFTER))
    await office.screen(payment, turn=1)
    later = await office.screen(payment, turn=2)
    with pytest.raises(Refused):
        await office.screen(payment, turn=1)
    async with office.db.read() as session:
        assert (await reviews.of(session, payment)).check_id == later.check_id


async def test_a_change_during_another_screening_keeps_the_payment_barred(office: Office) -> None:
    """What is answered is only what was open when the screening began."""
    payment = await office.payment(LATELY)
    await office.screen(payment)
    await office.compare(await office.change(AFTER))
    await office.screening.screen(ScreeningRequest(payment, 3600, 7200, 1))
    await office.compare(await office.change({**AFTER, 3: "Oskar Petrovich Umbrinov"}))
    assert await office.pulled(payment) == {payment}


@pytest.mark.parametrize(("status", "outcome"), [(S.REJECTED, PullOutcome.ENDED), (S.COMPLETED, PullOutcome.TOO_LATE)])
async def test_compliance_is_told_of_what_was_paid_and_only_of_that(
    office: Office, status: PaymentStatus, outcome: PullOutcome
) -> None:
    payment = await office.payment(LATELY)
    await office.screen(payment)
    await office.compare(await office.change(AFTER))
    way = [S.REJECTED] if status is S.REJECTED else [S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED]
    async with office.db.write() as session:
        await payments.advance(session, payment, *(Step(each, later(1), "network") for each in way))
    for _ in range(2):
        await office.again.close_pull_backs(Closing(payment))
    async with office.db.read() as session:
        (pull,) = await pull_backs.of(session, payment)
        told = [event.kind for event in await events.of(session, payment)].count("list_hit_after_close")
    assert (pull.outcome, told) == (outcome, int(outcome is PullOutcome.TOO_LATE))


@pytest.mark.parametrize(("after", "noted"), [(timedelta(seconds=1), True), (timedelta(seconds=-60), False)])
async def test_what_was_paid_at_once_since_the_list_came_into_force_is_noted(
    office: Office, after: timedelta, noted: bool
) -> None:
    payment = await office.payment(LATELY)
    await office.screen(payment)
    change = await office.change(AFTER)
    async with office.db.write() as session:
        at = (await rescreenings.find(session, change.version_id)).begun_at + after
        way = [Step(each, at, "network") for each in (S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED)]
        await payments.advance(session, payment, *way, settled_at=at)
    await office.compare(change)
    await office.again.close_pull_backs(Closing(payment))
    async with office.db.read() as session:
        told = [event.kind for event in await events.of(session, payment)].count("list_hit_after_close")
    assert told == int(noted)


async def test_what_is_pulled_back_is_not_claimed_and_comes_back_only_in_a_later_turn(office: Office) -> None:
    payment, innocent = await office.payment(LATELY), await office.payment()
    for each in (payment, innocent):
        await office.screen(each)
        window = await queue(office.db, each)
    change = await office.change(AFTER)
    await office.compare(change)
    async with office.db.write() as session:
        assert await windows.close(session, window, "bat_1", later(5)) == 1
        assert [owed.payment_id for owed in await windows.claimed(session, "bat_1")] == [innocent]
        assert await windows.withdraw(session, payment)
    assert await queue(office.db, payment) == window  # a late try: it stays where it was, outside
    await office.screen(payment, turn=1)
    with pytest.raises(IllegalTransition):
        await queue(office.db, payment, turn=1)  # it is held
    async with office.db.write() as session:
        await reviews.expire(session, payment, later(6))
    again = await queue(office.db, payment, turn=1)
    assert again != window
    async with office.db.write() as session:
        assert await windows.close(session, again, "bat_2", later(9)) == 1


async def test_payments_are_found_page_by_page_while_they_move_on(office: Office) -> None:
    made = [await office.payment(f"Creditor {number}") for number in range(5)]
    for payment in made:
        await office.screen(payment)
    seen: list[str] = []
    async for page in in_flight.pages(office.db, size=2):
        seen += [payment.payment_id for payment in page]
        if len(seen) == 2:  # two that were not reached yet, and one that was
            async with office.db.write() as session:
                for payment in (made[1], made[3], made[4]):
                    steps = Step(S.APPROVED, later(1), "network"), Step(S.QUEUED, later(1), "network")
                    await payments.advance(session, payment, *steps)
    assert set(seen) == set(made)
