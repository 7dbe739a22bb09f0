"""The ledger itself in PostgreSQL, where it is placed there: journal, accounts, head."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "book_accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("floor_minor", sa.BigInteger(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("debits_posted", sa.Numeric(precision=40, scale=0), nullable=False),
        sa.Column("credits_posted", sa.Numeric(precision=40, scale=0), nullable=False),
        sa.Column("debits_pending", sa.Numeric(precision=40, scale=0), nullable=False),
        sa.Column("credits_pending", sa.Numeric(precision=40, scale=0), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_accounts")),
    )
    op.create_index(op.f("ix_book_accounts_sequence"), "book_accounts", ["sequence"], unique=False)
    op.create_table(
        "book_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_book_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_head")),
    )
    op.create_table(
        "book_journal",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("operation_id", sa.String(), nullable=True),
        sa.Column("pending_id", sa.String(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_book_journal")),
    )
    op.create_index(op.f("ix_book_journal_operation_id"), "book_journal", ["operation_id"], unique=False)
    op.create_index(op.f("ix_book_journal_pending_id"), "book_journal", ["pending_id"], unique=False)


def downgrade() -> None:
    op.drop_table("book_journal")
    op.drop_table("book_head")
    op.drop_table("book_accounts")
