"""Orders on paper that travel, and their place in the queue."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # what rests already is there, and nobody knows who stood before it
    op.add_column("paper_orders", sa.Column("arrives_at", UtcDateTime(), nullable=True))
    op.add_column("paper_orders", sa.Column("ahead_base", sa.Double(), nullable=True))


def downgrade() -> None:
    for column in ("ahead_base", "arrives_at"):
        op.drop_column("paper_orders", column)
