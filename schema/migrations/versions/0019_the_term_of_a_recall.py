"""A recall has a day by which its receiver answers."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recalls", sa.Column("answer_by", sa.Date()))


def downgrade() -> None:
    op.drop_column("recalls", "answer_by")
