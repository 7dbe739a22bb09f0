from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.book import (
    GENESIS,
    MAX_AMOUNT,
    Account,
    Closing,
    Discharge,
    Entry,
    Event,
    Expire,
    Opening,
    Post,
    Refusal,
    Reserve,
    Transfer,
    Void,
)
from ledger.journal import decode, encode, link, seal

names = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=255)
amounts = st.integers(1, MAX_AMOUNT)
floors = st.none() | st.integers(-MAX_AMOUNT, MAX_AMOUNT)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Opening, st.builds(Account, names, names, floors)),
    st.builds(Closing, names),
    st.builds(Reserve, names, names, names, names, amounts),
    st.builds(Reserve, names, names, names, names, amounts, st.integers(0, MAX_AMOUNT)),
    st.builds(Expire, names, names),
    st.builds(Refusal, names, names),
    st.builds(Transfer, names, names, names, names, amounts),
    st.builds(Post, names, names, st.none() | amounts),
    st.builds(Void, names, names),
    st.builds(Discharge, names, names),
)


times = st.none() | st.integers(0, 2**64 - 1)


@given(events, st.integers(1, 2**64 - 1), st.integers(0, 2**32 - 1), times)
def test_entries_read_back(event: Event, sequence: int, left: int, at_us: int | None) -> None:
    entry = Entry(sequence, event, at_us)
    assert decode(encode(entry, left)) == (entry, left)


@given(st.binary(max_size=60))
def test_foreign_bytes_are_an_entry_or_refused(data: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(decode(data)[0], Entry)


def test_the_encoding_is_what_was_promised() -> None:
    """The format is kept for ever: a change of these bytes is a new version."""
    reserve = Reserve("pay_1/hold", "A/USD", "B/USD", "USD", 12550)
    names = "7061795f312f686f6c641f412f5553441f422f5553441f555344"
    assert encode(Entry(7, reserve), left=2).hex() == "01030000000000000007000000020000000000003106" + names
    timed = Entry(7, reserve, at_us=1_795_563_545_123_456)
    assert encode(timed, left=2).hex() == "020300000000000000070000000200000000000031060006610e37475a80" + names
    assert timed.at == datetime(2026, 11, 24, 23, 39, 5, 123456, tzinfo=UTC)
    assert Entry(7, reserve).at is None


def test_seal_chains_every_entry_to_the_first() -> None:
    entries = [Entry(n, Void(id, f"h{id}"), at_us=5) for n, id in enumerate("abc", 1)]
    head, sealed = seal(GENESIS, entries)
    assert [s.entry for s in sealed] == entries
    assert [s.entry.sequence for s in sealed] == [1, 2, 3]
    assert [decode(s.body)[1] for s in sealed] == [2, 1, 0]
    digest = GENESIS.hash
    for one in sealed:
        digest = link(digest, one.body)
        assert one.hash == digest
    assert head.hash == digest
    assert link(GENESIS.hash, b"entry") == sha256(bytes(32) + b"entry").digest()


@pytest.mark.parametrize(
    "data",
    [b"", b"\x03" + bytes(40), b"\x01\x63" + bytes(30), b"\x02\x63" + bytes(40), b"\x02" + bytes(25)],
    ids=["empty", "version", "kind", "kind with a time", "short"],
)
def test_unknown_entries_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="journal"):
        decode(data)
