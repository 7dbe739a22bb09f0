"""Gross payments queue for liquidity: items and batches without a window, and the queue's owner in the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

QUEUE = sa.text("window_id IS NULL AND state IN ('queued', 'claimed')")
KINDS = ("payment", "settlement", "rescreening", "exchange", "schedule", "gross_queue")


def upgrade() -> None:
    op.alter_column("settlement_items", "window_id", nullable=True)
    op.alter_column("settlement_batches", "window_id", nullable=True)
    op.create_index(
        "ix_settlement_items_currency_debtor_bic_queue",
        "settlement_items",
        ["currency", "debtor_bic"],
        postgresql_where=QUEUE,
    )
    op.create_index(
        "ix_settlement_batches_currency_queue",
        "settlement_batches",
        ["currency"],
        postgresql_where=sa.text("window_id IS NULL AND told_at IS NULL AND state IN ('executing', 'final')"),
    )
    _allow(KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM workflow_starts WHERE kind = 'gross_queue'")
    _allow(KINDS[:-1])
    op.drop_index("ix_settlement_batches_currency_queue", table_name="settlement_batches")
    op.drop_index("ix_settlement_items_currency_debtor_bic_queue", table_name="settlement_items")
    # What has no window has no place in the tables of before.
    op.execute(
        "DELETE FROM net_positions WHERE batch_id IN (SELECT id FROM settlement_batches WHERE window_id IS NULL)"
    )
    op.execute(
        "DELETE FROM settlement_transfers WHERE batch_id IN (SELECT id FROM settlement_batches WHERE window_id IS NULL)"
    )
    op.execute("DELETE FROM settlement_items WHERE window_id IS NULL")
    op.execute("DELETE FROM settlement_batches WHERE window_id IS NULL")
    op.alter_column("settlement_batches", "window_id", nullable=False)
    op.alter_column("settlement_items", "window_id", nullable=False)


def _allow(kinds: tuple[str, ...]) -> None:
    """Let the outbox hold starts of these kinds and no others."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.drop_constraint(op.f("ck_workflow_starts_kind"), "workflow_starts")
    op.create_check_constraint(op.f("ck_workflow_starts_kind"), "workflow_starts", f"kind IN ({listed})")
