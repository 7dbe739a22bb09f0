"""Embargo tables that one person proposes and another puts into force."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)
TEXTS = postgresql.ARRAY(sa.Text())


def upgrade() -> None:
    op.create_table(
        "embargo_proposals",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("acknowledged", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("base_id", sa.String(), nullable=False),
        sa.Column("added", TEXTS, nullable=False),
        sa.Column("changed", TEXTS, nullable=False),
        sa.Column("removed", TEXTS, nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("version_id", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'approved', 'withdrawn')", name=op.f("ck_embargo_proposals_state")),
        sa.CheckConstraint(
            "state <> 'approved' OR decided_by <> proposed_by", name=op.f("ck_embargo_proposals_four_eyes")
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (version_id IS NOT NULL)", name=op.f("ck_embargo_proposals_in_force")
        ),
        sa.ForeignKeyConstraint(["base_id"], ["list_versions.id"], name=op.f("fk_embargo_proposals_base_id")),
        sa.ForeignKeyConstraint(["version_id"], ["list_versions.id"], name=op.f("fk_embargo_proposals_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embargo_proposals")),
    )
    op.create_index("ix_embargo_proposals_proposed_at", "embargo_proposals", ["proposed_at"])


def downgrade() -> None:
    op.drop_table("embargo_proposals")
