from contextlib import suppress
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
    Opening,
    Post,
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
    st.builds(Transfer, names, names, names, names, amounts),
    st.builds(Post, names, names, st.none() | amounts),
    st.builds(Void, names, names),
    st.builds(Discharge, names, names),
)


@given(events, st.integers(1, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_entries_read_back(event: Event, sequence: int, left: int) -> None:
    entry = Entry(sequence, event)
    assert decode(encode(entry, left)) == (entry, left)


@given(st.binary(max_size=60))
def test_foreign_bytes_are_an_entry_or_refused(data: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(decode(data)[0], Entry)


def test_the_encoding_is_what_was_promised() -> None:
    """The format is kept for ever: a change of these bytes is a new version."""
    body = encode(Entry(7, Reserve("pay_1/hold", "A/USD", "B/USD", "USD", 12550)), left=2)
    assert body.hex(" ", 1).replace(" ", "") == (
        "010300000000000000070000000200000000000031067061795f312f686f6c641f412f5553441f422f5553441f555344"
    )


def test_seal_chains_every_entry_to_the_first() -> None:
    head, sealed = seal(GENESIS, [Void("a", "x"), Void("b", "y"), Void("c", "z")])
    assert [s.entry.sequence for s in sealed] == [1, 2, 3]
    assert [decode(s.body)[1] for s in sealed] == [2, 1, 0]
    digest = GENESIS.hash
    for one in sealed:
        digest = link(digest, one.body)
        assert one.hash == digest
    assert head.hash == digest
    assert link(GENESIS.hash, b"entry") == sha256(bytes(32) + b"entry").digest()


@pytest.mark.parametrize("data", [b"", b"\x02" + bytes(30), b"\x01\x63" + bytes(30)], ids=["empty", "version", "kind"])
def test_unknown_entries_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="journal"):
        decode(data)
