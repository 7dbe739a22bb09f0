"""Payments have a kind and their whole order; returns, recalls, findings, and every message of a payment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LIVING = sa.text("status NOT IN ('rejected', 'failed', 'cancelled')")


def upgrade() -> None:
    op.create_table(
        "message_files",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message_type", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("received_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_files")),
        sa.UniqueConstraint("sha256", "submitted_by", name=op.f("uq_message_files_sha256_submitted_by")),
    )
    op.create_table(
        "payment_findings",
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("severity IN ('error', 'warning')", name=op.f("ck_payment_findings_severity")),
        sa.CheckConstraint("stage IN ('intake', 'network')", name=op.f("ck_payment_findings_stage")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_findings_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", "stage", "number", name=op.f("pk_payment_findings")),
    )
    _recalls()
    _payments()
    _messages()


def _recalls() -> None:
    op.create_table(
        "recalls",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("assignment_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_text", sa.String(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.String(), nullable=True),
        sa.Column("answer_text", sa.String(), nullable=True),
        sa.Column("return_payment_id", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused')", name=op.f("ck_recalls_state")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_recalls_payment_id")),
        sa.ForeignKeyConstraint(["return_payment_id"], ["payments.id"], name=op.f("fk_recalls_return_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
    )
    op.create_index("uq_recalls_payment_id_case_id", "recalls", ["payment_id", "case_id"], unique=True)
    op.create_index(
        "uq_recalls_payment_id_open", "recalls", ["payment_id"], unique=True, postgresql_where=sa.text("state = 'open'")
    )


def _payments() -> None:
    op.add_column("payments", sa.Column("kind", sa.String(), server_default="customer", nullable=False))
    op.add_column("payments", sa.Column("original_payment_id", sa.String(), nullable=True))
    op.add_column("payments", sa.Column("return_reason", sa.String(), nullable=True))
    op.add_column("payments", sa.Column("content_sha256", sa.LargeBinary(), nullable=True))
    op.add_column("payments", sa.Column("payment_order", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_check_constraint("kind", "payments", "kind IN ('customer', 'institution', 'cover', 'return')")
    op.create_index("ix_payments_original_payment_id", "payments", ["original_payment_id"], unique=False)
    op.create_index("ix_payments_settled_at", "payments", ["settled_at"], unique=False)
    op.create_index(
        "uq_payments_content_sha256_living", "payments", ["content_sha256"], unique=True, postgresql_where=LIVING
    )
    op.create_foreign_key(
        op.f("fk_payments_original_payment_id"), "payments", "payments", ["original_payment_id"], ["id"]
    )


def _messages() -> None:
    """What is there already are originals: one for each payment, from its sender."""
    for column in ("direction", "identity", "audience", "file_id"):
        op.add_column("payment_messages", sa.Column(column, sa.String(), nullable=True))
    op.execute("ALTER TABLE payment_messages DISABLE TRIGGER USER")  # nobody may change a message, but we add to it
    op.execute(
        """
        UPDATE payment_messages AS m SET direction = 'in', identity = 'instruction', audience = p.sender_bic
        FROM payments AS p WHERE p.id = m.payment_id
        """
    )
    op.execute("ALTER TABLE payment_messages ENABLE TRIGGER USER")
    for column in ("direction", "identity", "audience"):
        op.alter_column("payment_messages", column, nullable=False)
    op.alter_column("payment_messages", "raw", existing_type=sa.LargeBinary(), nullable=True)
    op.create_check_constraint("direction", "payment_messages", "direction IN ('in', 'out')")
    op.create_check_constraint("content", "payment_messages", "(raw IS NULL) = (file_id IS NOT NULL)")
    op.create_foreign_key(op.f("fk_payment_messages_file_id"), "payment_messages", "message_files", ["file_id"], ["id"])
    op.drop_index(op.f("ix_payment_messages_payment_id"), table_name="payment_messages")
    op.create_index(
        "uq_payment_messages_payment_id_identity", "payment_messages", ["payment_id", "identity"], unique=True
    )


def downgrade() -> None:
    op.execute("ALTER TABLE payment_messages DISABLE TRIGGER USER")
    op.execute("DELETE FROM payment_messages WHERE direction = 'out' OR raw IS NULL")
    op.execute("ALTER TABLE payment_messages ENABLE TRIGGER USER")
    op.drop_index("uq_payment_messages_payment_id_identity", table_name="payment_messages")
    op.create_index(op.f("ix_payment_messages_payment_id"), "payment_messages", ["payment_id"], unique=False)
    op.drop_constraint(op.f("fk_payment_messages_file_id"), "payment_messages", type_="foreignkey")
    op.drop_constraint(op.f("ck_payment_messages_content"), "payment_messages", type_="check")
    op.drop_constraint(op.f("ck_payment_messages_direction"), "payment_messages", type_="check")
    op.alter_column("payment_messages", "raw", existing_type=sa.LargeBinary(), nullable=False)
    for column in ("file_id", "audience", "identity", "direction"):
        op.drop_column("payment_messages", column)
    op.drop_constraint(op.f("fk_payments_original_payment_id"), "payments", type_="foreignkey")
    op.drop_constraint(op.f("ck_payments_kind"), "payments", type_="check")
    for index in ("uq_payments_content_sha256_living", "ix_payments_settled_at", "ix_payments_original_payment_id"):
        op.drop_index(index, table_name="payments")
    for column in ("payment_order", "content_sha256", "return_reason", "original_payment_id", "kind"):
        op.drop_column("payments", column)
    for table in ("recalls", "payment_findings", "message_files"):
        op.drop_table(table)
