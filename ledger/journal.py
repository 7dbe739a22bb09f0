"""The journal: every event in a compact binary form, chained by SHA-256 from the first to the last.

An entry is a fixed head and a tail of names, big-endian:

    version 1 byte | kind 1 byte | sequence 8 | left 4 | number 8 (signed) | at 8 | names in ASCII, joined by 0x1F

`at` is when the entry was written, in microseconds since 1970 (UTC); it never goes backwards within a journal. Version 1
did not know it: its entries have no such field and stay as they are. `left` counts the entries of the same chain that still follow, so a replay knows which entries stood or fell together.
`number` is the amount (0: a whole posting), or the floor of an opened account. Names are printable ASCII (a rule of the
book), so the separator cannot occur in one. Each entry's hash is SHA-256(previous hash || entry), starting from 32 zero
bytes. A Merkle tree for inclusion proofs takes the same entries as its leaves.
"""

import struct
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from ledger.book import (
    Account,
    Closing,
    Discharge,
    Entry,
    Event,
    Expire,
    Head,
    Opening,
    Post,
    Refusal,
    Reserve,
    Transfer,
    Void,
)

VERSION: Final = 2
TIMELESS: Final = 1
"""The version of the entries that do not know when they were written."""
NO_FLOOR: Final = -(2**63)
"""Stands for "no floor" where the floor is written; a real floor is never this low."""

_HEAD: Final = struct.Struct(">BBQIq")
_TIMED: Final = struct.Struct(">BBQIqQ")
_SEPARATOR: Final = "\x1f"


class Sealed(NamedTuple):
    """An entry as it is kept: its bytes and the hash that covers them and everything before them."""

    entry: Entry
    body: bytes
    hash: bytes


def seal(head: Head, entries: Sequence[Entry]) -> tuple[Head, list[Sealed]]:
    """Append the entries of one chain after the head."""
    assert not entries or entries[0].sequence == head.sequence + 1, "a chain follows the head"
    left, digest = len(entries), head.hash
    sealed = []
    for entry in entries:
        left -= 1
        body = encode(entry, left)
        digest = sha256(digest + body).digest()  # that is `link`, a call saved
        sealed.append(Sealed(entry, body, digest))
    return Head(head.sequence + len(entries), digest), sealed


def link(previous_hash: bytes, body: bytes) -> bytes:
    """The hash of an entry that follows `previous_hash`."""
    return sha256(previous_hash + body).digest()


def encode(entry: Entry, left: int) -> bytes:
    """Write one entry; `left` entries of its chain follow."""
    kind, number, names = _WRITE[type(entry.event)](entry.event)
    if entry.at_us is None:
        head = _HEAD.pack(TIMELESS, kind, entry.sequence, left, number)
    else:
        head = _TIMED.pack(VERSION, kind, entry.sequence, left, number, entry.at_us)
    return head + _SEPARATOR.join(names).encode("ascii")


def decode(body: bytes) -> tuple[Entry, int]:
    """Read one entry and its `left`. Raises ValueError for anything that `encode` did not write."""
    try:
        if body[:1] == b"\x01":
            (_, kind, sequence, left, number), at_us, size = _HEAD.unpack_from(body), None, _HEAD.size
        else:
            version, kind, sequence, left, number, at_us = _TIMED.unpack_from(body)
            if version != VERSION:
                raise ValueError(f"journal version {version} is not known")
            size = _TIMED.size
        names = body[size:].decode("ascii").split(_SEPARATOR)
        return Entry(sequence, _READ[kind](number, *names), at_us), left
    except (struct.error, KeyError, TypeError) as wrong:
        raise ValueError("the bytes are no journal entry") from wrong


_Written = tuple[int, int, tuple[str, ...]]


def _reserve(event: Reserve) -> _Written:
    """A hold that expires is a kind of its own, with its end as one more name."""
    names = (event.id, event.debit, event.credit, event.asset)
    if event.expires_us is None:
        return 3, event.amount_minor, names
    return 8, event.amount_minor, (*names, str(event.expires_us))


_WRITE: Final[dict[type[Event], Callable[..., _Written]]] = {
    Opening: lambda e: (1, write_floor(e.account.floor_minor), (e.account.id, e.account.asset)),
    Closing: lambda e: (2, 0, (e.account_id,)),
    Reserve: _reserve,
    Post: lambda e: (4, e.amount_minor or 0, (e.id, e.pending_id)),
    Void: lambda e: (5, 0, (e.id, e.pending_id)),
    Transfer: lambda e: (6, e.amount_minor, (e.id, e.debit, e.credit, e.asset)),
    Discharge: lambda e: (7, 0, (e.id, e.pending_id)),
    Expire: lambda e: (9, 0, (e.id, e.pending_id)),
    Refusal: lambda e: (10, 0, (e.id, e.code)),
}

_READ: Final[dict[int, Callable[..., Event]]] = {
    1: lambda number, id, asset: Opening(Account(id, asset, read_floor(number))),
    2: lambda _, account_id: Closing(account_id),
    3: lambda number, id, debit, credit, asset: Reserve(id, debit, credit, asset, number),
    4: lambda number, id, pending_id: Post(id, pending_id, number or None),
    5: lambda _, id, pending_id: Void(id, pending_id),
    6: lambda number, id, debit, credit, asset: Transfer(id, debit, credit, asset, number),
    7: lambda _, id, pending_id: Discharge(id, pending_id),
    8: lambda number, id, debit, credit, asset, us: Reserve(id, debit, credit, asset, number, int(us)),
    9: lambda _, id, pending_id: Expire(id, pending_id),
    10: lambda _, id, code: Refusal(id, code),
}


def write_floor(floor_minor: int | None) -> int:
    """A floor as the number that is stored."""
    return NO_FLOOR if floor_minor is None else floor_minor


def read_floor(number: int) -> int | None:
    """The floor that a stored number means."""
    return None if number == NO_FLOOR else number
