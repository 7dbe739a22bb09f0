"""Every table, known to one metadata: what a migration must come to."""

from typing import Final

from schema.tables.accounts import book, heads, ledger_entries, ledger_expiries, ledger_tree, participants
from schema.tables.common import audit, base, outbox
from schema.tables.compliance import (
    checks,
    embargo_proposals,
    good_guys,
    lists,
    pull_backs,
    rescreenings,
    review_notes,
    reviews,
    risk_assessments,
    risk_rules,
)
from schema.tables.exchange import exchange_rows, fx_conversions, fx_quotes
from schema.tables.initiation import batches, findings, idempotency
from schema.tables.payment import dead_letters, events, payments, recalls
from schema.tables.reporting import messages
from schema.tables.settlement import calendars, plans, schedules, steering, windows

MODULES: Final = (
    participants, payments, messages, events, idempotency, outbox, checks, reviews, windows, batches,
    dead_letters, audit, heads, ledger_entries, ledger_expiries, ledger_tree, book, findings, recalls, risk_assessments,
    risk_rules, review_notes, plans, steering, schedules, lists, good_guys, calendars, rescreenings,
    pull_backs, exchange_rows, fx_quotes, fx_conversions, embargo_proposals,
)  # fmt: skip
METADATA: Final = base.Table.metadata
