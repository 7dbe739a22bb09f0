"""The tables of the main job: payments and their events, screening and review, settlement, repair, audit."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY: Final = ("audit_log", "payment_events", "payment_messages")
"""Tables whose rows nobody may change or remove."""


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index(op.f("ix_audit_log_subject"), "audit_log", ["subject"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("response", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("participant", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "ledger_heads",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ledger_heads")),
    )
    op.create_table(
        "participants",
        sa.Column("bic", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('active', 'suspended')", name=op.f("ck_participants_status")),
        sa.PrimaryKeyConstraint("bic", name=op.f("pk_participants")),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("payment_reference", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("sender_bic", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("sender_account_id", sa.String(), nullable=True),
        sa.Column("receiver_bic", sa.String(), nullable=False),
        sa.Column("receiver_name", sa.String(), nullable=False),
        sa.Column("receiver_account_id", sa.String(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("risk_score", sa.Integer(), nullable=True),
        sa.Column("remittance_info", sa.String(), nullable=True),
        sa.Column("uetr", sa.String(), nullable=False),
        sa.Column("end_to_end_id", sa.String(), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=True),
        sa.Column("swift_message_type", sa.String(), nullable=True),
        sa.Column("swift_message_id", sa.String(), nullable=True),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.Column("reason_codes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("reason_text", sa.String(), nullable=True),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("processed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("settled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("method IN ('gross', 'net')", name=op.f("ck_payments_method")),
        sa.CheckConstraint(
            "status IN ('initiated', 'validated', 'screened', 'approved', 'queued', 'settling', 'settled', 'completed', 'rejected', 'failed', 'cancelled')",
            name=op.f("ck_payments_status"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payments_amount_minor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("uetr", name=op.f("uq_payments_uetr")),
    )
    op.create_index("ix_payments_created_at_id", "payments", ["created_at", "id"], unique=False)
    op.create_index("ix_payments_receiver_bic_created_at", "payments", ["receiver_bic", "created_at"], unique=False)
    op.create_index("ix_payments_sender_bic_created_at", "payments", ["sender_bic", "created_at"], unique=False)
    op.create_index("ix_payments_status_created_at", "payments", ["status", "created_at"], unique=False)
    op.create_table(
        "settlement_windows",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'closed', 'netting', 'executing', 'final', 'deferred')",
            name=op.f("ck_settlement_windows_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_windows")),
    )
    op.create_index(
        "uq_settlement_windows_currency_open",
        "settlement_windows",
        ["currency"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "workflow_starts",
        sa.Column("workflow_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("input", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("not_before", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('payment', 'settlement')", name=op.f("ck_workflow_starts_kind")),
        sa.PrimaryKeyConstraint("workflow_id", name=op.f("pk_workflow_starts")),
    )
    op.create_index(op.f("ix_workflow_starts_not_before"), "workflow_starts", ["not_before"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("participant_bic", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("floor_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("debits_posted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("credits_posted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("debits_pending", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("credits_pending", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ledger_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("projected_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('registered', 'open', 'closed')", name=op.f("ck_accounts_status")),
        sa.ForeignKeyConstraint(["participant_bic"], ["participants.bic"], name=op.f("fk_accounts_participant_bic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_participant_bic"), "accounts", ["participant_bic"], unique=False)
    op.create_table(
        "compliance_checks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("check_type", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("risk_score", sa.Integer(), nullable=False),
        sa.Column("requires_review", sa.Boolean(), nullable=False),
        sa.Column("list_version", sa.String(), nullable=False),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("completed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('passed', 'review')", name=op.f("ck_compliance_checks_status")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_compliance_checks_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_checks")),
        sa.UniqueConstraint("payment_id", "check_type", name=op.f("uq_compliance_checks_payment_id_check_type")),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("parked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("resolved_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('parked', 'redriven', 'abandoned')", name=op.f("ck_dead_letters_state")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_dead_letters_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
    )
    op.create_index("ix_dead_letters_payment_id", "dead_letters", ["payment_id"], unique=False)
    op.create_index("ix_dead_letters_state_parked_at", "dead_letters", ["state", "parked_at"], unique=False)
    op.create_index(
        "uq_dead_letters_payment_id_parked",
        "dead_letters",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.create_table(
        "payment_events",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_events_payment_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_payment_events")),
        sa.UniqueConstraint("payment_id", "number", name=op.f("uq_payment_events_payment_id_number")),
    )
    op.create_index(
        "uq_payment_events_payment_id_dedupe_key",
        "payment_events",
        ["payment_id", "dedupe_key"],
        unique=True,
        postgresql_where=sa.text("dedupe_key IS NOT NULL"),
    )
    op.create_index(
        "uq_payment_events_payment_id_status",
        "payment_events",
        ["payment_id", "status"],
        unique=True,
        postgresql_where=sa.text("kind = 'status'"),
    )
    op.create_table(
        "payment_messages",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("message_type", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_messages_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_messages")),
    )
    op.create_index(op.f("ix_payment_messages_payment_id"), "payment_messages", ["payment_id"], unique=False)
    op.create_table(
        "settlement_batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("window_id", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("payment_count", sa.Integer(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=True),
        sa.Column("transfer_count", sa.Integer(), nullable=True),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("final_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('netting', 'executing', 'final', 'deferred')", name=op.f("ck_settlement_batches_state")
        ),
        sa.ForeignKeyConstraint(["window_id"], ["settlement_windows.id"], name=op.f("fk_settlement_batches_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_batches")),
        sa.UniqueConstraint("window_id", name=op.f("uq_settlement_batches_window_id")),
    )
    op.create_index("ix_settlement_batches_opened_at_id", "settlement_batches", ["opened_at", "id"], unique=False)
    op.create_table(
        "net_positions",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("participant_bic", sa.String(), nullable=False),
        sa.Column("owed_minor", sa.BigInteger(), nullable=False),
        sa.Column("owing_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["settlement_batches.id"], name=op.f("fk_net_positions_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "participant_bic", name=op.f("pk_net_positions")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("escalate_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("escalated_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'escalated', 'decided', 'expired', 'withdrawn')", name=op.f("ck_reviews_state")
        ),
        sa.ForeignKeyConstraint(["check_id"], ["compliance_checks.id"], name=op.f("fk_reviews_check_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_reviews_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_reviews_payment_id")),
    )
    op.create_index("ix_reviews_state_opened_at", "reviews", ["state", "opened_at"], unique=False)
    op.create_table(
        "screening_hits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("queried", sa.String(), nullable=False),
        sa.Column("matched", sa.String(), nullable=False),
        sa.Column("list_name", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.CheckConstraint("level IN ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW')", name=op.f("ck_screening_hits_level")),
        sa.ForeignKeyConstraint(["check_id"], ["compliance_checks.id"], name=op.f("fk_screening_hits_check_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_hits")),
    )
    op.create_index(op.f("ix_screening_hits_check_id"), "screening_hits", ["check_id"], unique=False)
    op.create_table(
        "settlement_items",
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("window_id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("debtor_bic", sa.String(), nullable=False),
        sa.Column("creditor_bic", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("deferrals", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("enqueued_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'claimed', 'final', 'withdrawn')", name=op.f("ck_settlement_items_state")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_settlement_items_amount_minor")),
        sa.ForeignKeyConstraint(["batch_id"], ["settlement_batches.id"], name=op.f("fk_settlement_items_batch_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_settlement_items_payment_id")),
        sa.ForeignKeyConstraint(["window_id"], ["settlement_windows.id"], name=op.f("fk_settlement_items_window_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_settlement_items")),
    )
    op.create_index(op.f("ix_settlement_items_batch_id"), "settlement_items", ["batch_id"], unique=False)
    op.create_index(
        "ix_settlement_items_window_id_queued",
        "settlement_items",
        ["window_id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_table(
        "settlement_transfers",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("debtor_bic", sa.String(), nullable=False),
        sa.Column("creditor_bic", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_settlement_transfers_amount_minor")),
        sa.ForeignKeyConstraint(["batch_id"], ["settlement_batches.id"], name=op.f("fk_settlement_transfers_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_settlement_transfers")),
    )
    op.create_table(
        "review_decisions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("review_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "actor_role IN ('admin', 'compliance', 'operator', 'participant')",
            name=op.f("ck_review_decisions_actor_role"),
        ),
        sa.CheckConstraint("verdict IN ('approve', 'reject', 'escalate')", name=op.f("ck_review_decisions_verdict")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_decisions_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_decisions")),
    )
    op.create_index(op.f("ix_review_decisions_review_id"), "review_decisions", ["review_id"], unique=False)
    op.execute("INSERT INTO audit_head (id, lines, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'))")
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("review_decisions")
    op.drop_table("settlement_transfers")
    op.drop_table("settlement_items")
    op.drop_table("screening_hits")
    op.drop_table("reviews")
    op.drop_table("net_positions")
    op.drop_table("settlement_batches")
    op.drop_table("payment_messages")
    op.drop_table("payment_events")
    op.drop_table("dead_letters")
    op.drop_table("compliance_checks")
    op.drop_table("accounts")
    op.drop_table("workflow_starts")
    op.drop_table("settlement_windows")
    op.drop_table("payments")
    op.drop_table("participants")
    op.drop_table("ledger_heads")
    op.drop_table("idempotency_keys")
    op.drop_table("audit_log")
    op.drop_table("audit_head")
    op.execute("DROP FUNCTION refuse_change()")
