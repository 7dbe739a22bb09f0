"""Windows close by schedule: one for each currency that has one, and what Temporal is to be told of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)
KINDS = "ck_workflow_starts_kind"


def upgrade() -> None:
    op.create_table(
        "settlement_schedules",
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("every_s", sa.Integer(), nullable=True),
        sa.Column("times", postgresql.ARRAY(postgresql.TIME()), nullable=False),
        sa.Column("business_days", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.CheckConstraint("every_s > 0", name=op.f("ck_settlement_schedules_every_s")),
        sa.CheckConstraint(
            "(every_s IS NULL) <> (cardinality(times) = 0)", name=op.f("ck_settlement_schedules_one_way")
        ),
        sa.PrimaryKeyConstraint("currency", name=op.f("pk_settlement_schedules")),
    )
    op.drop_constraint(op.f(KINDS), "workflow_starts")
    op.create_check_constraint(
        op.f(KINDS), "workflow_starts", "kind IN ('payment', 'settlement', 'rescreening', 'exchange', 'schedule')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM workflow_starts WHERE kind = 'schedule'")
    op.drop_constraint(op.f(KINDS), "workflow_starts")
    op.create_check_constraint(
        op.f(KINDS), "workflow_starts", "kind IN ('payment', 'settlement', 'rescreening', 'exchange')"
    )
    op.drop_table("settlement_schedules")
