"""Research that was asked for, so that a restart forgets none of it."""

import sqlalchemy as sa
from alembic import op

from storage.columns import FreeText, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "research_jobs",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", FreeText(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("reply_to", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", FreeText(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("sentence", FreeText(), nullable=False),
        sa.Column("told", FreeText(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_research_jobs")),
        sa.UniqueConstraint("command_id", name=op.f("uq_research_jobs_command_id")),
    )
    op.create_index(op.f("ix_research_jobs_state"), "research_jobs", ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("research_jobs")
