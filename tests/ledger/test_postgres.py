"""What only the ledger in PostgreSQL can do: many owners, lost connections, engines that order transactions otherwise."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from domain.errors import InsufficientFunds, Unavailable
from ledger import postgres
from ledger.audit import verify_postgres
from ledger.book import Discharge, Operation, Post, Reserve, Transfer
from ledger.postgres import PostgresLedger
from tests.ledger.conftest import fresh_postgres
from tests.ledger.worlds import ALPHA, BETA, GAMMA, NETWORK, Ticks, conserved, furnish

SERIALIZABLE = "options=-c%20default_transaction_isolation%3Dserializable"
"""As YugabyteDB and CockroachDB may be set, or are: conflicts come out as errors that ask to try again."""


@pytest_asyncio.fixture(params=["read committed", "serializable"])
async def owners(request: pytest.FixtureRequest, book_url: str) -> AsyncIterator[list[PostgresLedger]]:
    """Three owners of one ledger, as processes on three machines are."""
    await (await fresh_postgres(book_url, Ticks())).aclose()
    url = f"{book_url}&{SERIALIZABLE}" if request.param == "serializable" else book_url
    ledgers = [await PostgresLedger.open(url) for _ in range(3)]
    await furnish(ledgers[0])
    yield ledgers
    for ledger in ledgers:
        await ledger.aclose()


async def test_any_number_of_owners_post_at_once(owners: list[PostgresLedger], book_url: str) -> None:
    async def caller(ledger: PostgresLedger, name: int) -> None:
        for n in range(6):
            hold = f"{name}/{n}"
            await ledger.submit([Reserve(hold, NETWORK, ALPHA, "USD", 3)])
            await ledger.submit([Post(f"{hold}/post", hold, 2)])

    await asyncio.gather(*(caller(owners[name % 3], name) for name in range(24)))
    assert {(await ledger.balance(ALPHA)).posted_minor for ledger in owners} == {1000 + 24 * 6 * 2}
    assert sum(ledger.groups_written for ledger in owners) < 24 * 6 * 2, "callers of one owner share transactions"
    assert conserved(await owners[0].balances())
    report = await verify_postgres(book_url, high_water=await owners[1].head())
    assert (report.verdict, report.entries) == ("ok", 9 + 24 * 6 * 2), report


async def test_owners_compete_for_the_same_money(owners: list[PostgresLedger]) -> None:
    wishes = [owners[n % 3].submit([Reserve(f"h{n}", GAMMA, ALPHA, "USD", 3)]) for n in range(64)]
    found = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(isinstance(one, InsufficientFunds) for one in found) == 31
    assert (await owners[2].balance(GAMMA)).available_minor == 1


async def test_the_same_operation_from_many_owners_happens_once(owners: list[PostgresLedger]) -> None:
    same: list[Operation] = [Transfer("once", ALPHA, BETA, "USD", 10)]
    receipts = await asyncio.gather(*(owners[n % 3].submit(same) for n in range(30)))
    assert sum(receipt.created for (receipt,) in receipts) == 1
    assert len({receipt.sequence for (receipt,) in receipts}) == 1


async def test_a_lost_connection_is_an_outage_and_passes(owners: list[PostgresLedger], book_url: str) -> None:
    ledger = owners[0]
    killer = await asyncpg.connect(book_url)
    done, lost = 0, 0
    for n in range(60):
        if n % 20 == 10:
            await killer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        try:
            await ledger.submit([Transfer(f"t{n}", NETWORK, BETA, "USD", 1)])
            done += 1
        except Unavailable:
            lost += 1
    await killer.close()
    assert 0 < lost < 10
    for n in range(60):
        await ledger.submit([Transfer(f"t{n}", NETWORK, BETA, "USD", 1)])
    assert (await ledger.balance(BETA)).posted_minor == 500 + 60


async def test_an_owner_that_falls_asleep_in_a_group_stops_nobody(
    book_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await (await fresh_postgres(book_url, Ticks())).aclose()
    monkeypatch.setattr(postgres, "ASLEEP_S", 0.3)
    sleeper, other = [await PostgresLedger.open(book_url) for _ in range(2)]
    await furnish(other)

    async def sleep() -> None:
        with postgres._outages():
            async with sleeper._transaction() as connection:
                await connection.fetchrow(postgres._LOCK_HEAD)
                await other.submit([Transfer("awake", ALPHA, BETA, "USD", 10)])
                await connection.fetchrow(postgres._HEAD)

    with pytest.raises(Unavailable):
        await sleep()
    await sleeper.submit([Transfer("awake again", ALPHA, BETA, "USD", 10)])
    assert (await other.balance(BETA)).posted_minor == 520
    for ledger in (sleeper, other):
        await ledger.aclose()


async def test_a_database_that_is_away_is_said_so() -> None:
    with pytest.raises(Unavailable):
        await PostgresLedger.open("postgresql://nobody@/nothing?host=/nonexistent")
    report = await verify_postgres("postgresql://nobody@/nothing?host=/nonexistent")
    assert report.verdict == "incomplete"


TAMPERED = [
    ("balance", f"UPDATE book_accounts SET credits_posted = credits_posted + 1 WHERE id = '{BETA}'"),
    ("balance", f"UPDATE book_accounts SET floor_minor = NULL WHERE id = '{ALPHA}'"),
    ("balance", "DELETE FROM book_accounts WHERE id = 'GAMMA/USD'"),
    ("head", "UPDATE book_head SET sequence = sequence + 1"),
    ("rule", "UPDATE book_journal SET hash = sha256('x') WHERE sequence = 8"),
    ("rule", "UPDATE book_journal SET body = set_byte(body, 20, 9) WHERE sequence = 8"),
    ("rule", "DELETE FROM book_journal WHERE sequence = 8"),
    ("chain", "DELETE FROM book_journal WHERE sequence = (SELECT max(sequence) FROM book_journal)"),
]


@pytest.mark.parametrize(("check", "tamper"), TAMPERED)
async def test_tampering_is_found(book_url: str, check: str, tamper: str) -> None:
    ledger = await fresh_postgres(book_url, Ticks())
    await furnish(ledger)
    await ledger.submit([Reserve("h", ALPHA, BETA, "USD", 100)])
    await ledger.submit([Discharge("d", "h"), Transfer("net", ALPHA, BETA, "USD", 100)])
    head = await ledger.head()
    await ledger.aclose()
    assert (await verify_postgres(book_url, high_water=head)).verdict == "ok"
    assert (await verify_postgres(book_url)).verdict == "incomplete"
    connection = await asyncpg.connect(book_url)
    await connection.execute(tamper)
    await connection.close()
    report = await verify_postgres(book_url, high_water=head)
    assert report.verdict == "broken"
    assert report.findings[0].check == check, report.findings
