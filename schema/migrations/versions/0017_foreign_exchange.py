"""Quotes of exchange rates, the conversions made at them, and what rounding leaves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)
RATE = sa.Numeric(21, 10)


def upgrade() -> None:
    op.create_table(
        "fx_quotes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("dealer_bic", sa.String(), nullable=False),
        sa.Column("sold", sa.String(), nullable=False),
        sa.Column("bought", sa.String(), nullable=False),
        sa.Column("rate", RATE, nullable=False),
        sa.Column("least_minor", sa.BigInteger(), nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=False),
        sa.Column("taken_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("offered_to", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.CheckConstraint("rate > 0", name=op.f("ck_fx_quotes_rate")),
        sa.CheckConstraint("sold <> bought", name=op.f("ck_fx_quotes_currencies")),
        sa.CheckConstraint("0 < least_minor AND least_minor <= limit_minor", name=op.f("ck_fx_quotes_limit")),
        sa.CheckConstraint("0 <= taken_minor AND taken_minor <= limit_minor", name=op.f("ck_fx_quotes_taken")),
        sa.ForeignKeyConstraint(["dealer_bic"], ["participants.bic"], name=op.f("fk_fx_quotes_dealer_bic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fx_quotes")),
    )
    op.create_index("ix_fx_quotes_sold_bought_expires_at", "fx_quotes", ["sold", "bought", "expires_at"])
    op.create_index("ix_fx_quotes_dealer_bic_created_at", "fx_quotes", ["dealer_bic", "created_at"])
    op.create_index(
        "uq_fx_quotes_dealer_bic_idempotency_key", "fx_quotes", ["dealer_bic", "idempotency_key"], unique=True
    )
    op.create_table(
        "fx_conversions",
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("quote_id", sa.String(), nullable=False),
        sa.Column("dealer_bic", sa.String(), nullable=False),
        sa.Column("sold", sa.String(), nullable=False),
        sa.Column("sold_minor", sa.BigInteger(), nullable=False),
        sa.Column("bought", sa.String(), nullable=False),
        sa.Column("bought_minor", sa.BigInteger(), nullable=False),
        sa.Column("rate", RATE, nullable=False),
        sa.Column("residue", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rounding_minor", sa.BigInteger(), nullable=True),
        sa.Column("locked_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('locked', 'reserving', 'settling', 'paid', 'released')", name=op.f("ck_fx_conversions_state")
        ),
        sa.CheckConstraint("sold_minor > 0 AND bought_minor > 0", name=op.f("ck_fx_conversions_amounts")),
        sa.CheckConstraint(
            "(rounding_minor IS NULL) = (state NOT IN ('settling', 'paid'))",
            name=op.f("ck_fx_conversions_rounding_minor"),
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_fx_conversions_payment_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["fx_quotes.id"], name=op.f("fk_fx_conversions_quote_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_fx_conversions")),
    )
    op.create_index(op.f("ix_fx_conversions_quote_id"), "fx_conversions", ["quote_id"])
    op.create_index("ix_fx_conversions_dealer_bic_locked_at", "fx_conversions", ["dealer_bic", "locked_at"])
    op.create_table(
        "fx_roundings",
        sa.Column("dealer_bic", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("residue", sa.String(), nullable=False),
        sa.Column("moved_minor", sa.BigInteger(), nullable=False),
        sa.Column("conversions", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dealer_bic"], ["participants.bic"], name=op.f("fk_fx_roundings_dealer_bic")),
        sa.PrimaryKeyConstraint("dealer_bic", "currency", name=op.f("pk_fx_roundings")),
    )
    op.add_column("payments", sa.Column("dealer_bic", sa.String(), nullable=True))
    op.add_column("payments", sa.Column("bought_minor", sa.BigInteger(), nullable=True))
    op.add_column("payments", sa.Column("bought_currency", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_payments_bought"),
        "payments",
        "num_nulls(dealer_bic, bought_minor, bought_currency) IN (0, 3) AND bought_minor > 0",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_payments_bought"), "payments", type_="check")
    op.drop_column("payments", "bought_currency")
    op.drop_column("payments", "bought_minor")
    op.drop_column("payments", "dealer_bic")
    op.drop_table("fx_roundings")
    op.drop_table("fx_conversions")
    op.drop_table("fx_quotes")
