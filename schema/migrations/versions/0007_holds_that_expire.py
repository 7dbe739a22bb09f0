"""Holds that expire, and refusals found by what was refused."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_expiries",
        sa.Column("hold_id", sa.String(), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_ledger_expiries")),
    )
    op.create_index(op.f("ix_ledger_expiries_expires_at"), "ledger_expiries", ["expires_at"], unique=False)
    op.create_index(
        "ix_ledger_entries_operation_id_refusal",
        "ledger_entries",
        ["operation_id"],
        unique=False,
        postgresql_where=sa.text("kind = 'refusal'"),
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_entries_operation_id_refusal", table_name="ledger_entries")
    op.drop_table("ledger_expiries")
