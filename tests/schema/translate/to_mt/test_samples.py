"""Real messages with the MT that others expect; test data that is never committed, without it this module skips."""

import csv
import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.translation import compare, mt_lines
from domain.errors import DomainError, InvalidValue, MessageRefused
from schema.iso20022 import safe_xml
from schema.iso20022.envelope import unwrap
from schema.mt.parse import parse
from schema.mt.writer import write
from schema.translate.to_mt.table import TABLE
from schema.translate.translate import to_mt
from tests.schema.translate.to_mt.breaking import broken

REPOSITORY: Final = Path(__file__).parents[4]
DATA: Final = Path(os.environ.get("DELTRAN_TEST_DATA", REPOSITORY.parent / "shared" / "data")) / "messages" / "samples"
WANTED_RATIO: Final = 0.9


def _index() -> list[dict[str, str]]:
    index = DATA / "index.tsv"
    if not index.exists():
        return []
    with index.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return [row for row in rows if row["document_ns"][:8] in TABLE]


ROWS: Final = _index()

pytestmark = pytest.mark.skipif(
    not ROWS, reason="no sample messages: set DELTRAN_TEST_DATA to a folder that has messages/"
)


def test_our_mt_is_the_one_that_others_expect() -> None:
    comparison = compare(DATA, ROWS)
    assert comparison.crashes == ()
    assert comparison.total >= 30
    assert comparison.equal / comparison.total >= WANTED_RATIO, comparison.failures


@pytest.mark.parametrize("row", ROWS, ids=lambda row: Path(row["file"]).name)
def test_every_message_becomes_an_mt_that_can_be_written_or_is_refused(row: dict[str, str]) -> None:
    raw = (DATA / row["file"]).read_bytes()
    try:
        message = to_mt(unwrap(safe_xml.parse(raw), frozenset({row["document_ns"]}))).message
    except DomainError:
        return
    assert list(mt_lines(parse(write(message)))) == list(mt_lines(message))


@given(data=st.data())
def test_a_broken_sample_becomes_an_mt_that_can_be_written_or_is_refused(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(ROWS))
    try:
        raw = (DATA / row["file"]).read_bytes()
        message = to_mt(data.draw(broken(unwrap(safe_xml.parse(raw), frozenset({row["document_ns"]}))))).message
    except (MessageRefused, InvalidValue):
        return
    assert list(mt_lines(parse(write(message)))) == list(mt_lines(message))
