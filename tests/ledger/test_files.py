"""Flip any byte of any file of a ledger: it is noticed, and named. And nobody is alarmed for nothing."""

import logging
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Unavailable
from ledger.backup import checkpoint
from ledger.book import Head, Post, Reserve
from ledger.catalogue import NAME, Catalogue, compare, differences
from ledger.custody import Custody
from ledger.errors import LedgerCorrupt
from ledger.rocks import RocksLedger
from ledger.store import Store, open_database
from ledger.verify import verify
from tests.ledger.worlds import ALPHA, BETA, furnish

SMALL = 2500
"""Files up to this many bytes are flipped byte by byte, larger ones at so many places."""
LIKE_THE_BOOKS = ("CURRENT", "MANIFEST-", ".log")


async def busy(path: Path, name: str, *, times: int = 20) -> RocksLedger:
    """An owner that has posted a little."""
    ledger = await RocksLedger.open(path)
    if (start := (await ledger.head()).sequence) == 0:
        await furnish(ledger)
    for n in range(start, start + times):
        await ledger.submit([Reserve(f"{name}/{n}", ALPHA, BETA, "USD", 1)])
        await ledger.submit([Post(f"{name}/{n}/end", f"{name}/{n}")])
    return ledger


async def closed(path: Path) -> Head:
    """A ledger that lived twice and was closed: tables of two generations, old diaries and options."""
    await (await busy(path, "first")).aclose()
    ledger = await busy(path, "second")
    head = await ledger.head()
    await ledger.aclose()
    return head


