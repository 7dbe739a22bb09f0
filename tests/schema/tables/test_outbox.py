import asyncio

from schema.tables.common import outbox
from schema.tables.common.outbox import Claim, StartKind
from schema.tables.common.session import Database
from tests.schema.tables.world import AT, later


async def add(db: Database, *names: str, after_s: float = 0) -> None:
    for place, name in enumerate(names):
        async with db.write() as session:
            for _ in range(2):
                await outbox.add(
                    session,
                    workflow_id=f"payment/{name}",
                    kind=StartKind.PAYMENT,
                    subject=name,
                    input={"name": name},
                    at=later(place / 1000),
                    not_before=later(after_s) if after_s else None,
                )


async def claim(db: Database, *, at_s: float, limit: int = 100, done: tuple[str, ...] = ()) -> list[str]:
    async with db.write() as session:
        claims = await outbox.claim(session, limit=limit, lease_s=30, now=later(at_s), done=done)
    return [claim.subject for claim in claims]


async def strike_all(db: Database) -> None:
    async with db.write() as session:
        claims = await outbox.claim(session, limit=10_000, lease_s=0, now=later(1e6))
        await outbox.claim(session, limit=0, lease_s=0, now=AT, done=[claim.workflow_id for claim in claims])
        assert await outbox.pending_count(session) == 0


async def test_a_start_is_leased_until_confirmed(db: Database) -> None:
    await add(db, "a", "b")
    assert await claim(db, at_s=1) == ["a", "b"]
    assert await claim(db, at_s=30) == []
    assert await claim(db, at_s=31, done=("payment/a",)) == ["b"]
    assert await claim(db, at_s=99, limit=0, done=("payment/b", "payment/unknown")) == []
    async with db.read() as session:
        assert await outbox.pending_count(session) == 0


async def test_a_claim_carries_the_input(db: Database) -> None:
    await add(db, "c")
    async with db.write() as session:
        claims = await outbox.claim(session, limit=1, lease_s=1, now=later(1))
    assert claims == [Claim("payment/c", StartKind.PAYMENT, "c", {"name": "c"})]
    await strike_all(db)


async def test_the_oldest_come_first_and_none_before_its_time(db: Database) -> None:
    await add(db, "late", after_s=50)
    await add(db, "d", "e", "f")
    assert await claim(db, at_s=1, limit=2) == ["d", "e"]
    assert await claim(db, at_s=2, limit=2) == ["f"]
    assert sorted(await claim(db, at_s=50)) == ["d", "e", "f", "late"]
    await strike_all(db)


async def test_claimants_never_share(db: Database) -> None:
    names = [f"n{number:03}" for number in range(120)]
    await add(db, *names)

    async def claimant() -> list[str]:
        got: list[str] = []
        while more := await claim(db, at_s=1, limit=7, done=tuple(f"payment/{name}" for name in got[-3:])):
            got += more
        return got

    shares = await asyncio.gather(*(claimant() for _ in range(8)))
    # A claimant may come away empty while others hold the locks; what it left is due to the next.
    taken = [name for share in shares for name in share] + await claim(db, at_s=1)
    assert len(taken) == len(set(taken))
    assert set(taken) == set(names)
    await strike_all(db)
