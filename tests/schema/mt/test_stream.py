"""Streams: what separates messages, and acknowledgments with the originals they answer."""

import random
import time

import pytest

from schema.mt.parse import parse
from schema.mt.stream import RawMessage, ServiceAck, split
from tests.schema.mt.messages import ACK, MT103, MT202COV, NAK
from tests.schema.mt.test_parse import mutated


def framed(raw: bytes) -> bytes:
    frame = b"\x01" + raw + b"\x03"
    return frame.ljust(-(-len(frame) // 512) * 512)


@pytest.mark.parametrize(
    "raw",
    [
        MT103 + b"$" + MT202COV,
        MT103 + b"\r\n$\r\n" + MT202COV + b"\r\n$",
        MT103 + MT202COV,
        MT103 + b"\r\n\r\n" + MT202COV + b"\r\n",
        b"first\r\n" + MT103 + b"{ and }} then\n" + MT202COV + b" the end",
        framed(MT103) + framed(MT202COV),
        framed(MT103) + b"\x01" + MT202COV,
    ],
    ids=["RJE", "RJE in lines", "joined", "blank lines", "text between", "DOS-PCC", "DOS-PCC without an end"],
)
def test_two_messages(raw: bytes) -> None:
    items = list(split(raw))
    assert all(isinstance(item, RawMessage) for item in items)
    assert [parse(item.raw) for item in items if isinstance(item, RawMessage)] == [parse(MT103), parse(MT202COV)]


def test_the_bytes_stay_as_they_were() -> None:
    assert [item.raw for item in split(MT103 + b"\r\n" + MT202COV) if isinstance(item, RawMessage)] == [MT103, MT202COV]


@pytest.mark.parametrize(
    "part", [MT103 + b"$", MT103[:-40], MT103[:30] + b"{4:\n", b"{1:", b"{", b"$ ", b"\x01" + ACK, b"{4:\n:79:\n"]
)
def test_a_long_stream_takes_time_in_proportion(part: bytes) -> None:
    started = time.monotonic()
    list(split(part * (500_000 // len(part))))
    assert time.monotonic() - started < 15


def test_the_line_a_message_begins_on() -> None:
    assert [item.line for item in split(MT103 + b"\r\n$\r\n" + MT202COV)] == [1, 16]


def test_a_dollar_in_a_text_separates_nothing() -> None:
    assert len(list(split(MT103.replace(b"PARTS", b"$ 100\r\n$")))) == 1


def test_a_message_cut_short_does_not_swallow_the_next() -> None:
    cut, whole = split(MT103[: MT103.index(b":71A:")] + MT202COV)
    assert isinstance(cut, RawMessage)
    assert isinstance(whole, RawMessage)
    assert whole.raw == MT202COV


@pytest.mark.parametrize(
    ("raw", "accepted", "error", "has_original"),
    [
        (ACK, True, None, False),
        (ACK + MT103, True, None, True),
        (framed(ACK + MT103), True, None, True),
        (NAK + MT103, False, "T27003", True),
        (ACK + b"\r\n" + MT103.replace(b"0000000000}{2", b"0001000002}{2"), True, None, True),
    ],
)
def test_an_acknowledgment_and_what_it_answers(
    raw: bytes, accepted: bool, error: str | None, has_original: bool
) -> None:
    (ack,) = split(raw)
    assert isinstance(ack, ServiceAck)
    assert (ack.accepted, ack.error, ack.sender) == (accepted, error, "ALPHDEFFXXX")
    assert (ack.session, ack.sequence) == ("0001", "000002")
    assert (ack.original is not None) == has_original


def test_a_message_apart_from_an_acknowledgment_is_a_message() -> None:
    ack, message = split(ACK + b"\r\n$\r\n" + MT103)
    assert isinstance(ack, ServiceAck)
    assert ack.original is None
    assert isinstance(message, RawMessage)


@pytest.mark.parametrize("raw", [b"", b" \r\n", b"$", b"\x01\x03"])
def test_an_empty_stream(raw: bytes) -> None:
    assert list(split(raw)) == []


def test_what_is_no_message_comes_out_to_be_refused() -> None:
    assert len(list(split(b"hello"))) == 1


def test_mutations_never_break_the_stream() -> None:
    chance = random.Random(202)
    for _ in range(2_000):
        list(split(mutated(chance)))
