"""The desk's own tables, as they were first made."""

import sqlalchemy as sa
from alembic import op

from storage.columns import JsonText, MoneyText, RealOrNan, UtcDateTime

TABLES = (
    "identity",
    "desk_state",
    "orders",
    "fills",
    "positions",
    "trades",
    "decisions",
    "events",
    "equity",
    "receipts",
)


def _identity() -> None:
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("database_uuid", sa.String(), nullable=False),
        sa.Column("order_prefix", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_clean_stop_at", UtcDateTime(), nullable=True),
        sa.Column("highest_position_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
    )


def _desk_state() -> None:
    op.create_table(
        "desk_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trading", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("closing_all", sa.Boolean(), nullable=False),
        sa.Column("cash_quote", MoneyText(), nullable=False),
        sa.Column("start_cash_quote", MoneyText(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("day_start_equity_quote", MoneyText(), nullable=False),
        sa.Column("peak_equity_quote", MoneyText(), nullable=False),
        sa.Column("breaker_day_quote", MoneyText(), nullable=False),
        sa.Column("breaker_peak_quote", MoneyText(), nullable=False),
        sa.Column("last_loss_at", UtcDateTime(), nullable=True),
        sa.Column("last_position_id", sa.Integer(), nullable=False),
        sa.Column("cursor_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_state")),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("client_order_id", sa.String(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("qty_base", MoneyText(), nullable=False),
        sa.Column("limit_price", MoneyText(), nullable=True),
        sa.Column("reduce_only", sa.Boolean(), nullable=False),
        sa.Column("decision_price", RealOrNan(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("filled_base", MoneyText(), nullable=False),
        sa.Column("fee_quote", MoneyText(), nullable=False),
        sa.Column("avg_price", MoneyText(), nullable=True),
        sa.Column("latency_ms", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("reason_text", sa.String(), nullable=False),
        sa.Column("exit_reason", sa.Integer(), nullable=False),
        sa.Column("terms", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("client_order_id", name=op.f("pk_orders")),
    )
    op.create_index(op.f("ix_orders_created_at"), "orders", ["created_at"], unique=False)
    op.create_index(op.f("ix_orders_position_id"), "orders", ["position_id"], unique=False)
    op.create_index(op.f("ix_orders_state"), "orders", ["state"], unique=False)


def _fills() -> None:
    op.create_table(
        "fills",
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
            ["client_order_id"], ["orders.client_order_id"], name=op.f("fk_fills_client_order_id")
        ),
        sa.PrimaryKeyConstraint("fill_id", name=op.f("pk_fills")),
    )
    op.create_index(op.f("ix_fills_client_order_id"), "fills", ["client_order_id"], unique=False)


def _positions() -> None:
    op.create_table(
        "positions",
        sa.Column("position_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("qty_base", MoneyText(), nullable=False),
        sa.Column("initial_qty_base", MoneyText(), nullable=False),
        sa.Column("entry_price", MoneyText(), nullable=False),
        sa.Column("exit_price", MoneyText(), nullable=True),
        sa.Column("stop_price", RealOrNan(), nullable=True),
        sa.Column("initial_stop_price", RealOrNan(), nullable=True),
        sa.Column("best_price", RealOrNan(), nullable=True),
        sa.Column("worst_price", RealOrNan(), nullable=True),
        sa.Column("targets_done", sa.Integer(), nullable=False),
        sa.Column("stop_kind", sa.Integer(), nullable=False),
        sa.Column("cash_quote", MoneyText(), nullable=False),
        sa.Column("fee_quote", MoneyText(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("advanced_at", UtcDateTime(), nullable=False),
        sa.Column("plan_name", sa.String(), nullable=False),
        sa.Column("entry_liquidity", sa.String(), nullable=False),
        sa.Column("entry_latency_ms", sa.Double(), nullable=True),
        sa.Column("proposal_key", sa.String(), nullable=False),
        sa.Column("strategy", sa.String(), nullable=False),
        sa.Column("strategy_version", sa.String(), nullable=False),
        sa.Column("config_hash", sa.String(), nullable=False),
        sa.Column("confidence_ratio", sa.Double(), nullable=False),
        sa.Column("predicted", sa.String(), nullable=False),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("atr_price", RealOrNan(), nullable=True),
        sa.Column("spread_bps", RealOrNan(), nullable=True),
        sa.Column("volume_24h_quote", RealOrNan(), nullable=True),
        sa.Column("decision_price", RealOrNan(), nullable=True),
        sa.PrimaryKeyConstraint("position_id", name=op.f("pk_positions")),
    )
    op.create_index(op.f("ix_positions_is_open"), "positions", ["is_open"], unique=False)


def _trades() -> None:
    op.create_table(
        "trades",
        sa.Column("trade_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.Column("qty_base", MoneyText(), nullable=False),
        sa.Column("entry_price", MoneyText(), nullable=False),
        sa.Column("exit_price", MoneyText(), nullable=False),
        sa.Column("pnl_quote", MoneyText(), nullable=False),
        sa.Column("pnl_ratio", RealOrNan(), nullable=True),
        sa.Column("commission_quote", MoneyText(), nullable=False),
        sa.Column("net_pnl_quote", MoneyText(), nullable=False),
        sa.Column("result_r", RealOrNan(), nullable=True),
        sa.Column("confidence_ratio", RealOrNan(), nullable=True),
        sa.Column("predicted", sa.String(), nullable=False),
        sa.Column("actual", sa.String(), nullable=False),
        sa.Column("slippage_bps", RealOrNan(), nullable=True),
        sa.Column("order_latency_ms", sa.Double(), nullable=True),
        sa.Column("liquidity", sa.String(), nullable=False),
        sa.Column("atr_price", RealOrNan(), nullable=True),
        sa.Column("spread_bps", RealOrNan(), nullable=True),
        sa.Column("volume_24h_quote", RealOrNan(), nullable=True),
        sa.Column("exit_reason", sa.Integer(), nullable=False),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("strategy", sa.String(), nullable=False),
        sa.Column("strategy_version", sa.String(), nullable=False),
        sa.Column("config_hash", sa.String(), nullable=False),
        sa.Column("proposal_key", sa.String(), nullable=False),
        sa.Column("mae_r", RealOrNan(), nullable=True),
        sa.Column("mfe_r", RealOrNan(), nullable=True),
        sa.PrimaryKeyConstraint("trade_id", name=op.f("pk_trades")),
    )
    op.create_index(
        op.f("ix_trades_closed_at_trade_id"), "trades", ["closed_at", "trade_id"], unique=False
    )
    op.create_index(op.f("ix_trades_symbol"), "trades", ["symbol"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("proposal_key", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("confidence_ratio", RealOrNan(), nullable=True),
        sa.Column("votes", JsonText(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("proposal_key", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_at"), "decisions", ["at"], unique=False)
    op.create_index(op.f("ix_decisions_position_id"), "decisions", ["position_id"], unique=False)
    op.create_index(op.f("ix_decisions_symbol"), "decisions", ["symbol"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        sa.UniqueConstraint("key", name=op.f("uq_events_key")),
    )
    op.create_index(op.f("ix_events_kind"), "events", ["kind"], unique=False)


def _equity() -> None:
    op.create_table(
        "equity",
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("equity_quote", MoneyText(), nullable=False),
        sa.Column("cash_quote", MoneyText(), nullable=False),
        sa.Column("unrealised_quote", MoneyText(), nullable=False),
        sa.Column("drawdown_ratio", sa.Double(), nullable=False),
        sa.Column("open_positions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_equity")),
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_receipts")),
    )


def create() -> None:
    _identity()
    _desk_state()
    _orders()
    _fills()
    _positions()
    _trades()
    _decisions()
    _events()
    _equity()
    _receipts()
