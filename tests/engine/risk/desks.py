"""Desks and entries for the risk tests."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.core.kinds import PositionSide, TradingState
from engine.core.market import Instrument
from engine.risk.contract import DeskView, Entry

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

PERPETUAL = Instrument(
    symbol="BTC/USDT:USDT",
    base="BTC",
    quote="USDT",
    price_step=Decimal("0.1"),
    qty_step=Decimal("0.001"),
    min_qty_base=Decimal("0.001"),
    min_notional_quote=Decimal(5),
    maker_fee_ratio=Decimal("0.0002"),
    taker_fee_ratio=Decimal("0.0005"),
    shortable=True,
)
SPOT = Instrument(
    symbol="BTC/USDT",
    base="BTC",
    quote="USDT",
    price_step=Decimal("0.1"),
    qty_step=Decimal("0.001"),
    min_qty_base=Decimal("0.001"),
    min_notional_quote=Decimal(5),
    maker_fee_ratio=Decimal("0.001"),
    taker_fee_ratio=Decimal("0.001"),
    shortable=False,
)


def an_entry(**changes: Any) -> Entry:
    """A long at 100 with its stop at 98, decided now."""
    known: dict[str, Any] = {
        "instrument": PERPETUAL,
        "side": PositionSide.LONG,
        "entry_price": 100.0,
        "stop_price": 98.0,
        "decided_at": NOON,
    }
    return Entry(**(known | changes))


def a_desk(**changes: Any) -> DeskView:
    """A quiet desk with 10,000 and fresh, narrow prices of both symbols."""
    symbols = (PERPETUAL.symbol, SPOT.symbol)
    known: dict[str, Any] = {
        "now_at": NOON,
        "trading": TradingState.ACTIVE,
        "equity_quote": 10_000.0,
        "cash_quote": 10_000.0,
        "day_start_quote": 10_000.0,
        "peak_quote": 10_000.0,
        "gross_quote": 0.0,
        "open_risk_quote": 0.0,
        "feed_age_s": dict.fromkeys(symbols, 0.5),
        "feed_step_s": 1.0,
        "spread_bps": dict.fromkeys(symbols, 2.0),
    }
    return DeskView(**(known | changes))
