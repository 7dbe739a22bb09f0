"""Balances as they were after an entry of the journal, read from the journal as SQL shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from domain.errors import NotFound
from schema.tables.accounts import ledger_entries
from schema.tables.common.session import ReadSession


@dataclass(frozen=True, slots=True)
class PastBalance:
    """What an account had after an entry, in minor units; `pending` was reserved to be paid out, `incoming` to come."""

    account_id: str
    posted_minor: int
    pending_minor: int
    incoming_minor: int


async def last_before(session: ReadSession, at: datetime) -> int:
    """The position of the last entry that is not younger than a moment; 0: there is none."""
    row = await session.one(_LAST_BEFORE, {"at": at})
    return int(row.sequence)


async def balances(session: ReadSession, accounts: Sequence[str], position: int) -> list[PastBalance]:
    """Balances after an entry; an account that was not open yet had nothing. Raises NotFound beyond what SQL shows."""
    shown, _ = await ledger_entries.position(session)
    if position > shown:
        raise NotFound(f"the journal is shown up to entry {shown}", position=position)
    rows = await session.all(_BALANCES, {"accounts": list(accounts), "position": position})
    return [PastBalance(row.account_id, int(row.posted), int(row.pending), int(row.incoming)) for row in rows]


_LAST_BEFORE: Final = text("SELECT coalesce(max(sequence), 0) AS sequence FROM ledger_entries WHERE at <= :at")
# A hold stands from its reservation until the first entry that names it, whatever ends it and how much of it is paid.
_BALANCES: Final = text(
    """
    SELECT wanted.account_id, coalesce((
        SELECT posted_after_minor FROM ledger_movements AS m
        WHERE m.account_id = wanted.account_id AND m.sequence <= :position ORDER BY m.sequence DESC LIMIT 1
    ), 0) AS posted, coalesce((
        SELECT sum(held_minor) FROM ledger_entries AS r
        WHERE r.kind = 'reserve' AND r.debit_account = wanted.account_id AND r.sequence <= :position AND NOT EXISTS (
            SELECT FROM ledger_entries AS e
            WHERE e.pending_id = r.operation_id AND e.sequence <= :position AND e.kind <> 'refusal'
        )
    ), 0) AS pending, coalesce((
        SELECT sum(held_minor) FROM ledger_entries AS r
        WHERE r.kind = 'reserve' AND r.credit_account = wanted.account_id AND r.sequence <= :position AND NOT EXISTS (
            SELECT FROM ledger_entries AS e
            WHERE e.pending_id = r.operation_id AND e.sequence <= :position AND e.kind <> 'refusal'
        )
    ), 0) AS incoming
    FROM unnest(CAST(:accounts AS text[])) WITH ORDINALITY AS wanted (account_id, place)
    ORDER BY place
    """
)
