import asyncio

from schema.tables.common.session import Database
from schema.tables.settlement import telling, windows
from schema.tables.settlement.windows import Phase
from tests.schema.tables.test_windows import close, net, queued
from tests.schema.tables.world import later


async def untold(db: Database, batch_id: str, limit: int) -> list[str]:
    async with db.read() as session:
        return await telling.untold(session, batch_id, limit)


async def told(db: Database, batch_id: str, payment_ids: list[str]) -> bool:
    async with db.write() as session:
        return await telling.told(session, batch_id, payment_ids, later(9))


async def progress(db: Database, batch_id: str) -> tuple[Phase, int]:
    async with db.read() as session:
        batch = await windows.batch(session, batch_id)
    return batch.phase, batch.told_count


async def test_the_payments_of_a_batch_are_told_page_by_page(db: Database) -> None:
    made = [await queued(db, "EUR") for _ in range(5)]
    ids = sorted(payment_id for payment_id, _ in made)
    await close(db, made[0][1], "bat_eur")
    assert await progress(db, "bat_eur") == (Phase.PLANNING, 0)
    await net(db, "bat_eur", 500)
    assert await progress(db, "bat_eur") == (Phase.EXECUTING, 0)
    async with db.write() as session:
        await windows.finish(session, "bat_eur", later(8))
    for page in (ids[:2], ids[2:4]):
        assert await untold(db, "bat_eur", 2) == page
        # Two tries of the step that tell the same page: it counts once.
        assert sorted(await asyncio.gather(told(db, "bat_eur", page), told(db, "bat_eur", page))) == [False, True]
    assert await progress(db, "bat_eur") == (Phase.TELLING, 4)
    assert not await told(db, "bat_eur", ids[3:]), "a page that was told in part already is not counted again"
    assert await told(db, "bat_eur", ids[4:])
    assert await progress(db, "bat_eur") == (Phase.DONE, 5)
    assert await untold(db, "bat_eur", 2) == []
