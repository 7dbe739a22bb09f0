"""Sums of amounts may be more than 64 bits hold: what banks order without funds is bounded by nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SUMS = (
    ("settlement_batches", "gross_minor"),
    ("net_positions", "owed_minor"),
    ("net_positions", "owing_minor"),
    ("settlement_deferrals", "short_minor"),
)


def upgrade() -> None:
    for table, column in SUMS:
        op.alter_column(table, column, type_=sa.Numeric(40, 0), existing_type=sa.BigInteger())


def downgrade() -> None:
    for table, column in SUMS:
        op.alter_column(table, column, type_=sa.BigInteger(), existing_type=sa.Numeric(40, 0))
