"""Values of the engine, ordinary and hostile, for every view and alert."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.core.kinds import (
    Liquidity,
    OrderKind,
    OrderState,
    PositionSide,
    Purpose,
    Regime,
    Side,
)
from engine.core.orders import Order, OrderRequest
from engine.core.positions import EntryFacts, Position, Trade
from engine.core.state import EquityPoint

NOW = datetime(2026, 11, 21, 8, 1, 22, tzinfo=UTC)
HOSTILE = "<b>&amp;\u202eEVIL\u200b\n\x00 🚀👨\u200d👩\u200d👧</pre><script>" + "x" * 500
SYMBOL = "BTC/USDT:USDT"


def facts(text: str = "") -> EntryFacts:
    return EntryFacts(
        proposal_key="key",
        strategy=text or "sma_5_15",
        strategy_version="1",
        config_hash="abc123abc123",
        confidence_ratio=0.66,
        predicted=PositionSide.LONG,
        regime=Regime.TREND_UP,
        atr_price=300.0,
        spread_bps=1.0,
        volume_24h_quote=1e6,
        decision_price=64_210.0,
    )


def a_position(number: int = 42, symbol: str = SYMBOL) -> Position:
    return Position(
        position_id=number,
        symbol=symbol,
        side=PositionSide.LONG,
        qty_base=Decimal("0.0124"),
        initial_qty_base=Decimal("0.0124"),
        entry_price=Decimal("64210.5"),
        exit_price=None,
        stop_price=63_800.25,
        initial_stop_price=63_800.25,
        best_price=64_600.0,
        worst_price=64_100.0,
        targets_done=0,
        stop_kind=1,
        cash_quote=Decimal("-796.60834"),
        fee_quote=Decimal("0.39814"),
        opened_at=NOW - timedelta(hours=2),
        advanced_at=NOW,
        facts=facts(),
    )


def a_trade(number: int = 41, net_quote: str = "12.345", symbol: str = SYMBOL) -> Trade:
    return Trade(
        trade_id=number,
        symbol=symbol,
        side=PositionSide.LONG,
        opened_at=NOW - timedelta(hours=2, minutes=5),
        closed_at=NOW,
        qty_base=Decimal("0.0124"),
        entry_price=Decimal("64210.5"),
        exit_price=Decimal("65273.125"),
        pnl_quote=Decimal(net_quote) + Decimal("0.83"),
        pnl_ratio=0.0155,
        commission_quote=Decimal("0.83"),
        net_pnl_quote=Decimal(net_quote),
        result_r=2.43 if Decimal(net_quote) > 0 else -1.02,
        confidence_ratio=0.66,
        predicted=PositionSide.LONG,
        actual=PositionSide.LONG,
        slippage_bps=0.5,
        order_latency_ms=20.0,
        liquidity=Liquidity.TAKER,
        atr_price=300.0,
        spread_bps=1.0,
        volume_24h_quote=1e6,
        exit_reason=2,
        regime=Regime.TREND_UP,
        strategy="sma_5_15",
        strategy_version="1",
        config_hash="abc123abc123",
        proposal_key="key",
        mae_r=0.2,
        mfe_r=2.6,
    )


def points() -> tuple[EquityPoint, ...]:
    return tuple(
        EquityPoint(
            at=NOW - timedelta(minutes=5 * (2 - n)),
            equity_quote=Decimal(10_000) + Decimal("61.7275") * n,
            cash_quote=Decimal("9326.85"),
            unrealised_quote=Decimal("-1.005"),
            drawdown_ratio=(0.0, 0.031, 0.012)[n],
            open_positions=1,
        )
        for n in range(3)
    )


def an_order(state: OrderState = OrderState.UNKNOWN, symbol: str = SYMBOL) -> Order:
    request = OrderRequest(
        client_order_id="abcde00000042e1",
        symbol=symbol,
        side=Side.BUY,
        kind=OrderKind.MARKET,
        qty_base=Decimal("0.0124"),
        decision_price=64_210.0,
    )
    return Order(
        request=request,
        position_id=42,
        purpose=Purpose.ENTRY,
        attempt=1,
        state=state,
        created_at=NOW,
    )
