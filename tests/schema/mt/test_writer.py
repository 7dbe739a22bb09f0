"""Writing and reading are each other's inverse."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from schema.mt.folding import continued, fold, fold_words, truncate, unfold
from schema.mt.message import Direction, Field, MtMessage
from schema.mt.parse import parse
from schema.mt.sequences import sequences
from schema.mt.writer import write
from tests.schema.mt.messages import CANONICAL, MT103, MT202COV

X = string.ascii_letters + string.digits + "/-?:().,'+ "
texts = st.text(X, max_size=35)
later_lines = texts.filter(lambda line: not line.startswith((":", "-")))
values = st.builds(lambda first, more: "\n".join([first, *more]), texts, st.lists(later_lines, max_size=4))
tags = st.builds(str.__add__, st.from_regex("[0-9]{2}", fullmatch=True), st.sampled_from(["", *"ABCDFGK"]))
ordinary = st.builds(Field, tags.filter(lambda tag: tag not in {"77E", "77T"}), values)
pairs = st.lists(
    st.tuples(st.from_regex("[0-9]{3}", fullmatch=True), st.text(X, max_size=9).map(str.strip)), max_size=3
)
bics = st.from_regex("[A-Z]{6}[A-Z0-9]{5}", fullmatch=True)


@st.composite
def messages(draw: st.DrawFn) -> MtMessage:
    direction = draw(st.sampled_from(Direction))
    return MtMessage(
        mt_type=draw(st.from_regex("[0-9]{3}", fullmatch=True)),
        sender=draw(bics),
        receiver=draw(bics),
        fields=tuple(draw(st.lists(ordinary, min_size=1, max_size=8))),
        direction=direction,
        user_header=tuple(draw(pairs)),
        trailer=tuple(draw(pairs)),
        priority=draw(st.sampled_from("SUN")),
        sent_at="2406030915" if direction is Direction.OUTPUT else None,
    )


def unnumbered(message: MtMessage) -> MtMessage:
    return replace(message, fields=tuple(replace(field, line=0) for field in message.fields))


@given(messages())
def test_what_is_written_reads_the_same(message: MtMessage) -> None:
    assert unnumbered(parse(write(message))) == message


@pytest.mark.parametrize("raw", CANONICAL)
def test_what_is_read_writes_the_same(raw: bytes) -> None:
    assert write(parse(raw)) == raw


def test_an_envelope_of_77T_goes_round() -> None:
    message = replace(parse(MT103), fields=(Field("20", "A"), Field("77T", "{x}:\n:20:B\n-C".replace("}", ">"))))
    assert unnumbered(parse(write(message))) == message


@pytest.mark.parametrize(
    "field",
    [
        Field("70", "SÀRL"),
        Field("70", "A {B}"),
        Field("70", "A=B"),
        Field("70", "A\r\nB"),
        Field("70", "A\n:20:B"),
        Field("70", "A\n-}"),
        Field("77T", "A\n-}"),
        Field("7", "A"),
        Field("700", "A"),
    ],
)
def test_what_cannot_be_written(field: Field) -> None:
    with pytest.raises(InvalidValue):
        write(replace(parse(MT103), fields=(field,)))


@pytest.mark.parametrize(
    "broken",
    [
        {"fields": ()},
        {"fields": (Field("77T", "A"), Field("20", "B"))},
        {"user_header": (("108", "A}B"),)},
        {"trailer": (("CHECK", "A"),)},
        {"sender": "ALPH"},
        {"mt_type": "1030"},
        {"direction": Direction.OUTPUT},
    ],
)
def test_what_is_no_message(broken: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        write(replace(parse(MT103), **broken))  # type: ignore[arg-type]


def test_a_cover_is_cut_at_its_ordering_customer() -> None:
    a, b = sequences(parse(MT202COV))
    assert [field.tag for field in a] == ["20", "21", "32A", "52A", "58A"]
    assert [field.tag for field in b] == ["50F", "52A", "59"]
    assert sequences(parse(MT103)) == (parse(MT103).fields, ())


@given(st.text(X), st.integers(1, 6))
def test_folded_text_fits_and_keeps_what_it_can(text: str, lines: int) -> None:
    folded = fold(text, lines=lines)
    assert len(folded) <= lines
    assert all(0 < len(line) <= 35 for line in folded)
    whole = "".join(folded)
    assert whole == text or (whole.endswith("+") and text.startswith(whole[:-1]))


@given(st.text(X), st.integers(1, 6))
def test_folded_words_fit(text: str, lines: int) -> None:
    folded = fold_words(text, lines=lines)
    assert len(folded) <= lines
    assert all(0 < len(line) <= 35 for line in folded)
    whole = "".join(folded).replace(" ", "")
    assert whole == "".join(text.split()) or whole.endswith("+")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (truncate("ABCDE", 5), "ABCDE"),
        (truncate("ABCDEF", 5), "ABCD+"),
        (fold("A" * 40, lines=2), ["A" * 35, "A" * 5]),
        (fold("A" * 80, lines=2), ["A" * 35, "A" * 34 + "+"]),
        (fold("ABCD-EF", lines=2, width=4), ["ABC", "D-EF"]),
        (fold_words("ONE TWO THREE", lines=2, width=8), ["ONE TWO", "THREE"]),
        (fold_words("ONE TWO THREE", lines=1, width=8), ["ONE TWO+"]),
        (unfold(["A" * 35, "B", "C"]), "A" * 35 + "B C"),
        (unfold([]), ""),
        (continued("INS", "A" * 32, lines=3), ["/INS/" + "A" * 30, "//AA"]),
        (continued("INS", "A" * 32, lines=1), ["/INS/" + "A" * 29 + "+"]),
    ],
)
def test_folding(made: object, expected: object) -> None:
    assert made == expected
