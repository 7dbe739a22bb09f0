"""Real messages that others wrote. They are test data that is never committed; without them this module skips."""

import csv
import os
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Severity
from schema.mt.message import MtMessage
from schema.mt.parse import parse
from schema.mt.rules import validate_stream
from schema.mt.stream import ServiceAck, split
from schema.mt.writer import write

REPOSITORY: Final = Path(__file__).parents[3]
DATA: Final = Path(os.environ.get("DELTRAN_TEST_DATA", REPOSITORY.parent / "shared" / "data")) / "messages" / "samples"

EXCEPTIONS: Final = {
    "pw_TabInFieldValueTest__45.fin": ({"MT-02"}, "vertical tabs within a text"),
    "pw_SwiftMessageTest_testGetSenderReceiver_361.fin": ({"MT-10"}, "a statement that consists of its reference"),
}
"""Samples that are called valid and refused all the same: by which rules, and why that is right."""


def table() -> list[dict[str, str]]:
    index = DATA / "index.tsv"
    if not index.exists():
        return []
    with index.open(newline="") as lines:
        return [row for row in csv.DictReader(lines, delimiter="\t") if row["type"].startswith("MT")]


SAMPLES: Final = table()
pytestmark = pytest.mark.skipif(
    not SAMPLES, reason="no sample messages: set DELTRAN_TEST_DATA to a folder that has messages/"
)


def refused_by(path: Path) -> set[str]:
    return {
        finding.rule
        for validated in validate_stream(path.read_bytes())
        for finding in validated.findings
        if finding.severity is Severity.ERROR
    }


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: Path(row["file"]).name)
def test_the_verdict_is_the_expected_one(row: dict[str, str]) -> None:
    rules = refused_by(DATA / row["file"])
    if (known := EXCEPTIONS.get(Path(row["file"]).name)) is not None:
        assert rules == known[0], known[1]
    else:
        assert bool(rules) == (row["verdict"] != "valid")


def test_verdicts_agree() -> None:
    agreed = sum(bool(refused_by(DATA / row["file"])) == (row["verdict"] != "valid") for row in SAMPLES)
    assert agreed / len(SAMPLES) >= 0.97


def readable(row: dict[str, str]) -> list[MtMessage]:
    messages = []
    for item in split((DATA / row["file"]).read_bytes()):
        told = item.original if isinstance(item, ServiceAck) else item
        try:
            messages += [parse(told.raw)] if told else []
        except MessageRefused:
            continue
    return messages


def test_what_can_be_written_again_reads_the_same() -> None:
    written = 0
    for message in [message for row in SAMPLES for message in readable(row)]:
        try:
            again = parse(write(message))
        except InvalidValue:
            continue  # it was read with characters, or a header, that FIN does not have
        assert [(f.tag, f.value) for f in again.fields] == [(f.tag, f.value) for f in message.fields]
        assert replace(again, fields=()) == replace(message, fields=())
        written += 1
    assert written > len(SAMPLES) * 0.8
