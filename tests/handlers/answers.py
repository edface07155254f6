"""What the services answer, of an ordinary desk or with a hostile text in every place."""

from decimal import Decimal

import numpy as np

from engine.core.kinds import (
    TradingState,
)
from engine.core.state import Cause
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars, bars_of
from engine.services.answers import (
    Balance,
    Control,
    Mode,
    PanicStep,
    ParameterChange,
    ParameterRow,
    PositionRow,
    PriceView,
    ReloadPlan,
    Status,
    TradePage,
    VersionRow,
)
from engine.services.levels import Level, LevelKind
from tests.handlers.samples import NOW, SYMBOL, a_position, a_trade


def a_mode(text: str = "") -> Mode:
    return Mode(
        words=text or "paper money on the simulated market",
        badge="PAPER",
        market=text or "simulated",
        symbols=(text or SYMBOL, "ETH/USDT:USDT"),
        timeframes=(Timeframe.M5, Timeframe.H1),
        speed=60.0,
    )


def a_row(number: int = 42, symbol: str = SYMBOL, gain_quote: str = "3.585") -> PositionRow:
    return PositionRow(
        position=a_position(number, symbol),
        mark_price=64_500.1,
        unrealised_quote=Decimal(gain_quote),
        result_r=0.42,
        stop_distance_ratio=0.0108,
        notional_quote=Decimal("799.80124"),
        open_risk_quote=Decimal("5.0871"),
        frozen=False,
        levels=(
            Level(LevelKind.TARGET, 64_620.0, 0.5),
            Level(LevelKind.TRAIL, 65_000.0),
        ),
    )


def a_status(text: str = "", rows: int = 1) -> Status:
    return Status(
        mode=a_mode(text),
        trading=TradingState.REDUCING if text else TradingState.ACTIVE,
        cause=Cause.PERSON if text else Cause.NONE,
        why=text,
        quote=text or "USDT",
        equity_quote=Decimal("10123.455"),
        cash_quote=Decimal("9326.85"),
        unrealised_quote=Decimal("3.585"),
        start_cash_quote=Decimal(10_000),
        moved_quote=Decimal(2500),
        day_pnl_quote=Decimal("-23.445"),
        day_pnl_ratio=-0.00231,
        day_result_r=1.2,
        day_trades=3,
        total_trades=12,
        net_pnl_quote=Decimal("119.87"),
        drawdown_ratio=0.012,
        exposure_ratio=0.079,
        heat_ratio=0.0005,
        open_positions=tuple(a_row(n + 1, text or SYMBOL) for n in range(rows)),
        stale_symbols=(text,) if text else (),
        frozen_symbols=(text,) if text else (),
        last_decision=text or "ETH short denied: not enough votes",
        market_at=NOW,
        config_hash="abc123abc123",
    )


def a_page(text: str = "", trades: int = 2, total: int = 12) -> TradePage:
    shown = tuple(
        a_trade(50 - n, "12.345" if n % 2 == 0 else "-4.005", text or SYMBOL) for n in range(trades)
    )
    return TradePage(
        trades=shown,
        total=total,
        net_pnl_quote=Decimal("119.865"),
        wins=7 if total else 0,
        next_before=shown[-1].trade_id if trades < total and shown else None,
        quote=text or "USDT",
        result_r=3.6,
    )


def a_balance(text: str = "") -> Balance:
    return Balance(
        quote=text or "USDT",
        cash_quote=Decimal("9326.85"),
        equity_quote=Decimal("10123.455"),
        start_cash_quote=Decimal(10_000),
        moved_quote=Decimal(2500),
        holdings=((text or SYMBOL, Decimal("0.0124"), Decimal("796.605")),),
        venue_cash_quote=Decimal("9326.85"),
        agrees=True,
    )


def a_step(positions: int = 3, text: str = "") -> PanicStep:
    return PanicStep(
        incident_id="panic-1795248082",
        halted_at=NOW,
        cancelled_orders=1,
        positions=tuple(a_position(n + 1, text or SYMBOL) for n in range(positions)),
        notional_quote=Decimal("4210.005"),
        closing=False,
        repeated=False,
    )


def a_control(text: str = "", after: TradingState = TradingState.REDUCING) -> Control:
    return Control(
        before=TradingState.ACTIVE,
        after=after,
        cause=Cause.PERSON,
        why=text or "news at two",
        since=NOW,
        changed=True,
    )


def a_parameter(text: str = "", name: str = "risk_per_trade_ratio") -> ParameterRow:
    return ParameterRow(
        name=text or name,
        value=text or "0.4%",
        default=text or "0.5%",
        bounds=text or "0.05% to 5%",
        group=text or "risk",
        why=text or "share of equity lost when a trade's first stop is hit",
        hot=True,
        changed=True,
    )


def a_change(text: str = "", *, waits: bool = False) -> ParameterChange:
    return ParameterChange(
        name=text or "risk_per_trade_ratio",
        old=text or "0.5%",
        new=text or "0.8%",
        raises_risk=waits,
        needs_confirmation=waits,
        hot=True,
        effect=text or "share of equity lost at the first stop; takes effect at once",
        version=8,
        config_hash="abc123abc123",
    )


def a_version(text: str = "") -> VersionRow:
    return VersionRow(
        version=8,
        at=NOW,
        author=text or "Ann",
        why=text or "less risk",
        config_hash="abc123abc123",
        changes=((text or "risk_per_trade_ratio", text or "0.5%", text or "0.4%"),) * 3,
    )


def a_plan(text: str = "") -> ReloadPlan:
    return ReloadPlan(
        path=text or "parameters.toml",
        changes=(a_change(text, waits=True),),
        errors=(text,) if text else (),
        restart_settings=(text or "SYMBOLS",),
        digest="0123456789ab",
    )


def a_view(symbol: str = SYMBOL) -> PriceView:
    return PriceView(
        symbol=symbol,
        timeframe=Timeframe.M5,
        bars=some_bars(),
        trades=(),
        position=a_position(),
    )


def some_bars() -> Bars:
    """Two bars of five minutes, the last of them closed now."""
    ends = int(NOW.timestamp())
    return bars_of(
        np.array([ends - 600, ends - 300]),
        np.array([64_000.0, 64_200.0]),
        np.array([64_300.0, 64_600.5]),
        np.array([63_900.0, 64_100.0]),
        np.array([64_200.0, 64_500.1]),
        np.array([3.0, 4.0]),
    )
