"""What models were asked, what they said, and what it cost."""

import sqlalchemy as sa
from alembic import op

from storage.columns import FreeText, RealOrNan, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("tape", "model_calls", "parley_rounds")


def upgrade() -> None:
    _tape()
    _model_calls()
    _parley_rounds()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _tape() -> None:
    op.create_table(
        "tape",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("voter", sa.String(), nullable=False),
        sa.Column("snapshot_id", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("served_model", FreeText(), nullable=False),
        sa.Column("prompt_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("raw_text", FreeText(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("cost_usd", RealOrNan(), nullable=False),
        sa.Column("latency_ms", RealOrNan(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tape")),
    )
    op.create_index(op.f("ix_tape_snapshot_id"), "tape", ["snapshot_id"], unique=False)


def _model_calls() -> None:
    op.create_table(
        "model_calls",
        sa.Column("round_id", sa.String(), nullable=False),
        sa.Column("voter", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("cost_usd", RealOrNan(), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("latency_ms", RealOrNan(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "voter", name=op.f("pk_model_calls")),
    )
    op.create_index(op.f("ix_model_calls_at"), "model_calls", ["at"], unique=False)


def _parley_rounds() -> None:
    op.create_table(
        "parley_rounds",
        sa.Column("round_id", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("took_ms", RealOrNan(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_parley_rounds")),
    )
    op.create_index(op.f("ix_parley_rounds_at"), "parley_rounds", ["at"], unique=False)
