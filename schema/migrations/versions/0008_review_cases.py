"""Reviews are cases: weighed, assigned, asked about; approvals of several people, notes, and an audit log to search."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)
STATES = ("open", "escalated", "decided", "expired", "withdrawn")
NEW_STATES = ("open", "assigned", "escalated", "awaiting_information", "decided", "expired", "withdrawn")
VERDICTS = ("approve", "reject", "escalate")
ROLES = ("admin", "compliance", "operator", "participant")
NEW_ROLES = ("admin", "compliance", "senior_compliance", "operator", "participant")
LEVELS = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
INDEXES = (
    ("ix_reviews_check_id", "reviews", ["check_id"]),
    ("ix_screening_hits_list_name_entity_id", "screening_hits", ["list_name", "entity_id"]),
    ("ix_screening_hits_queried", "screening_hits", ["queried"]),
    ("ix_payments_sender_name", "payments", ["sender_name"]),
    ("ix_payments_receiver_name", "payments", ["receiver_name"]),
    ("ix_payments_sender_account_id", "payments", ["sender_account_id"]),
    ("ix_payments_receiver_account_id", "payments", ["receiver_account_id"]),
    ("ix_audit_log_at", "audit_log", ["at"]),
    ("ix_audit_log_actor_id", "audit_log", ["actor_id"]),
)


def upgrade() -> None:
    _reviews()
    _decisions()
    op.create_table(
        "review_notes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("review_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("attachments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("heard_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('comment', 'information')", name=op.f("ck_review_notes_kind")),
        sa.CheckConstraint(_one_of("actor_role", NEW_ROLES), name=op.f("ck_review_notes_actor_role")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_notes_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_notes")),
    )
    op.create_index(op.f("ix_review_notes_review_id"), "review_notes", ["review_id"], unique=False)
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)


def _reviews() -> None:
    """Reviews that are there already keep one approval as their measure: so they were begun."""
    for column in ("level", "assignee", "escalated_by"):
        op.add_column("reviews", sa.Column(column, sa.String(), nullable=True))
    op.add_column("reviews", sa.Column("weight", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("reviews", sa.Column("approvals_needed", sa.Integer(), server_default="0", nullable=False))
    for column in ("locked_until", "ring_fence_at", "reminded_at", "ring_fenced_at"):
        op.add_column("reviews", sa.Column(column, MOMENT, nullable=True))
    op.execute(
        """
        UPDATE reviews AS r SET approvals_needed = 1, level = (
            SELECT h.level FROM screening_hits AS h WHERE h.check_id = r.check_id AND h.level <> 'LOW'
            ORDER BY array_position(ARRAY['CRITICAL', 'HIGH', 'MEDIUM']::varchar[], h.level) LIMIT 1
        )
        """
    )
    op.drop_constraint(op.f("ck_reviews_state"), "reviews", type_="check")
    op.create_check_constraint(op.f("ck_reviews_state"), "reviews", _one_of("state", NEW_STATES))
    op.create_check_constraint(op.f("ck_reviews_level"), "reviews", _one_of("level", LEVELS))


def _decisions() -> None:
    op.add_column("review_decisions", sa.Column("check_id", sa.String(), nullable=True))
    op.add_column("review_decisions", sa.Column("question", sa.String(), server_default="", nullable=False))
    op.execute("UPDATE review_decisions AS d SET check_id = r.check_id FROM reviews AS r WHERE r.id = d.review_id")
    op.alter_column("review_decisions", "check_id", nullable=False)
    op.create_foreign_key(
        op.f("fk_review_decisions_check_id"), "review_decisions", "compliance_checks", ["check_id"], ["id"]
    )
    op.create_index(
        "uq_review_decisions_approval",
        "review_decisions",
        ["review_id", "check_id", "actor_id"],
        unique=True,
        postgresql_where=sa.text("verdict = 'approve'"),
    )
    _checks("review_decisions", verdict=(*VERDICTS, "request_information"), actor_role=NEW_ROLES)


def downgrade() -> None:
    """What cannot be said in the old words is said in the nearest."""
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    op.drop_table("review_notes")
    op.execute("DELETE FROM review_decisions WHERE verdict = 'request_information'")
    op.execute("UPDATE review_decisions SET actor_role = 'compliance' WHERE actor_role = 'senior_compliance'")
    _checks("review_decisions", verdict=VERDICTS, actor_role=ROLES)
    op.drop_index("uq_review_decisions_approval", table_name="review_decisions")
    op.drop_constraint(op.f("fk_review_decisions_check_id"), "review_decisions", type_="foreignkey")
    op.drop_column("review_decisions", "question")
    op.drop_column("review_decisions", "check_id")
    op.drop_constraint(op.f("ck_reviews_level"), "reviews", type_="check")
    op.drop_constraint(op.f("ck_reviews_state"), "reviews", type_="check")
    op.execute(
        """
        UPDATE reviews SET state = CASE WHEN escalated_at IS NULL THEN 'open' ELSE 'escalated' END
        WHERE state IN ('assigned', 'awaiting_information')
        """
    )
    op.create_check_constraint(op.f("ck_reviews_state"), "reviews", _one_of("state", STATES))
    for column in (
        "ring_fenced_at", "reminded_at", "ring_fence_at", "locked_until", "approvals_needed", "weight", "escalated_by",
        "assignee", "level",
    ):  # fmt: skip
        op.drop_column("reviews", column)


def _checks(table: str, **columns: tuple[str, ...]) -> None:
    for column, values in columns.items():
        op.drop_constraint(op.f(f"ck_{table}_{column}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, _one_of(column, values))


def _one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"
