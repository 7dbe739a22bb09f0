"""A batch tells when it was planned and how many of its payments have been told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.add_column("settlement_batches", sa.Column("planned_at", MOMENT, nullable=True))
    op.add_column("settlement_batches", sa.Column("told_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("settlement_batches", sa.Column("told_through", sa.String(), nullable=True))
    op.add_column("settlement_batches", sa.Column("told_at", MOMENT, nullable=True))
    # A batch that is being told just now is told once more, from its first payment: they answer a repeat as before.
    op.execute(
        """
        UPDATE settlement_batches AS b SET told_count = payment_count, told_at = final_at
        WHERE state = 'final' AND NOT EXISTS (
            SELECT FROM settlement_items AS i JOIN payments AS p ON p.id = i.payment_id
            WHERE i.batch_id = b.id AND p.status = 'queued'
        )
        """
    )
    op.create_index("ix_settlement_items_batch_id_payment_id", "settlement_items", ["batch_id", "payment_id"])
    op.drop_index(op.f("ix_settlement_items_batch_id"), table_name="settlement_items")


def downgrade() -> None:
    op.create_index(op.f("ix_settlement_items_batch_id"), "settlement_items", ["batch_id"])
    op.drop_index("ix_settlement_items_batch_id_payment_id", table_name="settlement_items")
    for column in ("told_at", "told_through", "told_count", "planned_at"):
        op.drop_column("settlement_batches", column)
