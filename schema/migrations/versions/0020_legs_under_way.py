"""Legs of exchanges that are under way are counted without reading all that ever were."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    living = sa.text("state IN ('waiting', 'matched')")
    op.create_index("ix_exchange_legs_living", "exchange_legs", ["state"], postgresql_where=living)


def downgrade() -> None:
    op.drop_index("ix_exchange_legs_living", "exchange_legs")
