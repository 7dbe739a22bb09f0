"""Damage must be noticed: by the opening or by the verification, and never by a customer."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.errors import DelTranError, Unavailable
from ledger.book import GENESIS, Closing, Discharge, Entry, Head, Opening, Post, Reserve, Transfer
from ledger.catalogue import NAME as CATALOGUE
from ledger.catalogue import seal
from ledger.errors import LedgerCorrupt
from ledger.journal import decode, encode, link
from ledger.rocks import RocksLedger
from ledger.store import Store, open_database
from ledger.verify import verify
from tests.ledger.worlds import ALPHA, BETA, GAMMA, furnish


async def grow(path: Path, *, killed: Path | None = None) -> Head:
    """A ledger with every kind of entry in it; `killed` gets its files as a killed owner would leave them."""
    ledger = await RocksLedger.open(path)
    await furnish(ledger)
    for n in range(40):
        await ledger.submit([Reserve(f"h{n}", ALPHA, BETA, "USD", 2)])
    await ledger.submit([Post(f"p{n}", f"h{n}") for n in range(10)])
    await ledger.submit(
        [*(Discharge(f"d{n}", f"h{n}") for n in range(10, 20)), Transfer("net", ALPHA, BETA, "USD", 20)]
    )
    await ledger.close_account(GAMMA)
    head = await ledger.head()
    if killed is not None:
        shutil.copytree(path, killed)
    await ledger.aclose()
    return head


def files(path: Path, suffix: str) -> list[Path]:
    return sorted(file for file in path.iterdir() if file.suffix == suffix and file.stat().st_size)


async def noticed(path: Path, head: Head) -> bool:
    """Whether the opening or the verification says that something is wrong."""
    if verify(path, high_water=head).verdict == "broken":
        return True
    try:
        ledger = await RocksLedger.open(path, high_water=head)
    except (LedgerCorrupt, Unavailable):
        return True
    await ledger.aclose()
    return False


async def test_a_sound_ledger_is_ok_only_with_a_mark(tmp_path: Path) -> None:
    head = await grow(tmp_path)
    report = verify(tmp_path, high_water=head)
    assert (report.verdict, report.head, report.findings, report.unchecked) == ("ok", head, (), ())
    assert (report.accounts, report.open_holds, report.posted_minor) == (6, 20, {"USD": 1640})
    assert report.as_json()["head"] == {"sequence": head.sequence, "hash": head.hash.hex()}
    without = verify(tmp_path)
    assert without.verdict == "incomplete"
    assert "high-water" in without.unchecked[0]


def test_nothing_is_created_where_nothing_was(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert verify(missing).verdict == "incomplete"
    assert verify(missing, high_water=GENESIS).verdict == "incomplete"
    assert verify(missing, high_water=Head(1, bytes(32))).verdict == "broken"
    assert verify(tmp_path).verdict == "incomplete"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9])
async def test_a_flipped_byte_in_the_log_is_noticed(tmp_path: Path, part: float) -> None:
    killed = tmp_path / "killed"
    head = await grow(tmp_path / "ledger", killed=killed)
    (log,) = files(killed, ".log")
    flip(log, part)
    assert verify(killed, high_water=head).verdict == "broken"
    for mark in (head, None):
        with pytest.raises(LedgerCorrupt):
            await RocksLedger.open(killed, high_water=mark)


@pytest.mark.parametrize("part", [0.05, 0.2, 0.4])
async def test_a_flipped_byte_in_a_table_is_noticed(tmp_path: Path, part: float) -> None:
    head = await grow(tmp_path)
    tables = files(tmp_path, ".sst")
    assert len(tables) >= 4
    for table in tables:
        copy = tmp_path.with_name(f"copy-{table.stem}-{part}")
        shutil.copytree(tmp_path, copy)
        flip(copy / table.name, part)
        assert await noticed(copy, head), table.name


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "killed"])
async def test_a_manifest_that_ends_early_is_noticed(tmp_path: Path, closed: bool) -> None:
    """RocksDB takes it for a torn tail, and would open without the families and tables that are named behind it."""
    place = tmp_path / "ledger"
    head = await grow(place if closed else tmp_path / "owner", killed=None if closed else place)
    whole = verify(place, high_water=head)
    (manifest,) = place.glob("MANIFEST-*")
    size = manifest.stat().st_size
    for left in range(0, size, max(1, size // 40)):
        copy = tmp_path / "copy"
        shutil.copytree(place, copy)
        os.truncate(copy / manifest.name, left)
        report = verify(copy, high_water=head)
        if report != whole:  # its last record may say nothing that matters
            with pytest.raises((LedgerCorrupt, Unavailable)):
                await RocksLedger.open(copy, high_water=head)
        shutil.rmtree(copy)


async def test_a_lost_table_is_noticed(tmp_path: Path) -> None:
    head = await grow(tmp_path)
    for table in files(tmp_path, ".sst"):
        copy = tmp_path.with_name(f"without-{table.stem}")
        shutil.copytree(tmp_path, copy)
        os.unlink(copy / table.name)
        assert verify(copy, high_water=head).verdict == "broken"
        with pytest.raises(LedgerCorrupt):
            await RocksLedger.open(copy, high_water=head)


async def test_a_torn_tail_opens_when_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    head = await grow(tmp_path / "ledger", killed=killed)
    (log,) = files(killed, ".log")
    whole = log.read_bytes()
    # The beginning of a record that was never synced: its length says more than there is.
    log.write_bytes(whole + whole[:60])
    assert verify(killed, high_water=head).verdict == "ok"
    ledger = await RocksLedger.open(killed, high_water=head)
    assert await ledger.head() == head
    await ledger.aclose()


@pytest.mark.parametrize("bytes_lost", [1, 10, 500])
async def test_a_torn_tail_below_the_mark_is_refused(tmp_path: Path, bytes_lost: int) -> None:
    killed = tmp_path / "killed"
    head = await grow(tmp_path / "ledger", killed=killed)
    (log,) = files(killed, ".log")
    os.truncate(log, log.stat().st_size - bytes_lost)
    assert verify(killed, high_water=head).verdict == "broken"
    with pytest.raises(LedgerCorrupt):
        await RocksLedger.open(killed, high_water=head)
    # Without the mark nobody could know: the rest is a sound, shorter ledger.
    shorter = verify(killed)
    assert (shorter.verdict, shorter.findings) == ("incomplete", ())
    assert shorter.head.sequence < head.sequence


def flip(file: Path, part: float) -> None:
    """Flip all bits of the byte at this part of the file."""
    data = bytearray(file.read_bytes())
    data[int(len(data) * part)] ^= 0xFF
    file.write_bytes(data)


def tampered(path: Path, tamper: Callable[[Any], None]) -> None:
    """Let somebody who knows every format change records, and the catalogue of the files with them."""
    database: Any = open_database(path)
    tamper(database)
    database.close()
    del database
    seal(path)


def richer(database: Any) -> None:
    family = database.get_column_family("balances")
    family[BETA.encode()] = family[BETA.encode()][:-1] + b"\x63"


def without_cap(database: Any) -> None:
    family = database.get_column_family("accounts")
    family[ALPHA.encode()] = b"\x01\x00" + (-(2**63)).to_bytes(8, signed=True) + b"USD"


def forgotten_hold(database: Any) -> None:
    del database.get_column_family("transfers")[b"oh30"]


def exchanged_hold(database: Any) -> None:
    transfers = database.get_column_family("transfers")
    transfers[b"oh30"] = transfers[b"oh31"]


def cheaper_hold_of_old(database: Any) -> None:
    """In an old ledger, where a transfer's record is the entry once more."""
    transfers, journal = database.get_column_family("transfers"), database.get_column_family("journal")
    body = journal[transfers[b"oh30"]][32:]
    transfers[b"oh30"] = body.replace((2).to_bytes(8), (1).to_bytes(8))


