"""The paper venue's tables, as they were first made."""

import sqlalchemy as sa
from alembic import op

from storage.columns import MoneyText, RealOrNan, UtcDateTime

TABLES = ("paper_account", "paper_holdings", "paper_orders", "paper_fills")


def _paper_account() -> None:
    op.create_table(
        "paper_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cash_quote", MoneyText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_account")),
    )


def _paper_holdings() -> None:
    op.create_table(
        "paper_holdings",
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("held_base", MoneyText(), nullable=False),
        sa.PrimaryKeyConstraint("symbol", name=op.f("pk_paper_holdings")),
    )


def _paper_orders() -> None:
    op.create_table(
        "paper_orders",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("client_order_id", sa.String(), nullable=False),
        sa.Column("venue_order_id", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("qty_base", MoneyText(), nullable=False),
        sa.Column("limit_price", MoneyText(), nullable=True),
        sa.Column("reduce_only", sa.Boolean(), nullable=False),
        sa.Column("decision_price", RealOrNan(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_paper_orders")),
        sa.UniqueConstraint("client_order_id", name=op.f("uq_paper_orders_client_order_id")),
    )
    op.create_index(
        op.f("ix_paper_orders_is_working"), "paper_orders", ["is_working"], unique=False
    )


def _paper_fills() -> None:
    op.create_table(
        "paper_fills",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("fill_id", sa.String(), nullable=False),
        sa.Column("client_order_id", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("qty_base", MoneyText(), nullable=False),
        sa.Column("price", MoneyText(), nullable=False),
        sa.Column("fee_quote", MoneyText(), nullable=False),
        sa.Column("liquidity", sa.String(), nullable=False),
        sa.Column("filled_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_order_id"],
            ["paper_orders.client_order_id"],
            name=op.f("fk_paper_fills_client_order_id"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_paper_fills")),
        sa.UniqueConstraint("fill_id", name=op.f("uq_paper_fills_fill_id")),
    )
    op.create_index(
        op.f("ix_paper_fills_client_order_id"), "paper_fills", ["client_order_id"], unique=False
    )


def create() -> None:
    _paper_account()
    _paper_holdings()
    _paper_orders()
    _paper_fills()
