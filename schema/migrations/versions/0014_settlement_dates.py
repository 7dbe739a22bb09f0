"""Payments have a settlement day: derived from the wanted one, and waited for in the warehouse."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)
WAITING = "warehoused_at IS NOT NULL AND status IN ('screened', 'approved', 'queued')"


def upgrade() -> None:
    op.add_column("payments", sa.Column("settlement_date", sa.Date(), nullable=True))
    op.add_column("payments", sa.Column("release_at", MOMENT, nullable=True))
    op.add_column("payments", sa.Column("settle_until", MOMENT, nullable=True))
    op.add_column("payments", sa.Column("date_moved", sa.String(), nullable=True))
    op.add_column("payments", sa.Column("warehoused_at", MOMENT, nullable=True))
    op.create_index(
        "ix_payments_warehoused", "payments", ["settlement_date", "currency"], postgresql_where=sa.text(WAITING)
    )


def downgrade() -> None:
    op.drop_index("ix_payments_warehoused", table_name="payments", postgresql_where=sa.text(WAITING))
    for column in ("warehoused_at", "date_moved", "settle_until", "release_at", "settlement_date"):
        op.drop_column("payments", column)
