"""Closed trades for the tests of measures and pictures."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.core.kinds import Liquidity, PositionSide, Regime
from engine.core.positions import Trade

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def a_trade(number: int, net: str, *, hours: float = 1.0, **changes: Any) -> Trade:
    """Trade `number`, opened in hour `number` of Monday, closed `hours` later with that result."""
    opened_at = MONDAY + timedelta(hours=number)
    net_quote, fee_quote = Decimal(net), Decimal("0.5")
    known: dict[str, Any] = {
        "trade_id": number,
        "symbol": "BTC/USDT",
        "side": PositionSide.LONG,
        "opened_at": opened_at,
        "closed_at": opened_at + timedelta(hours=hours),
        "qty_base": Decimal(1),
        "entry_price": Decimal(100),
        "exit_price": Decimal(100) + net_quote,
        "pnl_quote": net_quote + fee_quote,
        "pnl_ratio": float(net_quote) / 100.0,
        "commission_quote": fee_quote,
        "net_pnl_quote": net_quote,
        "result_r": float(net_quote) / 10.0,
        "confidence_ratio": 0.6,
        "predicted": PositionSide.LONG,
        "actual": PositionSide.LONG,
        "slippage_bps": 2.0,
        "order_latency_ms": None,
        "liquidity": Liquidity.TAKER,
        "atr_price": 1.0,
        "spread_bps": 1.0,
        "volume_24h_quote": 1e6,
        "exit_reason": 1,
        "regime": Regime.RANGE,
        "strategy": "sma_5_15",
        "strategy_version": "1",
        "config_hash": "abc",
        "proposal_key": f"key-{number}",
        "mae_r": 0.5,
        "mfe_r": 1.0,
    }
    return Trade(**(known | changes))
