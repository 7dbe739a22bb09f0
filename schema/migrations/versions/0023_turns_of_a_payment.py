"""A payment remembers in which turn money may be set aside for it, and its place in a queue, whose hold stands for it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("payments", "settlement_items")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("hold_turn", sa.SmallInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "hold_turn")
