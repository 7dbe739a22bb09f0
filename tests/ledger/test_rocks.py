"""What only the ledger on disk can do: share flushes, come back, refuse to come back wrong."""

import asyncio
import os
from pathlib import Path

import pytest

from domain.errors import InsufficientFunds, Unavailable
from ledger.book import Account, Head, Post, Reserve, Transfer
from ledger.errors import LedgerCorrupt
from ledger.rocks import RocksLedger
from ledger.verify import verify
from tests.ledger.worlds import ALPHA, BETA, GAMMA, NETWORK, Ticks, conserved, furnish


async def test_many_callers_share_flushes(tmp_path: Path) -> None:
    ledger = await RocksLedger.open(tmp_path)
    await furnish(ledger)
    before = ledger.groups_written

    async def caller(name: int) -> None:
        for n in range(5):
            hold = f"{name}/{n}"
            await ledger.submit([Reserve(hold, NETWORK, ALPHA, "USD", 1)])
            await ledger.submit([Post(f"{hold}/post", hold)])

    await asyncio.gather(*(caller(name) for name in range(64)))
    assert 10 <= ledger.groups_written - before < 64
    assert (await ledger.balance(ALPHA)).posted_minor == 1000 + 64 * 5
    head = await ledger.head()
    await ledger.aclose()
    assert verify(tmp_path, high_water=head).verdict == "ok"


async def test_callers_compete_for_the_same_money(tmp_path: Path) -> None:
    ledger = await RocksLedger.open(tmp_path)
    await furnish(ledger)
    wishes = [ledger.submit([Reserve(f"h{n}", GAMMA, ALPHA, "USD", 3)]) for n in range(64)]
    outcomes = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 33
    assert (await ledger.balance(GAMMA)).available_minor == 1
    await ledger.aclose()


async def test_a_refused_chain_leaves_nothing_in_its_group(tmp_path: Path) -> None:
    ledger = await RocksLedger.open(tmp_path)
    await furnish(ledger)
    before = ledger.groups_written
    half = [Transfer("half", ALPHA, BETA, "USD", 300), Transfer("much", ALPHA, BETA, "USD", 900)]
    good = [[Transfer(f"good{n}", ALPHA, GAMMA, "USD", 300)] for n in range(3)]
    chains = [good[0], half, good[1], half, good[2]]
    outcomes = await asyncio.gather(*(ledger.submit(chain) for chain in chains), return_exceptions=True)
    assert [isinstance(outcome, InsufficientFunds) for outcome in outcomes] == [False, True, False, True, False]
    assert ledger.groups_written == before + 1
    assert [(await ledger.balance(account)).posted_minor for account in (ALPHA, BETA, GAMMA)] == [100, 500, 1000]
    head = await ledger.head()
    await ledger.aclose()
    assert verify(tmp_path, high_water=head).verdict == "ok"


async def test_the_same_operation_from_many_callers_happens_once(tmp_path: Path) -> None:
    ledger = await RocksLedger.open(tmp_path)
    await furnish(ledger)
    same = Transfer("once", ALPHA, BETA, "USD", 10)
    receipts = await asyncio.gather(*(ledger.submit([same]) for _ in range(64)))
    assert sum(receipt.created for (receipt,) in receipts) == 1
    assert len({receipt.sequence for (receipt,) in receipts}) == 1
    assert (await ledger.balance(BETA)).posted_minor == 510
    await ledger.aclose()


async def test_nothing_is_seen_before_it_is_durable(tmp_path: Path) -> None:
    ledger = await RocksLedger.open(tmp_path)
    await furnish(ledger)
    head = await ledger.head()
    wish = asyncio.ensure_future(ledger.submit([Reserve("h", ALPHA, BETA, "USD", 10)]))
    glances = 0
    while not wish.done():
        if await ledger.head() == head:
            assert await ledger.hold("h") is None
            assert (await ledger.balance(ALPHA)).debits_pending == 0
            glances += 1
        await asyncio.sleep(0)
    assert glances > 1
    assert await ledger.hold("h") is not None
    await ledger.aclose()


async def test_an_abandoned_call_is_still_decided(tmp_path: Path) -> None:
    ledger = await RocksLedger.open(tmp_path)
    await furnish(ledger)
    wish = asyncio.ensure_future(ledger.submit([Transfer("t", ALPHA, BETA, "USD", 10)]))
    await asyncio.sleep(0)
    wish.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wish
    (receipt,) = await ledger.submit([Transfer("t", ALPHA, BETA, "USD", 10)])
    assert not receipt.created
    assert (await ledger.balance(BETA)).posted_minor == 510
    await ledger.aclose()


async def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    first = await RocksLedger.open(tmp_path / "new" / "ledger")
    await furnish(first)
    await first.submit([Reserve("h", ALPHA, BETA, "USD", 10)])
    await first.close_account(GAMMA)
    seen = await first.head(), await first.balances(), await first.hold("h"), await first.changes(9)
    await first.aclose()

    second = await RocksLedger.open(tmp_path / "new" / "ledger", high_water=seen[0])
    assert (await second.head(), await second.balances(), await second.hold("h"), await second.changes(9)) == seen
    (receipt,) = await second.submit([Reserve("h", ALPHA, BETA, "USD", 10)])
    assert (receipt.created, receipt.sequence) == (False, seen[0].sequence - 1)
    assert await second.open_account(Account(GAMMA, "USD")) is False
    await second.aclose()


