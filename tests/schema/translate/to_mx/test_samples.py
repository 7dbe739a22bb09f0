"""Pairs of MT and ISO 20022 that others wrote. They are never committed; without them this module skips."""

import os
from pathlib import Path
from typing import Final

import pytest

from bench.translation import compare, read_index

REPOSITORY: Final = Path(__file__).parents[4]
SAMPLES: Final = (
    Path(os.environ.get("DELTRAN_TEST_DATA", REPOSITORY.parent / "shared" / "data")) / "messages" / "samples"
)
TYPES: Final = ("MT103", "MT202", "MT202COV", "MT205", "MT205COV", "MT192", "MT292", "MT196", "MT296", "MT199", "MT299")

EXCEPTIONS: Final = {"MT103/a_2014.fin"}
"""Pairs that differ for a reason that docs/translation-mt-to-mx.md gives."""


@pytest.mark.skipif(not SAMPLES.exists(), reason=f"the shared samples are not at {SAMPLES}")
def test_translations_are_what_others_expect() -> None:
    rows = [row for row in read_index(SAMPLES) if row["type"] in TYPES]
    comparison = compare(SAMPLES, rows)
    assert comparison.crashes == ()
    assert {failure.file for failure in comparison.failures} == EXCEPTIONS
    assert comparison.equal / comparison.total >= 0.9
