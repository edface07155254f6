"""The services' answers as the values that charts draw."""

from datetime import datetime

import numpy as np

from charts.story import PriceStory, price_story
from engine.core.market import Bar
from engine.core.positions import Trade
from engine.market.bars import Bars
from engine.services.answers import PriceView
from handlers.desk import Desk

_PAGE_TRADES = 100
_MOST_PAGES = 4


async def story_of(desk: Desk, view: PriceView) -> PriceStory:
    """The bars of `view` with the symbol's trades on them and its open position."""
    bars = bars_of(view.bars)
    trades = await _trades_since(desk, view.symbol, view.bars[0].open_at) if view.bars else []
    rows = await desk.reports.positions()
    positions = [row.position for row in rows if row.position.symbol == view.symbol]
    return price_story(
        view.symbol, view.timeframe, bars, trades, positions[0] if positions else None
    )


def bars_of(bars: tuple[Bar, ...]) -> Bars:
    """The bars as arrays, each (bars,), oldest first."""
    return Bars(
        np.array([int(bar.open_at.timestamp()) for bar in bars], dtype=np.int64),
        np.array([bar.open for bar in bars], dtype=np.float64),
        np.array([bar.high for bar in bars], dtype=np.float64),
        np.array([bar.low for bar in bars], dtype=np.float64),
        np.array([bar.close for bar in bars], dtype=np.float64),
        np.array([bar.volume_base for bar in bars], dtype=np.float64),
    )


async def _trades_since(desk: Desk, symbol: str, since: datetime) -> list[Trade]:
    found: list[Trade] = []
    before: int | None = None
    for _ in range(_MOST_PAGES):
        page = await desk.reports.trades(before=before, limit=_PAGE_TRADES)
        found += [each for each in page.trades if each.symbol == symbol]
        before = page.next_before
        if before is None or page.trades[-1].closed_at < since:
            break
    return found