def reopened_hold(database: Any) -> None:
    del database.get_column_family("transfers")[b"rh3"]


def foreign_transfer(database: Any) -> None:
    transfers = database.get_column_family("transfers")
    transfers[b"oforeign"] = transfers[b"oh30"]


def missing_entry(database: Any) -> None:
    del database.get_column_family("journal")[(20).to_bytes(8)]


def missing_end(database: Any) -> None:
    del database.get_column_family("journal")[Store(database).head().sequence.to_bytes(8)]


def rewritten_history(database: Any) -> None:
    """Somebody who knows the format raises an old amount and repairs every hash after it, and the transfer, and the head."""
    journal, store, digest = database.get_column_family("journal"), Store(database), GENESIS.hash
    for sequence, _, body in list(store.journal()):
        if sequence == 20:
            forged = Reserve("h10", ALPHA, BETA, "USD", 3)
            body = encode(Entry(sequence, forged), 0)
            database.get_column_family("transfers")[b"oh10"] = body
        digest = link(digest, body)
        journal[sequence.to_bytes(8)] = digest + body
    database.get_column_family("meta")[b"head"] = sequence.to_bytes(8) + digest


def resealed(database: Any, change: Callable[[Entry], Entry]) -> None:
    """Somebody who knows the format changes entries and repairs every hash after them, the transfers, and the head."""
    journal, transfers = database.get_column_family("journal"), database.get_column_family("transfers")
    store, digest = Store(database), GENESIS.hash
    for sequence, _, body in list(store.journal()):
        entry, left = decode(body)
        body = encode(change(entry), left)
        if not isinstance(entry.event, Opening | Closing):
            transfers[b"o" + entry.event.id.encode()] = body
        digest = link(digest, body)
        journal[sequence.to_bytes(8)] = digest + body
    database.get_column_family("meta")[b"head"] = sequence.to_bytes(8) + digest


