"""What the parser reads, what it refuses, and that nothing else comes out of it."""

import random
import time
from collections.abc import Sequence

import pytest

from domain.errors import MessageRefused
from schema.mt.message import Direction
from schema.mt.parse import CAP_BYTES, parse
from tests.schema.mt.messages import ACK, CANONICAL, MT103, MT103_OUTPUT, MT202COV, NAK, UETR, lines

FIELD = ":20:A"


def test_an_input_message() -> None:
    message = parse(MT103)
    assert (message.mt_type, message.sender, message.receiver) == ("103", "ALPHDEFFXXX", "BETAFRPPXXX")
    assert (message.direction, message.priority, message.sent_at) == (Direction.INPUT, "N", None)
    assert message.uetr == UETR
    assert message.header("108") == "MUR1"
    assert message.trailer == (("CHK", "0123456789AB"),)
    assert [field.tag for field in message.fields] == ["20", "23B", "32A", "33B", "50K", "59", "70", "71A"]
    assert message.fields[4].value == "/DE89370400440532013000\nEXAMPLE TRADING GMBH\nMAIN STREET 1\nBERLIN"
    assert (message.fields[0].line, message.fields[5].line) == (2, 10)


def test_in_an_output_message_block_1_is_the_receiver() -> None:
    message = parse(MT103_OUTPUT)
    assert (message.sender, message.receiver) == ("ALPHDEFFXXX", "BETAFRPPXXX")
    assert (message.direction, message.sent_at) == (Direction.OUTPUT, "2406030915")


@pytest.mark.parametrize(
    "raw",
    [
        MT103.replace(b"\r\n", b"\n"),
        MT103.replace(b"}{", b"}\r\n \r\n{", 2),
        b"\r\n\r\n" + MT103 + b"\r\n",
        b"a letter of the bank\r\n" + MT103 + b"}}}",
        b"\x01" + MT103 + b"\x03" + b" " * 40,
        MT103 + b"{S:{SAC:}{COP:P}}",
        MT103.replace(b"{2:I103BETAFRPPXXXXN}{3:{108:MUR1}{121:" + UETR.encode() + b"}}", b"{3:{108:MUR1}{121:"
                      + UETR.encode() + b"}}{2:I103BETAFRPPXXXXN}"),
        MT103.replace(b"BETAFRPPXXXXN", b"BETAFRPPXXXXU3003"),
        MT103.replace(b"ALPHDEFFAXXX", b"ALPHDEFFA"),
        MT103.replace(b"BETAFRPPXXXXN", b"BETAFRPPXXXN"),
    ],
    ids=["LF", "gaps", "blank lines", "text around", "framed", "user block", "block 3 first", "obsolescence",
         "terminal of nine", "short terminal"],
)  # fmt: skip
def test_the_same_message_in_other_clothes(raw: bytes) -> None:
    read, plain = parse(raw), parse(MT103)
    assert [(f.tag, f.value) for f in read.fields] == [(f.tag, f.value) for f in plain.fields]
    assert (read.sender, read.receiver, read.user_header) == (plain.sender, plain.receiver, plain.user_header)


@pytest.mark.parametrize(
    ("block3", "expected"),
    [("", ()), ("{3:}", ()), ("{3:{108:}}", (("108", ""),)), ("{3:{108: }}", (("108", ""),)),
     ("{3:{119:STP}{108:A B}}", (("119", "STP"), ("108", "A B")))],
)  # fmt: skip
def test_block_3(block3: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert parse(lines(FIELD, block3=block3)).user_header == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ([":79:FIRST", "SECOND: {3} //"], [("79", "FIRST\nSECOND: {3} //")]),
        ([":79:A", "-B", "C-}", "}"], [("79", "A\n-B\nC-}\n}")]),
        ([":70:A/", "//"], [("70", "A/\n//")]),
        ([":70:A", ""], [("70", "A\n")]),
        ([":20:", ":21:"], [("20", ""), ("21", "")]),
        ([":71F:EUR1,", ":71F:EUR2,"], [("71F", "EUR1,"), ("71F", "EUR2,")]),
        ([":77T:{1:F01}", ":20:NOT A FIELD", ":", "{4:"], [("77T", "{1:F01}\n:20:NOT A FIELD\n:\n{4:")]),
        ([":77E::", ":", "X"], [("77E", ":\n:\nX")]),
        ([":20:A ", ":21:B:20:C"], [("20", "A "), ("21", "B:20:C")]),
    ],
)
def test_fields(written: list[str], expected: list[tuple[str, str]]) -> None:
    assert [(field.tag, field.value) for field in parse(lines(*written)).fields] == expected


