"""Exchanges of values: payments that are made only together with another one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)
METHODS = ("gross", "net")
STARTS = ("payment", "settlement", "rescreening")


def upgrade() -> None:
    _allow("payments", "method", (*METHODS, "pvp", "dvp"))
    _allow("workflow_starts", "kind", (*STARTS, "exchange"))
    op.create_table(
        "exchanges",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("first_bic", sa.String(), nullable=False),
        sa.Column("second_bic", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'matched', 'executing', 'settled', 'ended')", name=op.f("ck_exchanges_state")
        ),
        sa.CheckConstraint("method IN ('dvp', 'pvp')", name=op.f("ck_exchanges_method")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchanges")),
        sa.UniqueConstraint(
            "first_bic", "second_bic", "reference", name=op.f("uq_exchanges_first_bic_second_bic_reference")
        ),
    )
    op.create_index("ix_exchanges_opened_at_id", "exchanges", ["opened_at", "id"])
    op.create_index("ix_exchanges_second_bic", "exchanges", ["second_bic"])
    op.create_table(
        "exchange_pairs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("exchange_id", sa.String(), nullable=False),
        sa.Column("first_payment_id", sa.String(), nullable=False),
        sa.Column("second_payment_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("matched_at", MOMENT, nullable=False),
        sa.Column("waits_until", MOMENT, nullable=True),
        sa.Column("waits_for", sa.String(), nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("dissolved_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('matched', 'executing', 'settled', 'dissolved')", name=op.f("ck_exchange_pairs_state")
        ),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchanges.id"], name=op.f("fk_exchange_pairs_exchange_id")),
        sa.ForeignKeyConstraint(["first_payment_id"], ["payments.id"], name=op.f("fk_exchange_pairs_first_payment_id")),
        sa.ForeignKeyConstraint(
            ["second_payment_id"], ["payments.id"], name=op.f("fk_exchange_pairs_second_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_pairs")),
    )
    op.create_index("ix_exchange_pairs_exchange_id", "exchange_pairs", ["exchange_id"])
    for side in ("first", "second"):
        op.create_index(
            f"uq_exchange_pairs_{side}_payment_id_living",
            "exchange_pairs",
            [f"{side}_payment_id"],
            unique=True,
            postgresql_where=sa.text("state <> 'dissolved'"),
        )
    op.create_table(
        "exchange_legs",
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("exchange_id", sa.String(), nullable=False),
        sa.Column("giver", sa.String(), nullable=False),
        sa.Column("taker", sa.String(), nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("wanted_asset", sa.String(), nullable=False),
        sa.Column("wanted_minor", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pair_id", sa.String(), nullable=True),
        sa.Column("told", postgresql.JSONB(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'matched', 'settled', 'withdrawn', 'expired')", name=op.f("ck_exchange_legs_state")
        ),
        sa.CheckConstraint("amount_minor > 0 AND wanted_minor > 0", name=op.f("ck_exchange_legs_amounts")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_exchange_legs_payment_id")),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchanges.id"], name=op.f("fk_exchange_legs_exchange_id")),
        sa.ForeignKeyConstraint(["pair_id"], ["exchange_pairs.id"], name=op.f("fk_exchange_legs_pair_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_exchange_legs")),
    )
    op.create_index(op.f("ix_exchange_legs_exchange_id"), "exchange_legs", ["exchange_id"])


def downgrade() -> None:
    op.drop_table("exchange_legs")
    op.drop_table("exchange_pairs")
    op.drop_table("exchanges")
    _allow("workflow_starts", "kind", STARTS)
    _allow("payments", "method", METHODS)


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}")
    listed = ", ".join(f"'{value}'" for value in values)
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({listed})")
