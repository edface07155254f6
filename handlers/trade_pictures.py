"""The picture that follows an alert of a trade: its candles, its levels, its end."""

from dataclasses import dataclass

from charts.story import PlanLevel, PriceStory, price_story
from engine.core.events import Event, TradeClosed, TradeOpened
from engine.services.reports import Reports
from handlers.chart_kinds import LEVEL_NAMES
from handlers.views.pictures import closed_caption, opened_caption

CHART = "price"
FEWEST_BARS = 2


@dataclass(frozen=True, slots=True)
class TradePicture:
    """What chart CHART draws, and the words under it (HTML)."""

    story: PriceStory
    caption: str


async def picture_of(reports: Reports, event: Event, badge: str) -> TradePicture | None:
    """The picture of a trade that was opened or closed; None for other events and without bars."""
    if isinstance(event, TradeOpened):
        return await _opened(reports, event, badge)
    if isinstance(event, TradeClosed):
        return await _closed(reports, event, badge)
    return None


async def _opened(reports: Reports, event: TradeOpened, badge: str) -> TradePicture | None:
    position = event.position
    view = await reports.price(position.symbol)
    if len(view.bars) < FEWEST_BARS:
        return None
    row = await reports.position(position.position_id)
    levels = () if row is None else row.levels
    shown = [PlanLevel(LEVEL_NAMES[level.kind], level.price) for level in levels]
    story = price_story(view.symbol, view.timeframe, view.bars, (), position, shown)
    return TradePicture(story, opened_caption(position, badge))


async def _closed(reports: Reports, event: TradeClosed, badge: str) -> TradePicture | None:
    trade = event.trade
    view = await reports.span(trade.symbol, trade.opened_at, trade.closed_at)
    if len(view.bars) < FEWEST_BARS:
        return None
    story = price_story(view.symbol, view.timeframe, view.bars, (trade,))
    return TradePicture(story, closed_caption(trade, badge))
