"""Wishes of people, price alerts, critical alerts that wait for a word, topics of a group."""

import sqlalchemy as sa
from alembic import op

from storage.columns import FreeText, JsonText, MoneyText, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wishes",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("quiet_from", sa.String(), nullable=False),
        sa.Column("quiet_to", sa.String(), nullable=False),
        sa.Column("daily_at", sa.String(), nullable=False),
        sa.Column("daily_since_at", UtcDateTime(), nullable=True),
        sa.Column("loudness", JsonText(), nullable=False),
        sa.Column("snoozed", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_wishes")),
    )
    op.create_table(
        "price_alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("is_above", sa.Boolean(), nullable=False),
        sa.Column("level_price", MoneyText(), nullable=False),
        sa.Column("repeats", sa.Boolean(), nullable=False),
        sa.Column("armed", sa.Boolean(), nullable=False),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_alerts")),
    )
    op.create_index(op.f("ix_price_alerts_person_id"), "price_alerts", ["person_id"], unique=False)
    op.create_table(
        "pages",
        sa.Column("page_id", sa.String(), nullable=False),
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("gist", FreeText(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("seen_by", FreeText(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_pages")),
    )
    op.create_index(op.f("ix_pages_next_at"), "pages", ["next_at"], unique=False)
    op.create_table(
        "topics",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_topics")),
    )


def downgrade() -> None:
    for name in ("topics", "pages", "price_alerts", "wishes"):
        op.drop_table(name)
