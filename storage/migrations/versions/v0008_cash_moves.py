"""Money that the owner moves in and out, and the worth without it."""

import sqlalchemy as sa
from alembic import op

from engine.core.money import ZERO
from storage.columns import MoneyText, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MONEY = MoneyText()
NEW = {"desk_state": ("day_base_quote", "moved_quote"), "equity": ("moved_quote",)}


def upgrade() -> None:
    op.create_table(
        "cash_moves",
        sa.Column("move_id", sa.String(), nullable=False),
        sa.Column("flow_quote", MONEY, nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_cash_moves")),
    )
    op.create_index(op.f("ix_cash_moves_moved_at"), "cash_moves", ["moved_at"], unique=False)
    for name, columns in NEW.items():
        for column in columns:
            op.add_column(name, sa.Column(column, MONEY, nullable=True))
        table = sa.table(name, *(sa.column(column, MONEY) for column in columns))
        op.execute(table.update().values(dict.fromkeys(columns, ZERO)))
    op.execute("UPDATE desk_state SET day_base_quote = day_start_equity_quote")
    for name, columns in NEW.items():
        with op.batch_alter_table(name) as altered:
            for column in columns:
                altered.alter_column(column, existing_type=MONEY, nullable=False)


def downgrade() -> None:
    for name, columns in NEW.items():
        for column in columns:
            op.drop_column(name, column)
    op.drop_table("cash_moves")
