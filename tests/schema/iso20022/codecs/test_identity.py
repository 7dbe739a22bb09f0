import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue, MessageRefused
from domain.ids import Uetr, new_id
from schema.iso20022.codecs.identity import (
    Identity,
    derived_id,
    derived_uetr,
    from_our_id,
    instruction_reference,
    moment,
    our_id,
    reference,
)
from schema.iso20022.codecs.letters import extended, lines
from tests.schema.iso20022.codecs.strategies import EXTENDED, texts

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("message_id", "created", "sender", "receiver"),
    [
        ("", NOW, "AURODEFFXXX", "LUMIFRPPXXX"),
        ("m" * 36, NOW, "AURODEFFXXX", "LUMIFRPPXXX"),
        ("under_score", NOW, "AURODEFFXXX", "LUMIFRPPXXX"),
        ("Ä", NOW, "AURODEFFXXX", "LUMIFRPPXXX"),
        ("M1", NOW.replace(tzinfo=None), "AURODEFFXXX", "LUMIFRPPXXX"),
        ("M1", NOW, "aurodeffxxx", "LUMIFRPPXXX"),
        ("M1", NOW, "AURODEFFXXX", "NOBODY"),
    ],
)
def test_an_identity_that_no_message_could_have(message_id: str, created: datetime, sender: str, receiver: str) -> None:
    with pytest.raises(InvalidValue):
        Identity(message_id, created, sender, receiver)


@given(st.lists(st.text(), min_size=1, max_size=4), st.integers(16, 35))
def test_the_same_parts_make_the_same_name(parts: list[str], length: int) -> None:
    name = derived_id(*parts, length=length)
    assert name == derived_id(*parts, length=length)
    assert re.fullmatch(r"[0-9A-Z]+", name)
    assert len(name) == length
    assert name != derived_id(*parts, "", length=length)
    assert Uetr.parse(derived_uetr(*parts)) == derived_uetr(*parts)


def test_parts_do_not_run_into_each_other() -> None:
    assert derived_id("ab", "c") != derived_id("a", "bc")


@pytest.mark.parametrize("place", ["", "-001", "-1000"], ids=["an id", "a release", "the thousandth release"])
def test_our_ids_travel_and_come_back(place: str) -> None:
    ours = new_id("bat") + place
    assert reference(our_id(ours), 35) == ours.replace("_", "-")
    assert from_our_id(our_id(ours)) == ours


@pytest.mark.parametrize("text", ["INVOICE-4711", "pay_1", "pay-1", "pay-0123456789abcdefghjkmnpqrs", ""])
def test_what_is_not_ours_stays_as_it_is(text: str) -> None:
    assert our_id(text) == from_our_id(text) == text


@pytest.mark.parametrize("text", ["/A", "A/", "A//B", "A" * 17, "", "A_B", "A\n"])
def test_a_reference_that_mt_could_not_carry(text: str) -> None:
    with pytest.raises((MessageRefused, InvalidValue)):
        instruction_reference(text, "/Document")


def test_a_moment_tells_its_offset() -> None:
    assert moment(NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))) == "2026-03-02T13:45:00+05:30"


@given(st.text(max_size=60))
def test_any_text_becomes_one_that_every_bank_can_read(text: str) -> None:
    out = extended(text)
    assert set(out) <= set(EXTENDED)
    assert out == extended(out)
    assert out == " ".join(out.split())


@given(texts(60))
def test_what_every_bank_can_read_is_left_alone(text: str) -> None:
    assert extended(text) == text


@given(texts(300, "abc de"), st.integers(5, 40))
def test_lines_lose_nothing(text: str, width: int) -> None:
    broken = lines(text, width=width, most=300, path="/", rule="XS")
    assert all(len(line) <= width for line in broken)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")


def test_more_lines_than_there_are_is_refused() -> None:
    with pytest.raises(MessageRefused):
        lines("one two three", width=5, most=2, path="/", rule="XS")
