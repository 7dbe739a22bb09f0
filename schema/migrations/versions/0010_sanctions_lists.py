"""Sanctions lists with every version, good guys, and the evidence of each hit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "good_guys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("list_name", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("entity_hash", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'active', 'revoked')", name=op.f("ck_good_guys_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_good_guys")),
    )
    op.create_index("ix_good_guys_list_name_entity_id", "good_guys", ["list_name", "entity_id"], unique=False)
    op.create_table(
        "list_checks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("list_name", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('updated', 'unchanged', 'refused', 'failed')", name=op.f("ck_list_checks_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_checks")),
    )
    op.create_index("ix_list_checks_list_name_at", "list_checks", ["list_name", "at"], unique=False)
    op.create_table(
        "list_versions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("list_name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("imported_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('current', 'previous')", name=op.f("ck_list_versions_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_versions")),
    )
    op.create_index(
        "ix_list_versions_list_name_imported_at", "list_versions", ["list_name", "imported_at"], unique=False
    )
    op.create_index(
        "uq_list_versions_list_name_current",
        "list_versions",
        ["list_name"],
        unique=True,
        postgresql_where=sa.text("state = 'current'"),
    )
    op.add_column("compliance_checks", sa.Column("milliseconds", sa.Float(), server_default="0", nullable=False))
    op.add_column("screening_hits", sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("screening_hits", sa.Column("suppressed_by", sa.String(), nullable=True))
    op.create_foreign_key(
        op.f("fk_screening_hits_suppressed_by"), "screening_hits", "good_guys", ["suppressed_by"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_screening_hits_suppressed_by"), "screening_hits", type_="foreignkey")
    op.drop_column("screening_hits", "suppressed_by")
    op.drop_column("screening_hits", "evidence")
    op.drop_column("compliance_checks", "milliseconds")
    op.drop_index(
        "uq_list_versions_list_name_current", table_name="list_versions", postgresql_where=sa.text("state = 'current'")
    )
    op.drop_index("ix_list_versions_list_name_imported_at", table_name="list_versions")
    op.drop_table("list_versions")
    op.drop_index("ix_list_checks_list_name_at", table_name="list_checks")
    op.drop_table("list_checks")
    op.drop_index("ix_good_guys_list_name_entity_id", table_name="good_guys")
    op.drop_table("good_guys")