def earlier(database: Any) -> None:
    resealed(database, lambda entry: entry._replace(at_us=5) if entry.sequence == 20 else entry)


def timeless(database: Any) -> None:
    resealed(database, lambda entry: entry._replace(at_us=None) if entry.sequence > 20 else entry)


TAMPERED: list[tuple[Callable[[Any], None], str]] = [
    (richer, "balance"),
    (without_cap, "account"),
    (forgotten_hold, "transfer"),
    (exchanged_hold, "transfer"),
    (cheaper_hold_of_old, "transfer"),
    (reopened_hold, "hold"),
    (foreign_transfer, "transfer"),
    (missing_entry, "sequence"),
    (missing_end, "head"),
    (rewritten_history, "rule"),
    (earlier, "time"),
    (timeless, "time"),
]


@pytest.mark.parametrize(("tamper", "check"), TAMPERED, ids=[tamper.__name__ for tamper, _ in TAMPERED])
async def test_tampering_is_found(tmp_path: Path, tamper: Callable[[Any], None], check: str) -> None:
    head = await grow(tmp_path)
    tampered(tmp_path, tamper)
    report = verify(tmp_path)
    assert report.verdict == "broken"
    assert check in {finding.check for finding in report.findings}, report.findings
    assert verify(tmp_path, high_water=head).verdict == "broken"


async def test_a_journal_of_the_first_version_goes_on_in_the_second(tmp_path: Path) -> None:
    await grow(tmp_path)
    tampered(tmp_path, lambda database: resealed(database, lambda entry: entry._replace(at_us=None)))
    ledger = await RocksLedger.open(tmp_path)
    old = await ledger.head()
    await ledger.submit([Post("p31", "h31")])
    head = await ledger.head()
    assert [one.entry.at_us is None for one in await ledger.entries(old.sequence - 1, 9)] == [True, False]
    await ledger.aclose()
    assert verify(tmp_path, high_water=head).verdict == "ok"


def of_the_first_days(database: Any) -> None:
    """Transfers that repeat their entries, and balances with wide sums."""
    transfers, journal = database.get_column_family("transfers"), database.get_column_family("journal")
    for key, record in list(transfers.items()):
        if key.startswith(b"o"):
            transfers[key] = journal[record][32:]
    balances = database.get_column_family("balances")
    for key, record in list(balances.items()):
        sums = [record[start : start + 8] for start in range(9, 41, 8)]
        balances[key] = record[:9] + b"".join(bytes(8) + one for one in sums)


async def test_a_ledger_of_the_first_days_goes_on(tmp_path: Path) -> None:
    """It has no catalogue of its files either."""
    head = await grow(tmp_path)
    tampered(tmp_path, of_the_first_days)
    assert verify(tmp_path, high_water=head).verdict == "ok"
    (tmp_path / CATALOGUE).unlink()
    assert verify(tmp_path, high_water=head).verdict == "incomplete"
    ledger = await RocksLedger.open(tmp_path, high_water=head)
    (receipt,) = await ledger.submit([Post("p31", "h31")])
    assert receipt.created
    (again,) = await ledger.submit([Reserve("h32", ALPHA, BETA, "USD", 2)])
    assert not again.created
    end = await ledger.head()
    await ledger.aclose()
    assert verify(tmp_path, high_water=end).verdict == "ok"


def surplus_end(database: Any) -> None:
    journal, end = database.get_column_family("journal"), Store(database).head().sequence
    journal[(end + 1).to_bytes(8)] = journal[end.to_bytes(8)]


def wrong_end(database: Any) -> None:
    journal, end = database.get_column_family("journal"), Store(database).head().sequence
    journal[end.to_bytes(8)] = journal[end.to_bytes(8)] + b"!"


@pytest.mark.parametrize("tamper", [missing_end, surplus_end, wrong_end])
async def test_the_opening_checks_the_journals_end(tmp_path: Path, tamper: Callable[[Any], None]) -> None:
    await grow(tmp_path)
    tampered(tmp_path, tamper)
    with pytest.raises(LedgerCorrupt):
        await RocksLedger.open(tmp_path)


@pytest.mark.parametrize("nonsense", [b"nonsense!", b"", (20).to_bytes(8)], ids=["foreign", "empty", "misleading"])
async def test_a_damaged_record_stops_only_what_needs_it(tmp_path: Path, nonsense: bytes) -> None:
    head = await grow(tmp_path)
    tampered(tmp_path, lambda database: database.get_column_family("transfers").put(b"oh30", nonsense))
    ledger = await RocksLedger.open(tmp_path, high_water=head)
    with pytest.raises(LedgerCorrupt):
        await ledger.submit([Post("p30", "h30")])
    with pytest.raises(DelTranError):
        await ledger.hold("h30")
    (receipt,) = await ledger.submit([Post("p31", "h31")])
    assert receipt.created
    await ledger.aclose()
