"""What a person does by hand: timed pauses, paused symbols, trails, changes that end, codes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.columns import JsonText, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# table -> column -> its type and what older rows get; None: it stays empty
NEW: dict[str, dict[str, tuple[sa.types.TypeEngine[Any], object]]] = {
    "desk_state": {"resume_at": (UtcDateTime(), None), "paused_symbols": (JsonText(), [])},
    "positions": {"trail": (sa.String(), "plan")},
    "parameter_versions": {"reverts": (JsonText(), [])},
}


def upgrade() -> None:
    for name, columns in NEW.items():
        for column, (kind, older) in columns.items():
            op.add_column(name, sa.Column(column, kind, nullable=True))
            if older is not None:
                table = sa.table(name, sa.column(column, kind))
                op.execute(table.update().values({column: older}))
                with op.batch_alter_table(name) as altered:
                    altered.alter_column(column, existing_type=kind, nullable=False)
    op.create_table(
        "codes",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("wrong_at", JsonText(), nullable=False),
        sa.Column("locked_until_at", UtcDateTime(), nullable=True),
        sa.Column("open_until_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_codes")),
    )


def downgrade() -> None:
    op.drop_table("codes")
    for name, columns in NEW.items():
        for column in columns:
            op.drop_column(name, column)