async def test_time_goes_on_where_the_journal_ended(tmp_path: Path) -> None:
    ticks = Ticks()
    first = await RocksLedger.open(tmp_path, clock=ticks)
    await furnish(first)
    await first.aclose()
    ledger = await RocksLedger.open(tmp_path, clock=Ticks(5))  # somebody has set the clock back
    await ledger.submit([Transfer("t", ALPHA, BETA, "USD", 10)])
    head = await ledger.head()
    (last,) = await ledger.entries(head.sequence - 1, 1)
    assert last.entry.at_us == ticks.now_us
    await ledger.aclose()
    assert verify(tmp_path, high_water=head).verdict == "ok"


async def test_one_owner(tmp_path: Path) -> None:
    owner = await RocksLedger.open(tmp_path)
    with pytest.raises(Unavailable):
        await RocksLedger.open(tmp_path)
    await furnish(owner)
    await owner.aclose()


async def test_an_older_mark_is_contained(tmp_path: Path) -> None:
    ledger = await RocksLedger.open(tmp_path)
    await furnish(ledger)
    mark = await ledger.head()
    await ledger.submit([Transfer("t", ALPHA, BETA, "USD", 10)])
    await ledger.aclose()
    await (await RocksLedger.open(tmp_path, high_water=mark)).aclose()


@pytest.mark.parametrize("wrong", ["ahead", "other"])
async def test_a_mark_it_does_not_contain_is_refused(tmp_path: Path, wrong: str) -> None:
    ledger = await RocksLedger.open(tmp_path)
    await furnish(ledger)
    head = await ledger.head()
    await ledger.aclose()
    mark = Head(head.sequence + 1, head.hash) if wrong == "ahead" else Head(head.sequence, bytes(32))
    with pytest.raises(LedgerCorrupt):
        await RocksLedger.open(tmp_path, high_water=mark)
    assert verify(tmp_path, high_water=mark).verdict == "broken"
    await (await RocksLedger.open(tmp_path, high_water=head)).aclose()


async def test_a_lost_ledger_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(LedgerCorrupt):
        await RocksLedger.open(tmp_path / "ledger", high_water=Head(7, bytes(32)))
    assert not os.listdir(tmp_path)


async def test_a_ledger_that_was_never_finished_is_made_anew(tmp_path: Path) -> None:
    place = tmp_path / "ledger"
    (tmp_path / "ledger.new").mkdir()
    (tmp_path / "ledger.new" / "CURRENT").write_text("the process died here")
    await (await RocksLedger.open(place)).aclose()
    assert os.listdir(tmp_path) == ["ledger"]
    (place / "CURRENT").unlink()
    with pytest.raises(Unavailable):  # something is there: it is no new ledger
        await RocksLedger.open(place)


async def test_a_failed_write_stops_the_ledger(tmp_path: Path) -> None:
    ledger = await RocksLedger.open(tmp_path)
    await furnish(ledger)
    head = await ledger.head()
    database = ledger._books.store._database
    assert database is not None
    database.close()  # reads still work, writes fail: the disk is full or gone
    wishes = [ledger.submit([Transfer(f"t{n}", NETWORK, BETA, "USD", 10)]) for n in range(3)]
    for outcome in await asyncio.gather(*wishes, return_exceptions=True):
        assert isinstance(outcome, Unavailable)
    with pytest.raises(Unavailable):
        await ledger.submit([Transfer("t9", NETWORK, BETA, "USD", 10)])
    await ledger.aclose()
    again = await RocksLedger.open(tmp_path, high_water=head)
    assert await again.head() == head
    await again.aclose()


async def test_a_checkpoint_is_a_whole_ledger(tmp_path: Path) -> None:
    ledger = await RocksLedger.open(tmp_path / "ledger")
    await furnish(ledger)
    head = await ledger.head()
    await ledger.checkpoint(tmp_path / "copy")
    await ledger.submit([Transfer("later", ALPHA, BETA, "USD", 10)])
    copied = verify(tmp_path / "copy", high_water=head)
    assert (copied.verdict, copied.head) == ("ok", head)
    await ledger.aclose()


async def test_the_owner_posts_on_while_it_is_verified(tmp_path: Path) -> None:
    ledger = await RocksLedger.open(tmp_path)
    await furnish(ledger)
    files = {name for name in os.listdir(tmp_path) if not name.endswith((".log", ".sst"))}
    stop = asyncio.Event()

    async def post() -> int:
        count = 0
        while not stop.is_set():
            count += 1
            await ledger.submit([Transfer(f"t{count}", NETWORK, BETA, "USD", 1)])
        return count

    posting = asyncio.ensure_future(post())
    reports = []
    for _ in range(5):
        mark = await ledger.head()
        reports.append(await asyncio.to_thread(verify, tmp_path, high_water=mark))
    stop.set()
    assert await posting > 0
    assert [report.verdict for report in reports] == ["ok"] * 5
    assert reports[-1].entries > reports[0].entries
    assert {name for name in os.listdir(tmp_path) if not name.endswith((".log", ".sst"))} == files
    assert conserved(await ledger.balances())
    await ledger.aclose()
