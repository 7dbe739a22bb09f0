import pytest

from domain.decision import Actor, Decision, ReviewCase, ReviewState, Role, Verdict
from domain.errors import AlreadyDecided, NotUnderReview
from schema.tables.common.session import Database, WriteSession
from schema.tables.compliance import checks, review_queue, reviews
from schema.tables.compliance.review_queue import Wanted
from schema.tables.compliance.reviews import Review
from schema.tables.payment import events
from tests.schema.tables.world import AT, CLEAR, HIT, SUSPICIOUS, all_at_once, later, screened, taken_in

ANNA = Actor("anna", Role.COMPLIANCE)


async def open_review(session: WriteSession, payment_id: str, check_id: str) -> Review:
    return await reviews.open(session, payment_id, check_id, at=AT, escalate_at=later(60), expires_at=later(90))


async def held(db: Database) -> tuple[str, str]:
    payment_id, check_id = await screened(db)
    async with db.write() as session:
        await open_review(session, payment_id, check_id)
    return payment_id, check_id


async def kinds(db: Database, payment_id: str) -> list[str]:
    async with db.read() as session:
        return [event.kind for event in await events.of(session, payment_id) if event.kind != "status"]


async def decide(db: Database, payment_id: str, decision_id: str, verdict: Verdict, check_id: str) -> bool:
    async with db.write() as session:
        decision = Decision(verdict, ANNA, check_id, "seen")
        return await reviews.decide(session, payment_id, decision_id, decision, later(10))


async def test_the_first_screening_result_stands(db: Database) -> None:
    payment_id, check_id = await screened(db)
    async with db.write() as session:
        again = await checks.record(session, payment_id, "sanctions_screening", CLEAR, later(1))
        stored = await checks.of(session, payment_id)
    assert (again.id, again.requires_review, again.risk_score, again.status) == (check_id, True, 90, "review")
    assert [hit.score for hit in again.hits] == [90, 60]
    assert again.hits[0] == HIT
    assert stored == [again]


async def test_of_many_screenings_one_is_stored(db: Database) -> None:
    payment_id = await taken_in(db)
    made = await all_at_once(
        db, 6, lambda session: checks.record(session, payment_id, "sanctions_screening", SUSPICIOUS, AT)
    )
    assert len({check.id for check in made}) == 1
    assert {check.hits for check in made} == {made[0].hits}


async def test_a_review_is_opened_once(db: Database) -> None:
    payment_id, check_id = await screened(db)
    opened = await all_at_once(db, 5, lambda session: open_review(session, payment_id, check_id))
    assert {review.id for review in opened} == {opened[0].id}
    assert (opened[0].state, opened[0].verdict, opened[0].expires_at) == (ReviewState.OPEN, None, later(90))
    assert await kinds(db, payment_id) == ["review_opened"]


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT])
async def test_a_decision_ends_the_review(db: Database, verdict: Verdict) -> None:
    payment_id, check_id = await held(db)
    assert await decide(db, payment_id, f"d/{payment_id}", verdict, check_id)
    assert not await decide(db, payment_id, f"d/{payment_id}", verdict, check_id)
    with pytest.raises(AlreadyDecided):
        await decide(db, payment_id, f"other/{payment_id}", verdict, check_id)
    async with db.write() as session:
        assert not await reviews.escalate(session, payment_id, AT, actor="network")
        assert not await reviews.expire(session, payment_id, AT)
        review = await reviews.of(session, payment_id)
        told = (await events.of(session, payment_id))[-1]
    assert (review.state, review.verdict, review.decided_at) == (ReviewState.DECIDED, verdict, later(10))
    assert (told.kind, told.actor) == ("review_decided", "anna")
    assert told.detail == {"verdict": verdict, "role": "compliance", "comment": "seen"}


async def test_escalated_by_a_person_then_decided(db: Database) -> None:
    payment_id, check_id = await held(db)
    assert await decide(db, payment_id, f"1/{payment_id}", Verdict.ESCALATE, check_id)
    async with db.write() as session:
        review = await reviews.of(session, payment_id)
        assert not await reviews.escalate(session, payment_id, later(60), actor="network")
    assert (review.state, review.escalated_at, review.decided_at) == (ReviewState.ESCALATED, later(10), None)
    assert await decide(db, payment_id, f"2/{payment_id}", Verdict.APPROVE, check_id)
    assert await kinds(db, payment_id) == ["review_opened", "review_escalated", "review_decided"]


async def test_escalated_by_time_then_expired(db: Database) -> None:
    payment_id, _ = await held(db)
    for fresh in (True, False):
        async with db.write() as session:
            assert await reviews.escalate(session, payment_id, later(60), actor="network") is fresh
    for fresh in (True, False):
        async with db.write() as session:
            assert await reviews.expire(session, payment_id, later(90)) is fresh
    assert await kinds(db, payment_id) == ["review_opened", "review_escalated", "review_expired"]


async def test_a_cancelled_payment_takes_its_review_along(db: Database) -> None:
    payment_id, _ = await held(db)
    plain = await taken_in(db)
    async with db.write() as session:
        assert await reviews.withdraw(session, payment_id, later(1))
        assert not await reviews.withdraw(session, payment_id, later(1))
        assert not await reviews.withdraw(session, plain, later(1))
        assert (await reviews.of(session, payment_id)).state is ReviewState.WITHDRAWN


async def test_of_two_reviewers_one_decides(db: Database) -> None:
    payment_id, check_id = await held(db)
    count = 0

    async def word(session: WriteSession) -> bool:
        nonlocal count
        count += 1
        decision = Decision(Verdict.APPROVE, ANNA, check_id)
        try:
            return await reviews.decide(session, payment_id, f"{payment_id}/{count}", decision, AT)
        except AlreadyDecided:
            return False

    assert sorted(await all_at_once(db, 5, word)) == [False] * 4 + [True]


async def test_the_case_tells_what_a_decision_is_judged_against(db: Database) -> None:
    payment_id, check_id = await held(db)
    plain = await taken_in(db)
    async with db.read() as session:
        plainly = ReviewCase(ReviewState.OPEN, check_id, "berlin-system", approvals_needed=0)
        assert await reviews.case(session, payment_id) == plainly
        assert await reviews.case(session, plain) is None
        with pytest.raises(NotUnderReview):
            await reviews.of(session, plain)


async def test_the_queue_shows_what_a_reviewer_needs(db: Database) -> None:
    made = [(await held(db))[0] for _ in range(3)]
    async with db.write() as session:
        await reviews.escalate(session, made[2], later(60), actor="network")
        first = await review_queue.queue(session, page=1, limit=1)
        everything = await review_queue.queue(session, page=1, limit=500)
        decided = await review_queue.queue(session, page=1, limit=500, wanted=Wanted(states=[ReviewState.DECIDED]))
    item = first.items[0]
    assert item.review.state is ReviewState.ESCALATED
    assert (item.risk_score, item.hits[0], item.sender_name, item.currency) == (90, HIT, "Müller & Söhne", "EUR")
    listed = [item.review.payment_id for item in everything.items]
    assert set(made) <= set(listed)
    assert first.total == everything.total == len(listed)
    assert not set(made) & {item.review.payment_id for item in decided.items}
