"""The ledger's journal as SQL shows it: every entry, and every movement of money with the balance that it left.

Both tables only follow the journal and can be made again from it at any time; `workers.projection` writes them.
"""

# ruff: noqa: S608 - statements are put together from constants of this file alone; values are always parameters

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Index, TextClause, text
from sqlmodel import Field

from domain.errors import NotFound
from domain.fx import bought_hold, rounding_hold
from domain.payment import hold_id
from schema.tables.accounts import ledger_expiries, ledger_tree
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession, typed

RESERVED: Final = text("kind = 'reserve'")
TIMELESS: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a movement took place of which the journal does not say when: its oldest entries do not know their time."""


class EntryKind(StrEnum):
    """What a journal entry tells."""

    OPENING = "opening"
    """An account was opened."""
    CLOSING = "closing"
    """An account takes no new entries any more."""
    RESERVE = "reserve"
    """Funds were held."""
    POST = "post"
    """A hold was paid, whole or in part."""
    VOID = "void"
    """A hold was given back."""
    TRANSFER = "transfer"
    """Money moved without a hold."""
    DISCHARGE = "discharge"
    """A hold was given back because net transfers settle it."""
    EXPIRY = "expiry"
    """A hold was given back because its time was over."""
    REFUSAL = "refusal"
    """An operation was asked for and refused; nothing changed."""


class Side(StrEnum):
    """Which way money moved, as the account sees it."""

    DEBIT = "debit"
    """Out."""
    CREDIT = "credit"
    """In."""


class LedgerEntry(Table, table=True):
    """One journal entry. `amount_minor` is the money that moved, `held_minor` the hold that it speaks of.

    `code` is why an operation was refused. An id that was refused may be used again, once.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        one_of("kind", EntryKind),
        Index("ix_ledger_entries_at", "at"),
        Index(
            "uq_ledger_entries_operation_id", "operation_id", unique=True, postgresql_where=text("kind <> 'refusal'")
        ),
        Index("ix_ledger_entries_operation_id_refusal", "operation_id", postgresql_where=text("kind = 'refusal'")),
        Index("ix_ledger_entries_debit_account_reserve", "debit_account", "sequence", postgresql_where=RESERVED),
        Index("ix_ledger_entries_credit_account_reserve", "credit_account", "sequence", postgresql_where=RESERVED),
    )

    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime | None = Field(sa_type=MOMENT)
    kind: str
    account_id: str | None
    operation_id: str | None
    pending_id: str | None = Field(index=True)
    debit_account: str | None
    credit_account: str | None
    asset: str | None
    amount_minor: int = Field(sa_type=BigInteger)
    held_minor: int | None = Field(sa_type=BigInteger)
    code: str | None
    hash: bytes
    body: bytes


class LedgerMovement(Table, table=True):
    """One side of a movement of money: what an account paid or received, and what was finally there afterwards."""

    __tablename__ = "ledger_movements"
    __table_args__ = (
        one_of("side", Side),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_ledger_movements_account_id_at_sequence", "account_id", "at", "sequence"),
    )

    account_id: str = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=MOMENT)
    operation_id: str
    kind: str
    side: str
    counter_account: str
    asset: str
    amount_minor: int = Field(sa_type=BigInteger)
    posted_after_minor: int = Field(sa_type=BigInteger)


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A journal entry on its way into SQL, with what it says itself.

    `amount_minor` is what is held, transferred or posted (None: the whole hold). A post, a void and a discharge name
    their hold in `pending_id`, and accounts and asset come from there. Openings and closings have `account_id`.
    """

    sequence: int
    at: datetime | None
    kind: EntryKind
    hash: bytes
    body: bytes
    account_id: str | None = None
    operation_id: str | None = None
    pending_id: str | None = None
    debit: str | None = None
    credit: str | None = None
    asset: str | None = None
    amount_minor: int | None = None
    code: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A booked movement of an account. `kind` is post or transfer; `posted_after_minor` is the balance it left.

    `operation_id` tells what it was: `<payment>/post` of a gross payment, `<batch>/<n>` of a net batch (whose payments
    are discharged under `<payment>/net/<batch>`), `<account>/fund/<reference>` of a funding.
    """

    sequence: int
    at: datetime
    operation_id: str
    kind: EntryKind
    side: Side
    counter_account: str
    asset: str
    amount_minor: int
    posted_after_minor: int


class _Parties(NamedTuple):
    """Who is meant by an operation, what and how much; a resolution has all of it from its hold."""

    operation_id: str | None
    debit: str | None
    credit: str | None
    asset: str | None
    amount_minor: int | None


async def movements(
    session: ReadSession, accounts: Sequence[str], *, from_at: datetime, to_at: datetime
) -> dict[str, list[Movement]]:
    """What was booked on accounts from one moment up to, but not including, another, in the journal's order."""
    found: dict[str, list[Movement]] = {account: [] for account in accounts}
    for row in await session.all(_MOVEMENTS, {"accounts": list(accounts), "from_at": from_at, "to_at": to_at}):
        told = typed(row, kind=EntryKind, side=Side)
        found[told.pop("account_id")].append(Movement(**told))
    return found