def without(block: bytes) -> bytes:
    start = MT103.index(block)
    return MT103[:start] + MT103[MT103.index(b"}{", start) + 1 :]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", [("MT-03", "/", 1), ("MT-03", "/1", 1), ("MT-03", "/2", 1)]),
        (b"<Document/>", [("MT-03", "/", 1), ("MT-03", "/1", 1), ("MT-03", "/2", 1)]),
        (MT103 + b" " * CAP_BYTES, [("MT-01", "/", 1)]),
        (MT103.replace(b"SARL", "SÀRL".encode()), [("MT-02", "/", 11)]),
        (MT103.replace(b"SARL", b"SA\x00RL"), [("MT-02", "/", 11)]),
        (MT103.replace(b"SARL", b"SA\rRL"), [("MT-02", "/", 11)]),
        (without(b"{1:"), [("MT-03", "/1", 1)]),
        (without(b"{2:"), [("MT-03", "/2", 1)]),
        (MT103.replace(b"{4:", b"x{4:"), [("MT-03", "/", 1)]),
        (MT103[: MT103.index(b"{4:")], [("MT-03", "/4", 1)]),
        (MT103.replace(b"}}{4:", b"}{4:"), [("MT-03", "/3", 1)]),
        (lines(), [("MT-03", "/4", 1)]),
        (MT103.replace(b"\r\n-}", b"\r\n}"), [("MT-04", "/4", 14)]),
        (MT103.replace(b"\r\n-}", b"-}"), [("MT-04", "/4", 13)]),
        (MT103[: MT103.index(b"\r\n-}")], [("MT-04", "/4", 13)]),
        (MT103[: MT103.index(b"-}")] + MT103, [("MT-04", "/4", 14), ("MT-08", "/", 14)]),
        (MT103 + MT103, [("MT-08", "/", 14)]),
        (MT103.replace(b"F01", b"A01"), [("MT-05", "/1", 1)]),
        (MT103.replace(b"ALPHDEFF", b"ALPH11FF"), [("MT-05", "/1", 1)]),
        (MT103.replace(b"I103BETAFRPPXXXXN", b"I103N"), [("MT-05", "/2", 1)]),
        (MT103_OUTPUT.replace(b"O1030915240603", b"O1030915241303"), [("MT-05", "/2", 1)]),
        (MT103.replace(b"{108:MUR1}", b"108:MUR1"), [("MT-06", "/3", 1)]),
        (MT103.replace(b"{CHK:", b"{CHECK:"), [("MT-06", "/5", 14)]),
        (lines("TEXT", ":20:A", ":XX:B"), [("MT-07", "/4", 2), ("MT-07", "/4", 4)]),
        (ACK, [("MT-09", "/1", 1)]),
        (NAK + MT103, [("MT-09", "/1", 1)]),
        (MT103.replace(b"F01", b"A01").replace(b":20:", b":2:"), [("MT-05", "/1", 1), ("MT-07", "/4", 2)]),
    ],
)  # fmt: skip
def test_what_is_refused(raw: bytes, expected: list[tuple[str, str, int]]) -> None:
    with pytest.raises(MessageRefused) as refused:
        parse(raw)
    assert [(found.rule, found.path, found.line) for found in refused.value.findings] == expected


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (MT103.replace(b"\r\n-}", b"-}"), "the -} of line 13 does not begin its line"),
        (MT103.replace(b"\r\n-}", b"\r\n}"), "line 14 begins with } and not with -}"),
        (MT103[: MT103.index(b"\r\n-}")], "no line begins with -}"),
        (MT103[: MT103.index(b"-}")] + MT103, "not closed before the next message begins"),
    ],
)
def test_an_open_block_4_is_explained(raw: bytes, words: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        parse(raw)
    assert words in refused.value.findings[0].message


def test_no_finding_repeats_the_message() -> None:
    with pytest.raises(MessageRefused) as refused:
        parse(MT103.replace(b":59:", b":5:").replace(b"F01", b"X01"))
    told = " ".join(found.message for found in refused.value.findings)
    assert not any(word in told for word in ("SAMPLE", "FR1420", "ALPHDEFF"))


SEEDS = [*CANONICAL, ACK + MT103, MT202COV + b"$" + MT103]
PIECES = [b"{", b"}", b":", b"-}", b"\r\n", b"\n", b"{1:", b"{4:", b"{3:{", b"$", b"\x01", b"\x03", b"\xff", b":77T:"]


def mutated(chance: random.Random, seeds: Sequence[bytes] = SEEDS) -> bytes:
    raw = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(raw) + 1)
        match chance.randrange(4):
            case 0:
                raw[at:at] = chance.choice(PIECES)
            case 1:
                del raw[at : at + chance.randint(1, 60)]
            case 2:
                raw[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                raw[at:at] = raw[chance.randrange(len(raw) + 1) :][: chance.randint(1, 80)]
    return bytes(raw)


def test_ten_thousand_mutations_give_a_message_or_a_refusal() -> None:
    chance, readable, refusals, started = random.Random(103), 0, 0, time.monotonic()
    for _ in range(10_000):
        try:
            parse(mutated(chance))
        except MessageRefused as refused:
            refusals += bool(refused.findings)
        else:
            readable += 1
    assert readable + refusals == 10_000
    assert min(readable, refusals) > 1_000
    assert time.monotonic() - started < 15
