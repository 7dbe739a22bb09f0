"""SQL shows the ledger's journal: every entry, and every movement with the balance that it left."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("operation_id", sa.String(), nullable=True),
        sa.Column("pending_id", sa.String(), nullable=True),
        sa.Column("debit_account", sa.String(), nullable=True),
        sa.Column("credit_account", sa.String(), nullable=True),
        sa.Column("asset", sa.String(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("held_minor", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('opening', 'closing', 'reserve', 'post', 'void', 'transfer', 'discharge', 'expiry', 'refusal')",
            name=op.f("ck_ledger_entries_kind"),
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ledger_entries")),
    )
    op.create_index("ix_ledger_entries_at", "ledger_entries", ["at"], unique=False)
    op.create_index(op.f("ix_ledger_entries_pending_id"), "ledger_entries", ["pending_id"], unique=False)
    op.create_index(
        "uq_ledger_entries_operation_id",
        "ledger_entries",
        ["operation_id"],
        unique=True,
        postgresql_where=sa.text("kind <> 'refusal'"),
    )
    op.create_table(
        "ledger_movements",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("operation_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("counter_account", sa.String(), nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("posted_after_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("side IN ('debit', 'credit')", name=op.f("ck_ledger_movements_side")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_ledger_movements_amount_minor")),
        sa.PrimaryKeyConstraint("account_id", "sequence", name=op.f("pk_ledger_movements")),
    )
    op.create_index(
        "ix_ledger_movements_account_id_at_sequence", "ledger_movements", ["account_id", "at", "sequence"], unique=False
    )


def downgrade() -> None:
    op.drop_table("ledger_movements")
    op.drop_table("ledger_entries")
