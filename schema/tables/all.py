"""Every table, known to one metadata: what a migration must come to."""

from typing import Final

from schema.tables import (
    audit,
    base,
    batches,
    book,
    calendars,
    compliance,
    dead_letters,
    embargo_proposals,
    events,
    exchange_rows,
    findings,
    fx_conversions,
    fx_quotes,
    good_guys,
    heads,
    idempotency,
    ledger_entries,
    ledger_expiries,
    ledger_tree,
    lists,
    messages,
    outbox,
    participants,
    payments,
    plans,
    pull_backs,
    recalls,
    rescreenings,
    review_notes,
    reviews,
    risk_assessments,
    risk_rules,
    schedules,
    settlement,
    steering,
)

MODULES: Final = (
    participants, payments, messages, events, idempotency, outbox, compliance, reviews, settlement, batches,
    dead_letters, audit, heads, ledger_entries, ledger_expiries, ledger_tree, book, findings, recalls, risk_assessments,
    risk_rules, review_notes, plans, steering, schedules, lists, good_guys, calendars, rescreenings,
    pull_backs, exchange_rows, fx_quotes, fx_conversions, embargo_proposals,
)  # fmt: skip
METADATA: Final = base.Table.metadata
