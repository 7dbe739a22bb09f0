"""What SQL shows of the ledger, held against itself: movements and balances against the entries that they follow from."""

from typing import Final

from sqlalchemy import text

from schema.tables.accounts.heads import LEDGER
from schema.tables.common.session import ReadSession


async def unbalanced(session: ReadSession) -> list[str]:
    """Accounts whose movements do not come, one by one, to what the entries say that they moved."""
    return [row.account for row in await session.all(_UNBALANCED)]


async def misstated(session: ReadSession) -> list[str]:
    """Accounts whose balance is not what the entries come to at the position that balances are true at.

    While the entries are being shown anew from the first, nothing can be said of balances yet.
    """
    return [row.account for row in await session.all(_MISSTATED, {"ledger": LEDGER})]


async def floors(session: ReadSession) -> dict[str, int]:
    """How low each account may go, in minor units, as SQL shows it."""
    return {row.id: row.floor_minor for row in await session.all(_FLOORS)}


_UNBALANCED: Final = text(
    """
    WITH moved AS (
        SELECT debit_account AS account, sequence, -amount_minor AS minor FROM ledger_entries WHERE amount_minor > 0
        UNION ALL
        SELECT credit_account, sequence, amount_minor FROM ledger_entries WHERE amount_minor > 0
    ), running AS (
        SELECT account, sequence, minor, sum(minor) OVER (PARTITION BY account ORDER BY sequence) AS posted FROM moved
    )
    SELECT DISTINCT coalesce(r.account, m.account_id) AS account
    FROM running AS r FULL JOIN ledger_movements AS m ON m.account_id = r.account AND m.sequence = r.sequence
    WHERE r.account IS NULL OR m.account_id IS NULL OR r.posted <> m.posted_after_minor
       OR r.minor <> CASE m.side WHEN 'debit' THEN -m.amount_minor ELSE m.amount_minor END
    ORDER BY account
    """
)
# Balances and mark are written in one transaction; a hold stands until the first entry that names it.
_MISSTATED: Final = text(
    """
    WITH mark AS (
        SELECT sequence FROM ledger_heads
        WHERE name = :ledger AND sequence <= (SELECT max(sequence) FROM ledger_entries)
    ), told AS (
        SELECT e.* FROM ledger_entries AS e JOIN mark ON e.sequence <= mark.sequence WHERE e.kind <> 'refusal'
    ), held AS (
        SELECT debit_account, credit_account, held_minor FROM told AS r
        WHERE kind = 'reserve' AND NOT EXISTS (SELECT FROM told AS e WHERE e.pending_id = r.operation_id)
    ), sides (account, dr, cr, dr_pending, cr_pending) AS (
        SELECT debit_account, amount_minor, 0, 0, 0 FROM told WHERE amount_minor > 0
        UNION ALL SELECT credit_account, 0, amount_minor, 0, 0 FROM told WHERE amount_minor > 0
        UNION ALL SELECT debit_account, 0, 0, held_minor, 0 FROM held
        UNION ALL SELECT credit_account, 0, 0, 0, held_minor FROM held
    ), balances AS (
        SELECT account, sum(dr) AS dr, sum(cr) AS cr, sum(dr_pending) AS dr_pending, sum(cr_pending) AS cr_pending
        FROM sides GROUP BY account
    )
    SELECT a.id AS account FROM accounts AS a CROSS JOIN mark LEFT JOIN balances AS b ON b.account = a.id
    WHERE a.projected_at IS NOT NULL AND (
        a.debits_posted <> coalesce(b.dr, 0) OR a.credits_posted <> coalesce(b.cr, 0)
        OR a.debits_pending <> coalesce(b.dr_pending, 0) OR a.credits_pending <> coalesce(b.cr_pending, 0)
        OR a.ledger_sequence > mark.sequence
    )
    ORDER BY a.id
    """
)
_FLOORS: Final = text("SELECT id, floor_minor FROM accounts")