async def posted_before(session: ReadSession, accounts: Sequence[str], at: datetime) -> dict[str, int]:
    """What was finally there just before a moment, in minor units; 0 when nothing had been booked yet."""
    rows = await session.all(_POSTED_BEFORE, {"accounts": list(accounts), "at": at})
    return {row.account_id: int(row.posted_minor) for row in rows}


async def posted_at(session: ReadSession, account_id: str, sequence: int) -> int:
    """What was finally there after a position of the journal, in minor units."""
    row = await session.first(_POSTED_AT, {"accounts": [account_id], "first": sequence + 1})
    return int(row.posted_after_minor) if row else 0


async def position(session: ReadSession) -> tuple[int, datetime | None]:
    """How far SQL has followed the journal: the last sequence shown (0: nothing yet) and when it was written."""
    row = await session.first(_POSITION)
    return (row.sequence, row.at) if row else (0, None)


async def after(session: ReadSession, sequence: int, limit: int) -> list[tuple[bytes, bytes]]:
    """Body and hash of the entries that follow a position, as the ledger sealed them."""
    rows = await session.all(_AFTER, {"sequence": sequence, "limit": limit})
    return [(row.body, row.hash) for row in rows]


async def of_payment(session: ReadSession, payment_id: str) -> list[Line]:
    """The entries of a payment's holds, in order: each reservation and what ended it. Rows of the table."""
    turns = (await session.one(_TURNS, {"id": payment_id})).turns
    holds = [each(payment_id, turn) for turn in range(turns) for each in (hold_id, bought_hold, rounding_hold)]
    return list(await session.all(_OF_HOLDS, {"holds": holds}))


async def refusals(session: ReadSession, operation_id: str) -> list[tuple[int, datetime | None, str]]:
    """When the book refused a chain that begins with an operation, and why: sequence, moment, code."""
    return [(row.sequence, row.at, row.code) for row in await session.all(_REFUSALS, {"id": operation_id})]


async def accounts_of(session: ReadSession, sequence: int) -> list[str]:
    """The accounts that an entry speaks of. Raises NotFound."""
    row = await session.first(_ACCOUNTS_OF, {"sequence": sequence})
    if row is None:
        raise NotFound("no such ledger entry", sequence=sequence)
    return [account for account in row if account is not None]


async def astray(session: ReadSession, lines: Sequence[JournalLine]) -> list[int]:
    """Those of some successive entries that SQL shows otherwise, or not at all."""
    holds = await _holds(session, lines)
    rows = await session.all(_SHOWN, {"first": lines[0].sequence, "last": lines[-1].sequence})
    shown = {row.sequence: dict(row._mapping) for row in rows}
    return [line.sequence for line in lines if shown.get(line.sequence) != _entry(line, holds)]


async def project(session: WriteSession, lines: Sequence[JournalLine]) -> int:
    """Show the journal's next entries; answers the position afterwards.

    Entries that are shown already are passed over, and so are entries that do not follow them without a gap.
    """
    reached, _ = await position(session)
    fresh = [line for line in lines if line.sequence > reached]
    if not fresh or fresh[0].sequence != reached + 1:
        return reached
    holds = await _holds(session, fresh)
    entries = [_entry(line, holds) for line in fresh]
    await session.run(_ADD_ENTRIES, _columns(_ENTRY_COLUMNS, entries))
    if moved := await _moved(session, entries):
        await session.run(_ADD_MOVEMENTS, _columns(_MOVEMENT_COLUMNS, moved))
    begun = {line.operation_id: line.expires_at for line in fresh if line.operation_id and line.expires_at}
    await ledger_expiries.follow(session, begun, [line.pending_id for line in fresh if line.pending_id])
    await ledger_tree.grow(session, reached, fresh[-1].sequence)
    return fresh[-1].sequence


async def clear(session: WriteSession) -> None:
    """Forget everything that was shown, to be shown again from the journal's first entry."""
    await session.run(_CLEAR)


async def _holds(session: ReadSession, lines: Sequence[JournalLine]) -> dict[str | None, _Parties]:
    """The holds that some lines resolve, from among them or as they were shown before."""
    own = [_parties(line) for line in lines if line.kind is EntryKind.RESERVE]
    resolved = {line.pending_id for line in lines if line.pending_id}
    older = resolved - {hold.operation_id for hold in own}
    rows = await session.all(_HOLDS, {"ids": sorted(older)}) if older else ()
    return {hold.operation_id: hold for hold in (*own, *(_Parties(*row) for row in rows))}


def _entry(line: JournalLine, holds: Mapping[str | None, _Parties]) -> dict[str, Any]:
    """The row of an entry: a resolution has its accounts, its asset and what was held from its hold."""
    hold = holds.get(line.operation_id if line.kind is EntryKind.RESERVE else line.pending_id)
    held_minor = hold.amount_minor if hold else None
    moves = line.kind in (EntryKind.POST, EntryKind.TRANSFER)
    parties = hold or _parties(line)
    return {name: getattr(line, name, None) for name in _ENTRY_COLUMNS} | {
        "debit_account": parties.debit,
        "credit_account": parties.credit,
        "asset": parties.asset,
        "amount_minor": (line.amount_minor or held_minor) if moves else 0,
        "held_minor": held_minor,
    }


