"""The readers on real files, where these are at hand: counts that their publishers or other readers have told."""

import gzip
import os
from pathlib import Path

import pytest

from screening.entity import NameKind
from screening.lists.guard import Version, delta
from screening.lists.layouts import read

PLACE = Path(os.environ.get("DELTRAN_TEST_DATA", Path(__file__).parents[4] / "shared" / "data")) / "screening" / "lists"

pytestmark = pytest.mark.skipif(not PLACE.is_dir(), reason=f"no real lists at {PLACE}")


def file(name: str) -> bytes:
    return (PLACE / name).read_bytes()


def test_ofac() -> None:
    companions = {"aliases": file("ofac/2024-mid/alt_2024-09.csv"), "addresses": file("ofac/2025-12/add.csv")}
    entities = read("OFAC", file("ofac/2024-mid/sdn_2024-05-03.csv"), companions)
    names = [name for entity in entities for name in entity.names]
    assert len(entities) == 14_965
    assert 36_600 < len(names) < 36_700
    assert 3_600 < sum(name.kind is NameKind.WEAK for name in names) < 3_700
    assert sum(bool(entity.bics) for entity in entities) == 156
    assert 970 < sum(bool(entity.imos) for entity in entities) < 990


def test_un() -> None:
    entities = read("UN", file("un/UN_consolidated_2026-02-27.xml"))
    kinds = [name.kind for entity in entities for name in entity.names]
    assert len(entities) == 1_003
    assert kinds.count(NameKind.WEAK) > 600
    assert kinds.count(NameKind.NATIVE) > 370
    assert sum(bool(entity.bics) for entity in entities) == 5
    assert sum(bool(entity.imos) for entity in entities) > 15


def test_the_largest_publication_of_ofac() -> None:
    days = ("20", "23")
    files = [gzip.decompress(file(f"ofac/sdn_daily_history/sdn_2024-02-{day}.csv.gz")) for day in days]
    old, new = (Version.of("OFAC", data, read("OFAC", data)) for data in files)
    changes = delta(old, new)
    assert (len(changes.added), len(changes.removed)) == (553, 0)
