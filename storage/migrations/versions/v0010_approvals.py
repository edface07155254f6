"""Trades that wait for a person, and shadows of those that were refused."""

import sqlalchemy as sa
from alembic import op

from storage.columns import JsonText, MoneyText, RealOrNan, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approvals",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("proposal_key", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("body", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_approvals")),
    )
    for column in ("state", "is_settled", "proposal_key", "asked_at"):
        op.create_index(op.f(f"ix_approvals_{column}"), "approvals", [column], unique=False)
    op.create_table(
        "shadows",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("net_pnl_quote", MoneyText(), nullable=True),
        sa.Column("result_r", RealOrNan(), nullable=True),
        sa.Column("body", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_shadows")),
    )
    for column in ("is_open", "closed_at"):
        op.create_index(op.f(f"ix_shadows_{column}"), "shadows", [column], unique=False)


def downgrade() -> None:
    op.drop_table("shadows")
    op.drop_table("approvals")
