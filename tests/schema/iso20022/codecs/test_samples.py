"""Real messages that others wrote, read by the codecs. They are never committed; without them this module skips."""

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from domain.errors import MessageRefused
from schema.iso20022.codecs import camt029, camt053, camt054, camt056, pacs002, pacs004, pacs008, pacs009, pain001
from schema.iso20022.envelope import unwrap
from schema.iso20022.safe_xml import parse

REPOSITORY: Final = Path(__file__).parents[4]
DATA: Final = Path(os.environ.get("DELTRAN_TEST_DATA", REPOSITORY.parent / "shared" / "data")) / "messages" / "samples"
CODECS: Final[dict[str, Callable[..., Any]]] = {
    "pacs.008.001.08": pacs008.decode,
    "pacs.008.001.10": pacs008.decode,
    "pacs.008.001.12": pacs008.decode,
    pacs009.MESSAGE: pacs009.decode,
    pain001.MESSAGE: pain001.decode,
    pacs004.MESSAGE: pacs004.decode,
    pacs002.MESSAGE: pacs002.decode,
    camt056.MESSAGE: camt056.decode,
    camt029.MESSAGE: camt029.decode,
    camt053.MESSAGE: camt053.decode,
    camt054.MESSAGE: camt054.decode,
}


def rows() -> list[dict[str, str]]:
    index = DATA / "index.tsv"
    if not index.exists():
        return []
    with index.open(newline="") as lines:
        return [row for row in csv.DictReader(lines, delimiter="\t") if row["document_ns"] in CODECS]


SAMPLES: Final = rows()

pytestmark = pytest.mark.skipif(
    not SAMPLES, reason="no sample messages: set DELTRAN_TEST_DATA to a folder that has messages/"
)


def outcome(row: dict[str, str]) -> Any:
    """What was read, or the findings for which it was refused."""
    try:
        business = unwrap(parse((DATA / row["file"]).read_bytes(), cap_bytes=10_000_000), frozenset(CODECS))
        return CODECS[business.message](business)
    except MessageRefused as refused:
        return refused.findings


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: Path(row["file"]).name)
def test_a_real_message_is_read_or_refused_with_findings(row: dict[str, str]) -> None:
    assert outcome(row)