async def _moved(session: ReadSession, entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both sides of every movement, with the balances that they leave one after the other."""
    booked = [entry for entry in entries if entry["amount_minor"]]
    accounts = sorted({entry[side] for entry in booked for side in ("debit_account", "credit_account")})
    rows = await session.all(_POSTED_AT, {"accounts": accounts, "first": entries[0]["sequence"]})
    balances = dict.fromkeys(accounts, 0) | {row.account_id: row.posted_after_minor for row in rows}
    moved = []
    for entry in booked:
        payer, payee = entry["debit_account"], entry["credit_account"]
        for side, account, counter, sign in ((Side.DEBIT, payer, payee, -1), (Side.CREDIT, payee, payer, 1)):
            balances[account] += sign * entry["amount_minor"]
            own = {"account_id": account, "at": entry["at"] or TIMELESS, "side": side, "counter_account": counter}
            moved.append({**entry, **own, "posted_after_minor": balances[account]})
    return moved


def _parties(line: JournalLine) -> _Parties:
    return _Parties(line.operation_id, line.debit, line.credit, line.asset, line.amount_minor)


def _columns(names: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in names}


def _insert(table: str, columns: Mapping[str, str]) -> TextClause:
    """Add many rows in one statement, each column as one array; rows that are there stay as they are."""
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in columns.items())
    return text(f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING")


_ENTRY_COLUMNS: Final = {
    "sequence": "bigint",
    "at": "timestamptz",
    "kind": "text",
    "account_id": "text",
    "operation_id": "text",
    "pending_id": "text",
    "debit_account": "text",
    "credit_account": "text",
    "asset": "text",
    "amount_minor": "bigint",
    "held_minor": "bigint",
    "code": "text",
    "hash": "bytea",
    "body": "bytea",
}
_MOVEMENT_COLUMNS: Final = {
    "account_id": "text",
    "sequence": "bigint",
    "at": "timestamptz",
    "operation_id": "text",
    "kind": "text",
    "side": "text",
    "counter_account": "text",
    "asset": "text",
    "amount_minor": "bigint",
    "posted_after_minor": "bigint",
}
_ADD_ENTRIES: Final = _insert("ledger_entries", _ENTRY_COLUMNS)
_ADD_MOVEMENTS: Final = _insert("ledger_movements", _MOVEMENT_COLUMNS)
_POSITION: Final = text("SELECT sequence, at FROM ledger_entries ORDER BY sequence DESC LIMIT 1")
_SHOWN: Final = text(f"SELECT {', '.join(_ENTRY_COLUMNS)} FROM ledger_entries WHERE sequence BETWEEN :first AND :last")
_AFTER: Final = text("SELECT body, hash FROM ledger_entries WHERE sequence > :sequence ORDER BY sequence LIMIT :limit")
_TURNS: Final = text("SELECT coalesce(max(hold_turn), 0) + 1 AS turns FROM payments WHERE id = :id")
_OF_HOLDS: Final = text(
    """
    SELECT * FROM ledger_entries
    WHERE (operation_id = ANY(:holds) AND kind <> 'refusal') OR pending_id = ANY(:holds) ORDER BY sequence
    """
)
_REFUSALS: Final = text(
    "SELECT sequence, at, code FROM ledger_entries WHERE operation_id = :id AND kind = 'refusal' ORDER BY sequence"
)
_ACCOUNTS_OF: Final = text(
    "SELECT account_id, debit_account, credit_account FROM ledger_entries WHERE sequence = :sequence"
)
_HOLDS: Final = text(
    """
    SELECT operation_id, debit_account, credit_account, asset, held_minor
    FROM ledger_entries WHERE operation_id = ANY(:ids) AND kind <> 'refusal'
    """
)
_POSTED_AT: Final = text(
    """
    SELECT last.account_id, last.posted_after_minor
    FROM unnest(CAST(:accounts AS text[])) AS wanted (id) CROSS JOIN LATERAL (
        SELECT account_id, posted_after_minor FROM ledger_movements
        WHERE account_id = wanted.id AND sequence < :first ORDER BY sequence DESC LIMIT 1
    ) AS last
    """
)
_MOVEMENTS: Final = text(
    """
    SELECT account_id, sequence, at, operation_id, kind, side, counter_account, asset, amount_minor, posted_after_minor
    FROM ledger_movements WHERE account_id = ANY(:accounts) AND at >= :from_at AND at < :to_at ORDER BY at, sequence
    """
)
_POSTED_BEFORE: Final = text(
    """
    SELECT wanted.account_id, coalesce((
        SELECT posted_after_minor FROM ledger_movements AS m
        WHERE m.account_id = wanted.account_id AND at < :at ORDER BY at DESC, sequence DESC LIMIT 1
    ), 0) AS posted_minor
    FROM unnest(CAST(:accounts AS text[])) AS wanted (account_id)
    """
)
_CLEAR: Final = text("TRUNCATE ledger_entries, ledger_movements, ledger_expiries, ledger_subtrees")
