"""Funding, forced orders, orders with a trigger, fees in the base currency, additions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.core.money import ZERO
from storage.columns import JsonText, MoneyText, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Kind = sa.types.TypeEngine[Any]

# table -> column -> its type and what older rows get; None: it stays empty
MONEY, FLAG = MoneyText(), sa.Boolean()
NEW: dict[str, dict[str, tuple[Kind, object]]] = {
    "orders": {"trigger_price": (MONEY, None), "post_only": (FLAG, False)},
    "paper_orders": {
        "trigger_price": (MONEY, None),
        "post_only": (FLAG, False),
        "is_forced": (FLAG, False),
    },
    "fills": {"fee_base": (MONEY, ZERO)},
    "paper_fills": {"fee_base": (MONEY, ZERO)},
    "positions": {
        "funding_quote": (MONEY, ZERO),
        "risk_quote": (sa.Double(), 0.0),
        "adds_done": (sa.Integer(), 0),
    },
    "trades": {"funding_quote": (MONEY, ZERO)},
    "paper_account": {"seen_at": (UtcDateTime(), None), "seen_names": (JsonText(), None)},
}


def upgrade() -> None:
    for name, columns in NEW.items():
        _widen(name, columns)
    # of the positions that are open: 1R of their entry
    op.execute(
        "UPDATE positions SET risk_quote = CAST(initial_qty_base AS DOUBLE PRECISION)"
        " * ABS(CAST(entry_price AS DOUBLE PRECISION) - initial_stop_price)"
        " WHERE initial_stop_price > 0"
    )
    op.create_table(
        "payments",
        sa.Column("payment_id", sa.String(), nullable=False),
        *_payment_columns(),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_paid_at"), "payments", ["paid_at"], unique=False)
    op.create_table(
        "paper_payments",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        *_payment_columns(),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_paper_payments")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_paper_payments_payment_id")),
    )
    op.create_index(op.f("ix_paper_payments_paid_at"), "paper_payments", ["paid_at"], unique=False)


def downgrade() -> None:
    op.drop_table("paper_payments")
    op.drop_table("payments")
    for name, columns in NEW.items():
        for column in columns:
            op.drop_column(name, column)


def _widen(name: str, columns: dict[str, tuple[Kind, object]]) -> None:
    for column, (kind, _) in columns.items():
        op.add_column(name, sa.Column(column, kind, nullable=True))
    filled = {column: value for column, (_, value) in columns.items() if value is not None}
    if not filled:
        return
    table = sa.table(name, *(sa.column(column, columns[column][0]) for column in filled))
    op.execute(table.update().values(filled))
    with op.batch_alter_table(name) as altered:
        for column in filled:
            altered.alter_column(column, existing_type=columns[column][0], nullable=False)


def _payment_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("flow_quote", MONEY, nullable=False),
        sa.Column("paid_at", UtcDateTime(), nullable=False),
    )
