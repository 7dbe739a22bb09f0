"""Every rule of MT messages: what breaks it, and what does not."""

import random
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from domain.errors import DomainError
from domain.finding import Finding, Severity
from domain.reason import Reason
from schema.mt.parse import parse
from schema.mt.rules import RULES, inspect, kind_of, validate, validate_stream
from schema.mt.writer import write
from tests.schema.mt.messages import ACK, CANONICAL, MT103, MT202COV, MT940, UETR, lines
from tests.schema.mt.test_parse import mutated

PAYMENT = {
    "20": "PAY-1",
    "23B": "CRED",
    "32A": "240603USD100,",
    "33B": "USD100,",
    "50K": "/1\nANNA",
    "59": "/2\nBERND",
    "71A": "SHA",
}
TRANSFER = {"20": "T-1", "21": "T-0", "32A": "240603USD100,", "58A": "BETAFRPP"}
COVERED = {"50K": "/1\nANNA", "59": "/2\nBERND"}
STATEMENT = {
    "20": "S-1",
    "25": "123",
    "28C": "1/1",
    "60F": "C240602EUR100,",
    "61": "240603C5,NTRFX",
    "62F": "C240603EUR105,",
}
INTERIM = {"20": "S-1", "25": "123", "28C": "1/1", "34F": "EUR0,", "13D": "2406030915+0000", "61": "240603C5,NTRFX"}
CREDIT = {"20": "C-1", "21": "C-0", "25": "123", "32A": "240603USD100,", "52A": "ALPHDEFF"}
CANCEL = {"20": "X-1", "21": "PAY-1", "11S": "103\n240603", "79": "/CUST/"}
ORDER = "20 21 13C 23B 23E 25 25P 26T 28C 34F 13D 60F 61 11S 32A 33B 36 50 51 52 53 54 55 56 57 58 59 62F 64 70 71A 71F 71G 72"
SEQUENCE = ORDER.split()


def place(tag: str) -> int:
    return next((i for i, known in enumerate(SEQUENCE) if known in {tag, tag[:2]}), len(SEQUENCE))


def build(base: dict[str, str], mt_type: str, flag: str = "", **changes: str | None) -> bytes:
    """The message with fields added, changed or (None) taken out; "f71F" is 71F. Several values are parted by "|"."""
    fields = base | {tag.removeprefix("f").rstrip("_"): value for tag, value in changes.items()}
    written = [
        f":{tag}:{value}"
        for tag in sorted(fields, key=place)
        for value in (fields[tag] or "").split("|")
        if fields[tag] is not None
    ]
    text = [line for field in written for line in field.split("\n")]
    return lines(*text, mt_type=mt_type, block3="{3:" + flag + "{121:" + UETR + "}}")


def mt103(flag: str = "", **changes: str | None) -> bytes:
    return build(PAYMENT, "103", flag, **changes)


def cover(
    mt_type: str = "202", flag: str = "{119:COV}", transfer: Iterable[str] = (), covered: Iterable[str] = ()
) -> bytes:
    a = [f":{tag}:{value}" for tag, value in TRANSFER.items()]
    b = [f":{tag}:{value}" for tag, value in COVERED.items()]
    text = [line for field in [*a, *transfer, *b, *covered] for line in field.split("\n")]
    return lines(*text, mt_type=mt_type, block3="{3:" + flag + "{121:" + UETR + "}}")


def told(raw: bytes) -> list[tuple[str, str]]:
    return [(found.rule, found.path) for found in validate(raw)[1]]


def without_uetr() -> bytes:
    return mt103().replace(b"{3:{121:" + UETR.encode() + b"}}", b"")


