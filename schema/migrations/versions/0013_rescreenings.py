"""A change of a list has payments on their way screened again: re-screenings, pull-backs, and more than one check."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rescreenings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("list_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("payments", sa.Integer(), server_default="0", nullable=False),
        sa.Column("parties", sa.Integer(), server_default="0", nullable=False),
        sa.Column("hits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('pending', 'done')", name=op.f("ck_rescreenings_state")),
        sa.ForeignKeyConstraint(["id"], ["list_versions.id"], name=op.f("fk_rescreenings_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescreenings")),
    )
    op.create_index("ix_rescreenings_list_name_begun_at", "rescreenings", ["list_name", "begun_at"])
    op.create_index("ix_rescreenings_pending", "rescreenings", ["id"], postgresql_where=sa.text("state = 'pending'"))
    op.create_table(
        "pull_backs",
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("rescreening_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entities", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("check_id", sa.String(), nullable=True),
        sa.CheckConstraint("reason IN ('listed', 'delisted')", name=op.f("ck_pull_backs_reason")),
        sa.CheckConstraint("outcome IN ('screened', 'too_late', 'ended')", name=op.f("ck_pull_backs_outcome")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_pull_backs_payment_id")),
        sa.ForeignKeyConstraint(["rescreening_id"], ["rescreenings.id"], name=op.f("fk_pull_backs_rescreening_id")),
        sa.ForeignKeyConstraint(["check_id"], ["compliance_checks.id"], name=op.f("fk_pull_backs_check_id")),
        sa.PrimaryKeyConstraint("payment_id", "rescreening_id", name=op.f("pk_pull_backs")),
    )
    op.create_index(op.f("ix_pull_backs_rescreening_id"), "pull_backs", ["rescreening_id"])
    op.create_index(
        "ix_pull_backs_payment_id_open", "pull_backs", ["payment_id"], postgresql_where=sa.text("outcome IS NULL")
    )

    # A check may be repeated: in another turn, or because its lists were no longer in force when it was stored.
    op.add_column("compliance_checks", sa.Column("turn", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("compliance_checks", sa.Column("superseded_at", MOMENT, nullable=True))
    op.drop_constraint(op.f("uq_compliance_checks_payment_id_check_type"), "compliance_checks")
    op.create_index(
        "uq_compliance_checks_standing",
        "compliance_checks",
        ["payment_id", "check_type", "turn"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.add_column("settlement_items", sa.Column("turn", sa.SmallInteger(), server_default="0", nullable=False))
    op.drop_constraint(op.f("ck_workflow_starts_kind"), "workflow_starts")
    op.create_check_constraint(
        op.f("ck_workflow_starts_kind"), "workflow_starts", "kind IN ('payment', 'settlement', 'rescreening')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_workflow_starts_kind"), "workflow_starts")
    op.create_check_constraint(op.f("ck_workflow_starts_kind"), "workflow_starts", "kind IN ('payment', 'settlement')")
    op.drop_column("settlement_items", "turn")
    op.drop_index("uq_compliance_checks_standing", table_name="compliance_checks")
    op.create_unique_constraint(
        op.f("uq_compliance_checks_payment_id_check_type"), "compliance_checks", ["payment_id", "check_type"]
    )
    op.drop_column("compliance_checks", "superseded_at")
    op.drop_column("compliance_checks", "turn")
    op.drop_table("pull_backs")
    op.drop_table("rescreenings")
