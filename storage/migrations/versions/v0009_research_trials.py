"""The trials that research made, so that the best one can be deflated by all of them."""

import sqlalchemy as sa
from alembic import op

from storage.columns import RealOrNan, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "research_trials",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("study", sa.String(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("config_hash", sa.String(), nullable=False),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("to_at", UtcDateTime(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("trades", sa.Integer(), nullable=False),
        sa.Column("in_sharpe_ratio", RealOrNan(), nullable=False),
        sa.Column("out_sharpe_ratio", RealOrNan(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_research_trials")),
    )
    for column in ("study", "market"):
        op.create_index(
            op.f(f"ix_research_trials_{column}"), "research_trials", [column], unique=False
        )


def downgrade() -> None:
    op.drop_table("research_trials")
