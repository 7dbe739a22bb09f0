"""Statements and notifications that others translated, and what hostile changes of them do. Skips without the data."""

import os
import random
from pathlib import Path
from typing import Final

import pytest

from bench.translation import compare, read_index
from domain.errors import InvalidValue, MessageRefused
from schema.iso20022 import safe_xml
from schema.iso20022.check import check
from schema.iso20022.envelope import unwrap
from schema.mt.parse import parse
from schema.translate.translate import to_mt, to_mx
from tests.schema.translate.statements.messages import CREATED

REPOSITORY: Final = Path(__file__).parents[4]
DATA: Final = Path(os.environ.get("DELTRAN_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
SAMPLES: Final = DATA / "messages" / "samples"
TYPES: Final = frozenset({"MT900", "MT910", "MT940", "MT941", "MT942", "MT950", "camt.052", "camt.053", "camt.054"})
MUTATIONS: Final = 60
"""Of every message; the seed is its name, so a failure comes again."""
SUPPORTED: Final = frozenset({f"camt.05{kind}.001.{version:02}" for kind in "234" for version in range(1, 14)})

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample messages are not on this machine")

ROWS = [row for row in read_index(SAMPLES) if row["type"] in TYPES] if SAMPLES.is_dir() else []
PAIRS = [row for row in ROWS if row["expected_translation"]]


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: row["file"])
def test_the_translation_is_the_expected_one(row: dict[str, str]) -> None:
    assert compare(SAMPLES, [row]).failures == ()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_every_change_is_translated_or_refused(row: dict[str, str]) -> None:
    original = (SAMPLES / row["file"]).read_bytes()
    dice = random.Random(row["file"])
    for _ in range(MUTATIONS):
        raw = bytearray(original)
        for _ in range(dice.randint(0, 4)):
            _change(raw, dice)
        _translate(bytes(raw), is_xml=row["file"].endswith(".xml"))


def _translate(raw: bytes, *, is_xml: bool) -> None:
    try:
        if is_xml:
            to_mt(unwrap(safe_xml.parse(raw, cap_bytes=10_000_000), SUPPORTED))
        else:
            translated = to_mx(parse(raw), CREATED).message
            assert check(translated.document, translated.message) == ()
    except (MessageRefused, InvalidValue):
        pass


def _change(raw: bytearray, dice: random.Random) -> None:
    """Change a byte, take some away, say some twice, or put something in its place that means something."""
    at, length = dice.randrange(len(raw)), dice.randint(1, 12)
    match dice.randrange(4):
        case 0:
            raw[at] = dice.randrange(32, 127)
        case 1:
            del raw[at : at + length]
        case 2:
            raw[at:at] = raw[at : at + length]
        case _:
            words = [
                b"999999999999999999",
                b"-1",
                b"0000-00-00",
                b"/",
                b"//",
                b"\n:86:",
                b"\n:61:",
                b"NONREF",
                b",",
                b"",
            ]
            raw[at : at + length] = dice.choice(words)
    raw[:] = raw or b" "