RIGHT = {
    "MT103": mt103(),
    "all fields": mt103(
        f13C="/SNDTIME/0915+0200", f23E="SDVA|PHOB/123", f26T="K90", f33B="EUR90,", f36="1,1", f51A="ALPHDEFF", f52A="ALPHDEFF",
        f53B="/C/99", f54A="BETAFRPP", f55A="BETAFRPP", f56A="BETAFRPP", f57D="//FW021000089\nBANK", f70="/INV/1",
        f71F="USD1,|USD2,", f72="/INS/ALPHDEFF", f77B="/ORDERRES/DE",
    ),
    "OUR with 71G": mt103(f71A="OUR", f33B="USD100,", f71G="USD5,"),
    "BEN with 71F": mt103(f71A="BEN", f33B="USD100,", f71F="USD5,"),
    "STP": mt103("{119:STP}", f52A="ALPHDEFF", f72="/INS/ALPHDEFF"),
    "REMIT": mt103("{119:REMIT}", f77T="/ANSI/:20:"),
    "SSTD": mt103(f23B="SSTD", f53A="BETAFRPP"),
    "IBAN": mt103(f59="/FR1420041010050500013M02606\nBERND"),
    "MT202": build(TRANSFER, "202"),
    "MT205": build(TRANSFER, "205", f52A="ALPHDEFF"),
    "cover": cover(covered=[":70:X", ":33B:EUR1,"]),
    "MT205 COV": cover("205", transfer=[]).replace(b":58A:", b":52A:ALPHDEFF\r\n:58A:"),
    "MT192": build(CANCEL, "192"),
    "MT192 with a copy": build(CANCEL, "192").replace(b"\r\n-}", b"\r\n:20:PAY-1\r\n:59:A\r\n:32A:X\r\n-}"),
    "MT196": build({"20": "X-2", "21": "X-1", "76": "/CNCL/"}, "196"),
    "MT299": build({"20": "X-2", "79": "FREE TEXT"}, "299"),
    "MT900": build({**CREDIT}, "900"),
    "MT910": build({**CREDIT}, "910"),
    "MT940": build(STATEMENT, "940"),
    "MT942": build(INTERIM, "942"),
    "MT950": build(STATEMENT, "950"),
    "an unknown type": lines(":20:/", ":99Z:X", mt_type="798"),
}  # fmt: skip


@pytest.mark.parametrize("raw", RIGHT.values(), ids=RIGHT.keys())
def test_nothing_is_wrong(raw: bytes) -> None:
    message, findings = validate(raw)
    assert findings == ()
    assert message is not None
    assert inspect(message, strict=True) == ()


@pytest.mark.parametrize("raw", CANONICAL)
def test_what_we_write_is_right(raw: bytes) -> None:
    assert [found.rule for found in validate(write(parse(raw)))[1]] == []


