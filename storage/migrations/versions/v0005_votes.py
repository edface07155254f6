"""Votes, what became of their events, and what that taught."""

import sqlalchemy as sa
from alembic import op

from storage.columns import FreeText, JsonText, RealOrNan, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("forecasts", "votes", "calibration")


def upgrade() -> None:
    _forecasts()
    _votes()
    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.Integer(), nullable=False),
        sa.Column("body", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _forecasts() -> None:
    op.create_table(
        "forecasts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("body", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_forecasts")),
    )
    for column in ("symbol", "at", "outcome"):
        op.create_index(op.f(f"ix_forecasts_{column}"), "forecasts", [column], unique=False)


def _votes() -> None:
    numbers = (
        "up_ratio", "down_ratio", "calibrated_up_ratio", "calibrated_down_ratio",
        "base_up_ratio", "base_down_ratio",
    )  # fmt: skip
    op.create_table(
        "votes",
        sa.Column("forecast_key", sa.String(), nullable=False),
        sa.Column("voter", sa.String(), nullable=False),
        sa.Column("identity", FreeText(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("is_model", sa.Boolean(), nullable=False),
        sa.Column("abstention", sa.String(), nullable=False),
        *(sa.Column(name, RealOrNan(), nullable=name.startswith("calibrated")) for name in numbers),
        sa.Column("warnings", sa.String(), nullable=False),
        sa.Column("latency_ms", RealOrNan(), nullable=False),
        sa.Column("cost_usd", RealOrNan(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("forecast_key", "voter", name=op.f("pk_votes")),
    )
    for column in ("symbol", "at"):
        op.create_index(op.f(f"ix_votes_{column}"), "votes", [column], unique=False)
