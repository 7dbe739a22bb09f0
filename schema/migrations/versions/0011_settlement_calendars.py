"""When each currency settles is data: calendar, hours, roll rule and zone, begun with the rule book of the day."""

from datetime import time

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RULE_BOOK = (
    ("AUD", "AU", time(0, 30), time(8, 0)),
    ("CAD", "CA", time(6, 0), time(22, 0)),
    ("CHF", "CH", time(1, 0), time(16, 30)),
    ("EUR", "XECB", time(2, 30), time(17, 0)),
    ("GBP", "GB", time(7, 0), time(17, 30)),
    ("JPY", "JP", time(0, 30), time(8, 0)),
    ("USD", "XFED", time(3, 0), time(22, 0)),
)


def upgrade() -> None:
    table = op.create_table(
        "settlement_calendars",
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("cut_off", sa.Time(), nullable=False),
        sa.Column("roll", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "roll IN ('following', 'modified_following', 'preceding')", name=op.f("ck_settlement_calendars_roll")
        ),
        sa.PrimaryKeyConstraint("currency", name=op.f("pk_settlement_calendars")),
    )
    columns = ("currency", "calendar", "opens", "cut_off")
    rest = {"roll": "following", "zone": "Europe/Brussels"}
    op.bulk_insert(table, [dict(zip(columns, line, strict=True)) | rest for line in RULE_BOOK])


def downgrade() -> None:
    op.drop_table("settlement_calendars")
