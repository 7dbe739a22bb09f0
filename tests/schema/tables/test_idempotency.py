from dataclasses import replace

from schema.tables.common.session import Database, WriteSession
from schema.tables.initiation import idempotency
from schema.tables.initiation.idempotency import Reservation
from schema.tables.payment import payments
from tests.schema.tables.world import AT, BERLIN, PARIS, all_at_once, new_payment

USE = Reservation(BERLIN, "key-1", b"\x01" * 32, "pay_1", {"id": "pay_1", "status": "initiated"}, AT)


async def test_a_key_is_taken_once_per_participant(db: Database) -> None:
    async with db.write() as session:
        assert await idempotency.find(session, BERLIN, "key-1") is None
        assert await idempotency.reserve(session, USE)
        assert not await idempotency.reserve(session, replace(USE, payment_id="pay_2"))
        assert await idempotency.reserve(session, replace(USE, participant=PARIS))
        assert await idempotency.find(session, BERLIN, "key-1") == USE


async def test_of_many_requests_with_one_key_one_becomes_a_payment(db: Database) -> None:
    async def request(session: WriteSession) -> str | None:
        payment = new_payment()
        use = replace(USE, key="key-race", payment_id=payment.id)
        if not await idempotency.reserve(session, use):
            return None
        await payments.insert(session, payment, start={})
        return payment.id

    answers = [answer for answer in await all_at_once(db, 8, request) if answer]
    assert len(answers) == 1
    async with db.read() as session:
        original = await idempotency.find(session, BERLIN, "key-race")
        assert original is not None
        assert original.payment_id == answers[0]
        assert (await payments.detail(session, original.payment_id)).id == answers[0]


async def test_a_key_is_free_again_when_its_payment_was_not_stored(db: Database) -> None:
    class Lost(Exception):
        pass

    try:
        async with db.write() as session:
            assert await idempotency.reserve(session, replace(USE, key="key-lost"))
            raise Lost
    except Lost:
        pass
    async with db.write() as session:
        assert await idempotency.reserve(session, replace(USE, key="key-lost"))