WRONG = [
    (mt103(f20=None), [("MT-10", "/4/20")]),
    (mt103(f20=None, f32A=None, f59=None), [("MT-10", "/4/20"), ("MT-10", "/4/32A"), ("MT-10", "/4/59a")]),
    (mt103(f58A="BETAFRPP"), [("MT-11", "/4/58A")]),
    (mt103(f56B="X"), [("MT-11", "/4/56B"), ("MT-38", "/4/57a")]),
    (mt103(f77T="X"), [("MT-11", "/4/77T")]),
    (mt103(f71A="SHA|SHA"), [("MT-12", "/4/71A[2]")]),
    (lines(*MT940.decode().split("\r\n")[1:-1], ":25:1", ":25:2", mt_type="940"), [("MT-12", "/4/25[2]"), ("MT-12", "/4/25[3]")]),
    (mt103().replace(b":71A:SHA\r\n", b"").replace(b":23B:", b":71A:SHA\r\n:23B:"), [("MT-13", "/4/23B")]),
    (mt103(f20="/A"), [("MT-14", "/4/20")]),
    (mt103(f23B="CREDIT"), [("MT-14", "/4/23B")]),
    (mt103(f32A="240603USD100"), [("MT-14", "/4/32A")]),
    (mt103(f32A="240230USD100,"), [("MT-14", "/4/32A")]),
    (mt103(f32A="240603JPY100,5"), [("MT-14", "/4/32A")]),
    (mt103(f57A="BETA"), [("MT-14", "/4/57A")]),
    (mt103(f50K=None, f50F="/1\n2/X"), [("MT-14", "/4/50F")]),
    (mt103(f71F="USD1,|USD2", f33B="USD3,"), [("MT-14", "/4/71F[2]")]),
    (mt103(f13C="/SNDTIME/9915+0200"), [("MT-15", "/4/13C")]),
    (build(CANCEL, "192", f11S="103"), [("MT-15", "/4/11S")]),
    (mt103(f59="/2\n" + "A" * 36), [("MT-16", "/4/59")]),
    (mt103(f59="A\nB\nC\nD\nE"), [("MT-16", "/4/59")]),
    (mt103(f70="A\nB\nC\nD\nE"), [("MT-16", "/4/70")]),
    (mt103(f59="/2\nBERND & CO"), [("MT-17", "/4/59")]),
    (mt103().replace(UETR.encode(), UETR.upper().encode()), [("MT-20", "/3/121")]),
    (mt103().replace(b"4a6b", b"1a6b"), [("MT-20", "/3/121")]),
    (without_uetr(), [("MT-21", "/3/121")]),
    (cover(flag=""), [("MT-22", "/3/119"), ("MT-11", "/4/50K"), ("MT-11", "/4/59")]),
    (cover(flag="{119:STP}"), [("MT-22", "/3/119"), ("MT-23", "/3/119"), ("MT-11", "/4/50K"), ("MT-11", "/4/59")]),
    (build(TRANSFER, "202", "{119:COV}"), [("MT-10", "/4/50a"), ("MT-10", "/4/59a")]),
    (mt103("{119:XXX}"), [("MT-23", "/3/119")]),
    (mt103().replace(b"XXXXN}", b"XXXXQ}"), [("MT-24", "/2")]),
    (b"HELLO\r\n" + mt103(), [("MT-25", "/")]),
    (mt103().replace(b"BETAFRPPXXXXN", b"BETAFRPPN"), [("MT-26", "/2")]),
    (mt103(f33B="EUR90,"), [("MT-30", "/4/36")]),
    (mt103(f36="1,1"), [("MT-30", "/4/36")]),
    (mt103(f33B=None), [("MT-31", "/4/33B")]),
    (mt103(f71F="USD1,", f33B=None), [("MT-31", "/4/33B"), ("MT-32", "/4/33B")]),
    (mt103(f71A="OUR", f71F="USD1,", f33B="USD1,"), [("MT-33", "/4/71F")]),
    (mt103(f71G="USD1,", f33B="USD1,"), [("MT-34", "/4/71G")]),
    (mt103(f71A="BEN", f71G="USD1,", f71F="USD1,", f33B="USD1,"), [("MT-35", "/4/71G")]),
    (mt103(f71A="BEN"), [("MT-36", "/4/71F")]),
    (mt103(f71A="OUR", f71G="EUR1,", f33B="USD1,"), [("MT-37", "/4/71G")]),
    (mt103(f56A="BETAFRPP"), [("MT-38", "/4/57a")]),
    (mt103(f55A="BETAFRPP"), [("MT-39", "/4/53a"), ("MT-39", "/4/54a")]),
    (mt103(f23B="SPRI", f56A="BETAFRPP", f57A="BETAFRPP"), [("MT-40", "/4/56A")]),
    (mt103(f23B="SPAY", f56C="/1", f57A="BETAFRPP"), [("MT-40", "/4/56C")]),
    (mt103(f23B="SPAY", f53B="TOWN"), [("MT-41", "/4/53B")]),
    (mt103(f23B="SPAY", f57D="/1\nBANK"), [("MT-41", "/4/57D")]),
    (mt103(f23B="SSTD", f59="BERND"), [("MT-42", "/4/59")]),
    (mt103(f32A="240603USD0,"), [("MT-43", "/4/32A")]),
    (mt103("{119:REMIT}", f77T="X", f70="Y"), [("MT-44", "/4/70")]),
    (mt103(f23E="XXXX"), [("MT-50", "/4/23E")]),
    (mt103(f23E="INTC|SDVA"), [("MT-51", "/4/23E[2]")]),
    (mt103(f23E="SDVA|SDVA"), [("MT-52", "/4/23E[2]")]),
    (mt103(f23E="SDVA|HOLD"), [("MT-53", "/4/23E[2]")]),
    (mt103(f23E="SDVA/NOW"), [("MT-54", "/4/23E")]),
    (mt103(f23E="CHQB"), [("MT-55", "/4/59")]),
    (mt103(f23E="PHOI"), [("MT-56", "/4/23E")]),
    (mt103(f23E="TELE"), [("MT-57", "/4/23E")]),
    (mt103(f23B="SPRI", f23E="REPA"), [("MT-58", "/4/23E")]),
    (mt103(f23B="SSTD", f23E="SDVA"), [("MT-59", "/4/23E")]),
    (mt103("{119:STP}", f57D="BANK"), [("MT-60", "/4/57D")]),
    (mt103("{119:STP}", f23E="PHOB"), [("MT-61", "/4/23E")]),
    (mt103("{119:STP}", f59="BERND"), [("MT-62", "/4/59")]),
    (mt103("{119:STP}", f72="/INS/BANK OF X"), [("MT-63", "/4/72")]),
    (mt103(f59="/FR1420041010050500013M02607\nBERND"), [("MT-64", "/4/59")]),
    (build(TRANSFER, "202", f56A="BETAFRPP"), [("MT-70", "/4/57a")]),
    (build(TRANSFER, "205"), [("MT-10", "/4/52a")]),
    (build(TRANSFER, "202", f32A="240603USD0,00"), [("MT-71", "/4/32A")]),
    (cover(covered=[":56A:BETAFRPP"]), [("MT-72", "/4/57a"), ("MT-13", "/4/56A")]),
    (build(CANCEL, "192", f79=None), [("MT-75", "/4/79")]),
    (build(CREDIT, "910", f52A=None), [("MT-80", "/4/50a")]),
    (build(CREDIT, "910", f50K="ANNA"), [("MT-80", "/4/52A")]),
    (build(STATEMENT, "940", f62F="C240603USD105,"), [("MT-81", "/4/62F")]),
    (build(INTERIM, "942", f34F="EUR0,|EUR1,"), [("MT-82", "/4/34F[1]"), ("MT-82", "/4/34F[2]")]),
    (build(STATEMENT, "950", f62F="C240603EUR100,"), [("MT-83", "/4/62F")]),
    (build(STATEMENT, "940", f61="240603C5,NTRF" + "A" * 17), [("MT-84", "/4/61")]),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "expected"), WRONG)
