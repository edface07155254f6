"""What a price chart tells: bars, the trades made on them, and where the guard stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.positions import Position, Trade
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars

SHOWN_BARS = 120


@dataclass(frozen=True, slots=True)
class Mark:
    """One trade on the chart; the exit is None while it is open."""

    sign: int  # +1 long, -1 short
    opened_at_s: float
    entry_price: float
    closed_at_s: float | None = None
    exit_price: float | None = None
    won: bool = False


@dataclass(frozen=True, slots=True)
class PlanLevel:
    """A price at which the open position's plan does something."""

    name: str  # "target", "break-even"; short
    price: float


@dataclass(frozen=True, slots=True)
class PriceStory:
    """The last bars of a symbol with what the desk did there."""

    symbol: str
    timeframe: Timeframe
    bars: Bars
    marks: tuple[Mark, ...] = ()
    stop_price: float | None = None  # of the open position
    levels: tuple[PlanLevel, ...] = ()  # of its plan, the nearest first


def price_story(
    symbol: str,
    timeframe: Timeframe,
    bars: Bars,
    trades: Sequence[Trade] = (),
    position: Position | None = None,
    levels: Sequence[PlanLevel] = (),
) -> PriceStory:
    """The story of the last SHOWN_BARS bars; trades of other symbols or times are left out."""
    shown = bars.tail(SHOWN_BARS)
    marks = [
        _closed_mark(trade)
        for trade in trades
        if trade.symbol == symbol and len(shown) and _ended_s(trade) >= shown.open_at_s[0]
    ]
    if position is not None and position.is_open:
        marks.append(
            Mark(position.side.sign, position.opened_at.timestamp(), float(position.entry_price))
        )
    if position is None or not position.is_open:
        return PriceStory(symbol, timeframe, shown, tuple(marks))
    stop_price = position.stop_price or None
    return PriceStory(symbol, timeframe, shown, tuple(marks), stop_price, tuple(levels))


def _closed_mark(trade: Trade) -> Mark:
    return Mark(
        sign=trade.side.sign,
        opened_at_s=trade.opened_at.timestamp(),
        entry_price=float(trade.entry_price),
        closed_at_s=_ended_s(trade),
        exit_price=float(trade.exit_price),
        won=trade.net_pnl_quote > 0,
    )


def _ended_s(trade: Trade) -> float:
    return trade.closed_at.timestamp()
