"""KINDS: what /chart can show, by name: the values to draw and the words beside them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from charts.reliability import ReliabilityStory
from charts.story import PlanLevel, price_story
from engine.analytics.calendars import hour_grid
from engine.analytics.equity import EquityCurve, equity_curve
from engine.core.state import EquityPoint
from engine.services.levels import LevelKind
from engine.services.picture_answers import Record
from handlers.desk import Desk
from handlers.payloads import ChartTap
from handlers.views import record_pictures as record_views
from handlers.views.pictures import drawdown_caption, equity_caption, price_caption
from handlers.views.text import quote_of
from handlers.views.votes import history_caption, reliability_caption


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to see. `values` None: nothing to draw, and `text` says so in a sentence."""

    values: object | None
    text: str  # the caption, HTML
    symbol: str = ""  # that the tap named, in full


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of KINDS."""

    label: str  # of its button: short, three stand side by side
    show: Callable[[Desk, ChartTap], Awaitable[Shown]]


async def _equity(desk: Desk, tap: ChartTap) -> Shown:
    points = await desk.reports.equity()
    return Shown(_curve(desk, points), equity_caption(points, desk.mode.badge), tap.symbol)


async def _drawdown(desk: Desk, tap: ChartTap) -> Shown:
    points = await desk.reports.equity()
    return Shown(_curve(desk, points), drawdown_caption(points, desk.mode.badge), tap.symbol)


def _curve(desk: Desk, points: tuple[EquityPoint, ...]) -> EquityCurve | None:
    return equity_curve(points, quote_of(desk.mode.symbols[0])) if points else None


async def _price(desk: Desk, tap: ChartTap) -> Shown:
    symbol = await desk.reports.symbol(tap.symbol) if tap.symbol else desk.mode.symbols[0]
    view = await desk.reports.price(symbol, tap.timeframe or None)
    levels = await _levels(desk, view.symbol)
    story = price_story(view.symbol, view.timeframe, view.bars, view.trades, view.position, levels)
    first_s = float(story.bars.open_at_s[0]) if len(story.bars) else 0.0
    entries = sum(mark.opened_at_s >= first_s for mark in story.marks)
    exits = sum(mark.exit_price is not None for mark in story.marks)
    caption = price_caption(view, desk.mode.badge, entries=entries, exits=exits)
    return Shown(story if len(story.bars) else None, caption, symbol)


LEVEL_NAMES = {
    LevelKind.TARGET: "target",
    LevelKind.BREAKEVEN: "break-even",
    LevelKind.TRAIL: "trail",
    LevelKind.GIVE_BACK: "guard gain",
}


async def _levels(desk: Desk, symbol: str) -> list[PlanLevel]:
    rows = await desk.reports.positions()
    return [
        PlanLevel(LEVEL_NAMES[level.kind], level.price)
        for row in rows
        if row.position.symbol == symbol
        for level in row.levels
    ]


async def _months(desk: Desk, tap: ChartTap) -> Shown:
    calendar = await desk.record.calendar()
    months = calendar.months if calendar.months.years else None
    empty = "No month yet; the first one begins with the first bars."
    caption = record_views.months_caption(calendar, desk.mode.badge) if months else empty
    return Shown(months, caption, tap.symbol)


def _of_record(
    values_of: Callable[[Record], object], caption_of: Callable[[Record, str], str]
) -> Callable[[Desk, ChartTap], Awaitable[Shown]]:
    async def show(desk: Desk, tap: ChartTap) -> Shown:
        record = await desk.record.record()
        if not len(record.columns):
            return Shown(None, "No closed trade yet; this picture starts with the first.")
        return Shown(values_of(record), caption_of(record, desk.mode.badge), tap.symbol)

    return show


async def _correlation(desk: Desk, tap: ChartTap) -> Shown:
    moves = await desk.record.moves()
    if len(moves.symbols) < 2:
        return Shown(None, "One market alone has nothing to be compared with.", tap.symbol)
    caption = record_views.correlation_caption(moves, desk.mode.badge)
    return Shown(moves, caption, tap.symbol)


async def _reliability(desk: Desk, tap: ChartTap) -> Shown:
    pair = await desk.parley.reliability()
    caption = reliability_caption(pair, "", desk.mode.badge)
    return Shown(ReliabilityStory(*pair) if pair[0].count.size else None, caption, tap.symbol)


async def _votes(desk: Desk, tap: ChartTap) -> Shown:
    history = await desk.parley.history()
    caption = history_caption(history, desk.mode.badge)
    return Shown(history if history.voter else None, caption, tap.symbol)


KINDS: dict[str, Kind] = {
    "equity": Kind("equity", _equity),
    "drawdown": Kind("drawdown", _drawdown),
    "price": Kind("price", _price),
    "months": Kind("months", _months),
    "hours": Kind(
        "hours", _of_record(lambda found: hour_grid(found.columns), record_views.hours_caption)
    ),
    "r": Kind("results", _of_record(lambda found: found.columns, record_views.results_caption)),
    "excursions": Kind(
        "extremes", _of_record(lambda found: found.columns, record_views.excursions_caption)
    ),
    "confidence": Kind(
        "confidence", _of_record(lambda found: found.columns, record_views.confidence_caption)
    ),
    "correlation": Kind("alike", _correlation),
    "reliability": Kind("reliability", _reliability),
    "votes": Kind("votes", _votes),
}
