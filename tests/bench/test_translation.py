"""The comparer of translations: what it masks, what it does not, and how it says so."""

from pathlib import Path
from typing import Any

import pytest

from bench import translation
from schema.iso20022.writer import envelope
from schema.mt.writer import write
from schema.translate.translate import to_mt, to_mx
from tests.schema.translate.to_mt.messages import business

Row = dict[str, str]


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """One pair each way, with what we make of the message as the expected translation."""
    whole = business("pacs.008.001.08", header={})
    made = to_mt(whole).message
    (tmp_path / "order.xml").write_bytes(envelope(whole))
    (tmp_path / "order.expected.fin").write_bytes(write(made))
    (tmp_path / "order.fin").write_bytes(write(made))
    (tmp_path / "back.expected.xml").write_bytes(envelope(to_mx(made, translation.CREATED).message))
    lines = ["file\ttype\tdocument_ns\texpected_translation"]
    lines.append("order.xml\tpacs.008\tpacs.008.001.08\torder.expected.fin")
    lines.append("order.fin\tMT103\t\tback.expected.xml")
    lines.append("alone.xml\tpacs.008\tpacs.008.001.08\t")
    (tmp_path / "index.tsv").write_text("\n".join(lines) + "\n")
    return tmp_path


def compared(folder: Path) -> translation.Comparison:
    return translation.compare(folder, translation.read_index(folder))


def rewrite(path: Path, before: str, after: str) -> None:
    raw = path.read_bytes()
    assert before.encode() in raw
    path.write_bytes(raw.replace(before.encode(), after.encode()))


def test_pairs_are_equal_and_a_row_without_expectation_is_none(pairs: Path) -> None:
    comparison = compared(pairs)
    assert (comparison.equal, comparison.total, comparison.failures) == (2, 2, ())


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("order.expected.fin", "0000000000}{2:", "1234123456}{2:"),
        ("order.expected.fin", "\r\n", "\n"),
        ("back.expected.xml", "2026-03-02T08:30:00+00:00", "CURRENT_TIME"),
        ("back.expected.xml", "INDA", "INGA"),
        ("back.expected.xml", "<?xml version='1.0' encoding='UTF-8'?>", '<!-- ours -->\n<!--?xml version="1.0"?-->'),
    ],
    ids=["session and sequence", "line ends", "the moment", "whose books", "a sloppy declaration"],
)
def test_some_differences_are_none(pairs: Path, file: str, before: str, after: str) -> None:
    rewrite(pairs / file, before, after)
    assert compared(pairs).equal == 2


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("order.expected.fin", ":71A:SHA", ":71A:OUR"),
        ("order.expected.fin", "{2:O103", "{2:O202"),
        ("order.expected.fin", "BBBBSGSG", "CCCCSGSG"),
        ("back.expected.xml", 'Ccy="USD"', 'Ccy="EUR"'),
        ("back.expected.xml", "SHAR", "DEBT"),
    ],
    ids=["a field", "the type", "the receiver", "an attribute", "a text"],
)
def test_others_are_told(pairs: Path, file: str, before: str, after: str) -> None:
    rewrite(pairs / file, before, after)
    comparison = compared(pairs)
    assert comparison.equal == 1
    (failure,) = comparison.failures
    assert {line[0] for line in failure.differences} == {"-", "+"}
    assert comparison.crashes == ()


def test_a_refusal_is_a_failure_and_a_crash_is_listed(pairs: Path) -> None:
    rewrite(pairs / "order.xml", "<IntrBkSttlmDt>2026-03-03</IntrBkSttlmDt>", "")
    (pairs / "back.expected.xml").unlink()
    comparison = compared(pairs)
    refused, crashed = comparison.failures
    assert refused.differences == ("refused: the message cannot be written as MT",)
    assert comparison.crashes == (crashed,)


def test_it_prints_a_ratio(pairs: Path, capsys: Any) -> None:
    assert translation.main([str(pairs)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == '{"equal": 2, "total": 2, "equal_ratio": 1.0}'
    assert translation.main([str(pairs), "--show", "order.xml"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == '{"equal": 1, "total": 1, "equal_ratio": 1.0}'
    assert translation.main([]) == 2
