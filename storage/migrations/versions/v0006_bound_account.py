"""A database belongs to one account: paper or live, on one market."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # older databases are bound by the next start
    op.add_column("identity", sa.Column("bound_to", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("identity", "bound_to")
