"""The first tables: the desk, the chat, the paper venue."""

from alembic import op

from storage.migrations.first import chat, desk, paper

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PARTS = (desk, chat, paper)


def upgrade() -> None:
    for part in PARTS:
        part.create()


def downgrade() -> None:
    for part in reversed(PARTS):
        for table in reversed(part.TABLES):
            op.drop_table(table)