def offsets(size: int, places: int) -> range:
    return range(0, size, 1 if size <= SMALL else max(1, size // places))


def flip(file: Path, offset: int) -> None:
    """Make one byte another: by one bit, by another bit, or by all of them."""
    with file.open("r+b") as open_file:
        open_file.seek(offset)
        (byte,) = open_file.read(1)
        open_file.seek(offset)
        open_file.write(bytes([byte ^ (0x20, 0xFF, 0x01)[offset % 3]]))


@contextmanager
def flipped(file: Path, offset: int) -> Iterator[None]:
    """One byte of a file is another while it lasts."""
    flip(file, offset)
    try:
        yield
    finally:
        flip(file, offset)


def with_bytes(path: Path) -> list[Path]:
    return [file for file in sorted(path.iterdir()) if file.stat().st_size]


def files_of(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


def assert_every_flip_is_named(path: Path, head: Head) -> None:
    """Every byte of small files and many of large ones against the catalogue; some of each through the verification."""
    catalogue = Catalogue.read(path)
    assert catalogue is not None
    assert verify(path, high_water=head).verdict == "ok"
    for file in with_bytes(path):
        size = file.stat().st_size
        for offset in offsets(size, 300):
            with flipped(file, offset):
                changed = compare(path).changed if file.name == NAME else differences(path, catalogue, {file.name})
                assert list(changed) == [file.name], offset
        for offset in (0, size // 2, size - 1):
            with flipped(file, offset):
                report = verify(path, high_water=head)
                assert report.verdict == "broken"
                assert report.findings[0].check == "files"
                assert report.findings[0].detail.startswith(f"{file.name} "), report.findings[0]
    assert verify(path, high_water=head).verdict == "ok"


async def test_any_byte_of_a_closed_ledger(tmp_path: Path) -> None:
    head = await closed(tmp_path)
    kinds = {file.suffix or file.name.split("-")[0] for file in with_bytes(tmp_path)}
    assert kinds > {".sst", "CURRENT", "IDENTITY", "LOG", "MANIFEST", "OPTIONS", NAME}
    assert verify(tmp_path, high_water=head).files == len(files_of(tmp_path)) - 1
    assert_every_flip_is_named(tmp_path, head)


async def test_any_byte_of_a_copy(tmp_path: Path) -> None:
    ledger = await busy(tmp_path / "ledger", "first")
    head = await ledger.head()
    checkpoint(tmp_path / "ledger", tmp_path / "copy")
    await ledger.aclose()
    assert_every_flip_is_named(tmp_path / "copy", head)


async def test_what_a_killed_owner_had_on_record(tmp_path: Path) -> None:
    await (await busy(tmp_path / "ledger", "first")).aclose()
    ledger = await busy(tmp_path / "ledger", "second")
    await ledger.record_files()
    recorded = {file.name: file.stat().st_size for file in with_bytes(tmp_path / "ledger")}
    await ledger.submit([Reserve("later", ALPHA, BETA, "USD", 2)])
    head = await ledger.head()
    place = _copied_at_once(tmp_path / "ledger", tmp_path / "killed")
    await ledger.aclose()
    assert verify(place, high_water=head).verdict == "ok"
    for name, size in recorded.items():
        for offset in range(0, size, max(1, size // 40)):
            with flipped(place / name, offset):
                assert list(compare(place).changed) == [name], offset
    again = await RocksLedger.open(place, high_water=head)
    await again.aclose()
    assert verify(place, high_water=head).verdict == "ok"


async def reopened(path: Path) -> None:
    await (await busy(path, "again")).aclose()


async def killed(path: Path) -> None:
    await _killed(path, await busy(path, "killed"))


async def killed_at_once(path: Path) -> None:
    await _killed(path, await RocksLedger.open(path))


async def killed_with_a_record(path: Path) -> None:
    ledger = await busy(path, "recorded")
    await ledger.record_files()
    await ledger.submit([Reserve("after", ALPHA, BETA, "USD", 1)])
    await _killed(path, ledger)


async def killed_before_it_opened(path: Path) -> None:
    """The owner had taken the directory, and RocksDB had not begun."""
    custody = Custody.begin(path)
    shutil.copytree(path, path.with_name("left"))
    custody.end()
    _replaced(path)


async def compacted(path: Path) -> None:
    """Tables are merged, and those on record are gone."""
    ledger = await busy(path, "more")
    await ledger.record_files()
    before = {name for name in files_of(path) if name.endswith(".sst")}
    database: Any = ledger._books.store._database
    for family in map(database.get_column_family, ("transfers", "balances", "journal")):
        family.flush()
        family.compact_range(None, None)
    del database, family
    assert before - {name for name in files_of(path) if name.endswith(".sst")}
    assert compare(path).changed == {}
    await ledger.record_files()
    assert compare(path).changed == {}
    await ledger.aclose()


async def copied(path: Path) -> None:
    checkpoint(path, path.with_name("left"))
    _replaced(path)


async def refused(path: Path) -> None:
    """An opening that the mark forbids has changed RocksDB's files all the same."""
    with pytest.raises(LedgerCorrupt):
        await RocksLedger.open(path, high_water=Head(10**6, bytes(32)))


async def _killed(path: Path, ledger: RocksLedger) -> None:
    _copied_at_once(path, path.with_name("left"))
    await ledger.aclose()
    _replaced(path)


def _copied_at_once(path: Path, to: Path) -> Path:
    """What a kill leaves is of one moment: a copy during which RocksDB put tables together or away is made again."""

    def state() -> dict[str, int]:
        return {file.name: file.stat().st_size for file in path.iterdir()}

    for _ in range(100):
        with suppress(shutil.Error, FileNotFoundError):
            before = state()
            shutil.copytree(path, to)
            if state() == before:
                return to
        shutil.rmtree(to, ignore_errors=True)
    raise AssertionError("RocksDB never rests")


def _replaced(path: Path) -> None:
    shutil.rmtree(path)
    path.with_name("left").rename(path)


LIVES: list[Callable[[Path], Awaitable[None]]] = [
    reopened,
    killed,
    killed_at_once,
    killed_with_a_record,
    killed_before_it_opened,
    compacted,
    copied,
    refused,
]


@pytest.mark.parametrize("first", LIVES)
async def test_nobody_is_alarmed_for_nothing(tmp_path: Path, first: Callable[[Path], Awaitable[None]]) -> None:
    place = tmp_path / "ledger"
    await closed(place)
    for life in (first, killed, first, compacted, first, reopened):
        await life(place)
        report = verify(place)
        assert report.findings == (), life
        assert report.files > 0


async def test_damage_never_becomes_the_truth(tmp_path: Path) -> None:
    await (await busy(tmp_path, "first")).aclose()
    ledger = await busy(tmp_path, "second")
    await ledger.record_files()
    table = next(file for file in with_bytes(tmp_path) if file.suffix == ".sst")
    for file in (tmp_path / "LOG", tmp_path / "IDENTITY", table):
        flip(file, 20)  # the very file that the owner has open
    await ledger.record_files()
    copy = tmp_path.with_name(f"{tmp_path.name}-copy")
    checkpoint(tmp_path, copy)
    await ledger.aclose()
    assert set(compare(tmp_path).changed) == {"LOG", "IDENTITY", table.name}
    assert list(compare(copy).changed) == [table.name]


@pytest.mark.parametrize("kind", ["CURRENT", "MANIFEST-", "IDENTITY", "OPTIONS-", "LOG", NAME])
async def test_an_opening_over_a_changed_file(tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """What the books are read through stops it, and nothing is touched; of the rest it tells, and goes on."""
    await closed(tmp_path)
    file = next(file for file in with_bytes(tmp_path) if file.name.startswith(kind))
    flip(file, file.stat().st_size - 3)
    before = files_of(tmp_path)
    if kind in LIKE_THE_BOOKS:
        with pytest.raises(LedgerCorrupt) as refusal:
            await RocksLedger.open(tmp_path)
        assert file.name in refusal.value.facts["detail"]
        assert files_of(tmp_path) == before
        return
    with caplog.at_level(logging.ERROR, "ledger.custody"):
        await (await RocksLedger.open(tmp_path)).aclose()
    assert file.name in caplog.text


async def test_a_log_that_is_not_as_it_was_recorded_does_not_open(tmp_path: Path) -> None:
    ledger = await busy(tmp_path / "ledger", "x")
    await ledger.record_files()
    place = _copied_at_once(tmp_path / "ledger", tmp_path / "killed")
    await ledger.aclose()
    (log,) = (file for file in with_bytes(place) if file.suffix == ".log")
    with flipped(log, log.stat().st_size - 1), pytest.raises(LedgerCorrupt) as refusal:
        await RocksLedger.open(place)
    assert log.name in refusal.value.facts["detail"]
    await (await RocksLedger.open(place)).aclose()


async def test_a_file_that_went_or_came(tmp_path: Path) -> None:
    head = await closed(tmp_path)
    (tmp_path / "000001.sst").write_bytes(b"foreign")
    (tmp_path / "IDENTITY").unlink()
    with (tmp_path / "LOG").open("a") as diary:
        diary.write("one line more\n")
    changed = compare(tmp_path).changed
    assert changed.keys() == {"000001.sst", "IDENTITY", "LOG"}
    assert verify(tmp_path, high_water=head).verdict == "broken"


async def test_without_a_catalogue_it_is_incomplete(tmp_path: Path) -> None:
    head = await closed(tmp_path)
    (tmp_path / NAME).unlink()
    report = verify(tmp_path, high_water=head)
    assert (report.verdict, report.files) == ("incomplete", 0)
    assert "catalogue" in report.unchecked[0]
    await reopened(tmp_path)
    assert verify(tmp_path, high_water=head).verdict == "ok"


async def test_a_second_owner_leaves_the_first_ones_record(tmp_path: Path) -> None:
    owner = await busy(tmp_path, "x")
    await owner.record_files()
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(Unavailable):
        await RocksLedger.open(tmp_path)
    assert (tmp_path / NAME).read_bytes() == before
    await owner.aclose()


async def test_a_table_in_the_making_is_not_on_record(tmp_path: Path) -> None:
    store = Store(open_database(tmp_path))
    (tmp_path / "999999.sst").write_bytes(b"half")
    assert "999999.sst" not in store.tables()
    store.close()
