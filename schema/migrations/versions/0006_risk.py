"""Risk assessments, written once; versions of the risk engine's rules, which need two people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "risk_assessments",
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("hold_at", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("with_memory", sa.Boolean(), nullable=False),
        sa.Column("taken_in", sa.BigInteger(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("debtor", sa.String(), nullable=False),
        sa.Column("creditor", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("near_threshold", sa.Boolean(), nullable=False),
        sa.Column("features", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("contributions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shadows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('hot', 'recalculated')", name=op.f("ck_risk_assessments_kind")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_risk_assessments_score")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_risk_assessments_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", "kind", name=op.f("pk_risk_assessments")),
    )
    op.create_index(
        "ix_risk_assessments_at_hot",
        "risk_assessments",
        ["at", "payment_id"],
        unique=False,
        postgresql_where=sa.text("kind = 'hot'"),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON risk_assessments"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    _rules()


def _rules() -> None:
    op.create_table(
        "risk_rules",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("trial", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("activated_by", sa.String(), nullable=True),
        sa.Column("activated_at", MOMENT, nullable=True),
        sa.Column("retired_by", sa.String(), nullable=True),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('draft', 'approved', 'active', 'retired')", name=op.f("ck_risk_rules_state")),
        sa.CheckConstraint("approved_by <> proposed_by", name=op.f("ck_risk_rules_four_eyes")),
        sa.CheckConstraint(
            "state IN ('draft', 'retired') OR approved_by IS NOT NULL", name=op.f("ck_risk_rules_approved")
        ),
        sa.CheckConstraint("state <> 'active' OR trial IS NOT NULL", name=op.f("ck_risk_rules_tried")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_risk_rules")),
    )
    op.create_index(
        "uq_risk_rules_state_active", "risk_rules", ["state"], unique=True, postgresql_where=sa.text("state = 'active'")
    )
    op.execute(
        """
        CREATE FUNCTION refuse_other_rules() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (OLD.version, OLD.rules, OLD.note, OLD.proposed_by, OLD.proposed_at)
               IS DISTINCT FROM (NEW.version, NEW.rules, NEW.note, NEW.proposed_by, NEW.proposed_at) THEN
                RAISE EXCEPTION 'what was proposed stands' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute("CREATE TRIGGER stands BEFORE UPDATE ON risk_rules FOR EACH ROW EXECUTE FUNCTION refuse_other_rules()")
    op.execute(
        "CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON risk_rules"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("risk_rules")
    op.execute("DROP FUNCTION refuse_other_rules()")
    op.drop_table("risk_assessments")
