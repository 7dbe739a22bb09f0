"""What was reserved on an account is found without reading the whole journal."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    reserved = sa.text("kind = 'reserve'")
    for side in ("debit", "credit"):
        op.create_index(
            f"ix_ledger_entries_{side}_account_reserve",
            "ledger_entries",
            [f"{side}_account", "sequence"],
            postgresql_where=reserved,
        )


def downgrade() -> None:
    for side in ("credit", "debit"):
        op.drop_index(f"ix_ledger_entries_{side}_account_reserve", "ledger_entries")
