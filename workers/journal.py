"""A journal entry as its line in SQL."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from ledger.book import Closing, Discharge, Event, Expire, Opening, Post, Refusal, Reserve, Transfer, Void, moment
from ledger.journal import Sealed
from schema.tables.accounts.ledger_entries import EntryKind, JournalLine

_LATEST_US: Final = 253_402_300_799_000_000
"""The last second that SQL can tell; a hold that expires later never does."""

Said = tuple[EntryKind, dict[str, Any]]


def line(sealed: Sealed) -> JournalLine:
    """What the entry says, for SQL."""
    entry = sealed.entry
    kind, said = _SAYS[type(entry.event)](entry.event)
    return JournalLine(entry.sequence, entry.at, kind, sealed.hash, sealed.body, **said)


def _movement(kind: EntryKind) -> Callable[[Reserve | Transfer], Said]:
    return lambda event: (
        kind,
        {
            "operation_id": event.id,
            "debit": event.debit,
            "credit": event.credit,
            "asset": event.asset,
            "amount_minor": event.amount_minor,
            "expires_at": _expiry(event),
        },
    )


def _expiry(event: Reserve | Transfer) -> datetime | None:
    expires_us = event.expires_us if isinstance(event, Reserve) else None
    return None if expires_us is None else moment(min(expires_us, _LATEST_US))


def _resolution(kind: EntryKind) -> Callable[[Void | Discharge | Expire], Said]:
    return lambda event: (kind, {"operation_id": event.id, "pending_id": event.pending_id})


_SAYS: Final[dict[type[Event], Callable[[Any], Said]]] = {
    Opening: lambda e: (EntryKind.OPENING, {"account_id": e.account.id, "asset": e.account.asset}),
    Closing: lambda e: (EntryKind.CLOSING, {"account_id": e.account_id}),
    Reserve: _movement(EntryKind.RESERVE),
    Transfer: _movement(EntryKind.TRANSFER),
    Post: lambda e: (
        EntryKind.POST,
        {"operation_id": e.id, "pending_id": e.pending_id, "amount_minor": e.amount_minor},
    ),
    Void: _resolution(EntryKind.VOID),
    Discharge: _resolution(EntryKind.DISCHARGE),
    Expire: _resolution(EntryKind.EXPIRY),
    Refusal: lambda e: (EntryKind.REFUSAL, {"operation_id": e.id, "code": e.code}),
}
