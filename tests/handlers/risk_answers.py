"""What the risk reports answer, of an ordinary desk or with a hostile text in every place."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from engine.analytics.tail import Tail
from engine.core.advice import Signal
from engine.core.events import ProposalDecided
from engine.core.kinds import PositionSide, Regime, TradingState
from engine.core.reasons import Reason
from engine.core.state import Cause
from engine.core.timeframes import Timeframe
from engine.market.breadth import Breadth
from engine.services.risk_answers import (
    BreakerRow,
    ClusterRow,
    Exposure,
    ExposureRow,
    Gap,
    Glance,
    MarketRow,
    MarketState,
    Risk,
    SectorRow,
    Signals,
)
from tests.handlers.happenings import a_proposal
from tests.handlers.samples import NOW, SYMBOL


def a_risk(text: str = "", sectors: int = 2) -> Risk:
    return Risk(
        quote=text or "USDT",
        trading=TradingState.REDUCING,
        cause=Cause.STREAK,
        why=text or "8 losses in a row, no entries until 21 Nov 12:00 UTC",
        ends_at=NOW + timedelta(hours=4),
        equity_quote=Decimal("10123.455"),
        stops_quote=Decimal("132.10"),
        room_quote=Decimal("223.455"),
        halt_quote=Decimal("523.455"),
        ratios=(
            Gap(name="Heat", used=0.031, limit=0.03),
            Gap(name="Exposure", used=0.079, limit=0.6),
        ),
        counts=(
            Gap(name="Leverage", used=0.08, limit=3.0),
            Gap(name="Positions", used=1, limit=6),
        ),
        breakers=some_breakers(),
        liquidation_ratio=1.0,
        sectors=tuple(
            SectorRow(sector=text or f"layer{n + 1}", exposure_ratio=0.05, heat_ratio=0.004)
            for n in range(sectors)
        ),
        clusters=(
            ClusterRow(symbols=(text or SYMBOL,) * 9, exposure_ratio=0.05, heat_ratio=0.004),
        ),
        diversification_ratio=0.21,
        tails=(
            Tail(0.95, 41.2, 39.875, 60.0, 50.01),
            Tail(0.99, 70.5, 56.4, 81.0, 64.6),
        ),
        market_at=NOW,
    )


def some_breakers() -> tuple[BreakerRow, ...]:
    midnight = NOW.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    return (
        BreakerRow(
            name="Day loss",
            used=0.0023,
            reduces=0.03,
            halts=0.05,
            is_ratio=True,
            resets_at=midnight,
        ),
        BreakerRow(name="Drawdown", used=0.012, reduces=0.15, halts=0.2, is_ratio=True),
        BreakerRow(
            name="Losses in a row",
            used=8,
            reduces=8,
            halts=None,
            is_ratio=False,
            resets_at=NOW + timedelta(hours=4),
        ),
    )


def a_glance() -> Glance:
    return Glance(regime=Regime.TREND_UP, agreeing=7, symbols=12, breakers=some_breakers())


def an_exposure(text: str = "", symbols: int = 2) -> Exposure:
    return Exposure(
        quote=text or "USDT",
        equity_quote=Decimal("10123.455"),
        long_quote=Decimal("799.80"),
        short_quote=Decimal("120.5"),
        gross=Gap(name="Exposure", used=0.0909, limit=0.6),
        net=Gap(name="Net", used=0.0671, limit=0.5),
        leverage=Gap(name="Leverage", used=0.09, limit=3.0),
        rows=tuple(
            ExposureRow(
                symbol=text or ("BTC/USDT:USDT", "ETH/USDT:USDT")[n % 2],
                sector="layer1",
                net_quote=Decimal(("799.80", "-120.5")[n % 2]),
                on_the_way_quote=Decimal(("0", "-20.5")[n % 2]),
            )
            for n in range(symbols)
        ),
        sectors=(SectorRow(sector=text or "layer1", exposure_ratio=0.0909, heat_ratio=0.004),),
        sector_limit_ratio=0.4,
        market_at=NOW,
    )


def a_market(text: str = "", symbols: int = 3) -> MarketState:
    kinds = tuple(Regime)
    names = [
        text or ("BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT")[n % 3] for n in range(symbols)
    ]
    return MarketState(
        timeframe=Timeframe.H1,
        rows=tuple(
            MarketRow(
                symbol=name,
                regime=kinds[n % len(kinds)],
                week=(1, -1, 0)[n % 3],
                beta=(1.0, 1.234, float("nan"))[n % 3],
            )
            for n, name in enumerate(names)
        ),
        breadth=Breadth(symbols, 0.667, 0.334, 0.333, 0.0),
        clusters=(tuple(names[:2]),),
        market_at=NOW,
    )


def some_signals(text: str = "", count: int = 3) -> Signals:
    symbol = text or SYMBOL
    signal = Signal(
        side=PositionSide.LONG,
        strategy=text or "sma_5_15",
        version="1",
        why=text or "crossed",
        stop_price=63_800.0,
    )
    proposal = replace(a_proposal(symbol), signals=(signal,))
    denied = ProposalDecided(
        at=NOW,
        proposal=proposal,
        verdict=None,
        reason=Reason.EXPOSURE,
        text=text or "exposure would be 61.0% of equity, 60.0% allowed",
    )
    taken = ProposalDecided(at=NOW, proposal=proposal, verdict=None, position_id=42)
    return Signals(decisions=tuple((taken, denied)[n % 2] for n in range(count)), market_at=NOW)
