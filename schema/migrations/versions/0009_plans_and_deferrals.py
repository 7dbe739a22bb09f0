"""Batches are planned: what settles, what waits and why; payments in the queue have a priority and a backing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.add_column("settlement_items", sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("settlement_items", sa.Column("backing", sa.String(), server_default="held", nullable=False))
    op.create_check_constraint(op.f("ck_settlement_items_backing"), "settlement_items", "backing IN ('held', 'due')")
    op.add_column("settlement_transfers", sa.Column("backing", sa.String(), server_default="held", nullable=False))
    op.create_check_constraint(
        op.f("ck_settlement_transfers_backing"), "settlement_transfers", "backing IN ('held', 'due')"
    )
    op.add_column("settlement_batches", sa.Column("deferred_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("settlement_batches", sa.Column("plans", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "settlement_deferrals",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("debtor_bic", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("short_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["settlement_batches.id"], name=op.f("fk_settlement_deferrals_batch_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_settlement_deferrals_payment_id")),
        sa.PrimaryKeyConstraint("batch_id", "payment_id", name=op.f("pk_settlement_deferrals")),
    )
    op.create_index(op.f("ix_settlement_deferrals_payment_id"), "settlement_deferrals", ["payment_id"])
    op.create_table(
        "settlement_pauses",
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("currency", name=op.f("pk_settlement_pauses")),
    )


def downgrade() -> None:
    op.drop_table("settlement_pauses")
    op.drop_table("settlement_deferrals")
    op.drop_column("settlement_batches", "plans")
    op.drop_column("settlement_batches", "deferred_count")
    op.drop_column("settlement_transfers", "backing")
    op.drop_column("settlement_items", "backing")
    op.drop_column("settlement_items", "priority")
