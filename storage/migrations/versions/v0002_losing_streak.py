"""The desk remembers how many trades in a row it lost."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no trade is counted back: a streak begins with the first loss after the update
    op.add_column("desk_state", sa.Column("losing_streak", sa.Integer(), nullable=True))
    op.execute("UPDATE desk_state SET losing_streak = 0")
    with op.batch_alter_table("desk_state") as table:
        table.alter_column("losing_streak", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    op.drop_column("desk_state", "losing_streak")