def test_what_is_wrong(raw: bytes, expected: list[tuple[str, str]]) -> None:
    assert sorted(told(raw)) == sorted(expected)


def test_every_rule_is_broken_by_some_case() -> None:
    from_parser = {f"MT-0{n}" for n in range(1, 10)}
    assert {rule for _, broken in WRONG for rule, _ in broken} == {rule.id for rule in RULES} - from_parser


def test_rules_are_told_apart_and_named_in_the_docs() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    text = (Path(__file__).parents[3] / "docs" / "mt.md").read_text()
    assert [rule.id for rule in RULES if f"| {rule.id} |" not in text] == []
    assert [rule.id for rule in RULES if f"| {rule.text} |" not in text] == []


def test_a_finding_says_where_why_and_how_grave() -> None:
    (found,) = validate(mt103(f32A="240603USD1,234"))[1]
    assert found == Finding(
        "/4/32A", "MT-14", "field 32A: USD has 2 decimals, not 3", Reason.AM09, 4, Severity.ERROR, "240603USD1,234"
    )
    (missing,) = validate(mt103(f59=None))[1]
    assert (missing.reason, missing.line, missing.value) == (Reason.RR03, None, None)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (mt103(f59="/2\nBERND & CO"), "/***"),
        (mt103(f50K="ANNA & CO"), "A***"),
        (mt103(f56A="BETAFRPP", f58A="BETAFRPP"), "BETAFRPP"),
        (mt103(f71A="X"), "X"),
        (mt103(f20="A//B"), "A***"),
    ],
)
def test_nothing_personal_is_repeated(raw: bytes, value: str) -> None:
    assert value in {found.value for found in validate(raw)[1]}
    assert not any("ANNA" in str(found) or "BERND" in str(found) for found in validate(raw)[1])


def test_in_strict_mode_a_warning_is_an_error() -> None:
    raw = mt103(f71A="BEN")
    assert [found.severity for found in validate(raw)[1]] == [Severity.WARNING]
    assert [found.severity for found in validate(raw, strict=True)[1]] == [Severity.ERROR]


def test_what_cannot_be_read_has_no_message() -> None:
    message, findings = validate(MT103[:200])
    assert message is None
    assert [found.rule for found in findings] == ["MT-04"]


def test_a_stream_is_validated_message_by_message() -> None:
    first, second, third = validate_stream(MT103 + b"$" + ACK + MT202COV + b"$" + mt103(f20=None))
    assert (first.findings, second.findings) == ((), ())
    assert second.message is not None
    assert kind_of(second.message) == "202COV"
    assert [found.rule for found in third.findings] == ["MT-10"]


def test_mutations_are_judged_and_never_raise() -> None:
    chance, started = random.Random(940), time.monotonic()
    seeds = [*RIGHT.values()]
    for number in range(10_000):
        raw = mutated(chance, seeds) if number % 2 else mutated(chance)
        try:
            list(validate_stream(raw))
        except DomainError as wrong:
            pytest.fail(f"{wrong!r} from {raw!r}")
    assert time.monotonic() - started < 60
