"""Candles of one symbol with the desk's entries, exits, the present stop and the plan."""

from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.story import Mark, PlanLevel, PriceStory
from charts.style import (
    BOTTOM,
    LABEL_PT,
    LEFT,
    RIGHT,
    TICK_PT,
    TOP,
    dress,
    header,
    moment,
    percent_text,
    price_text,
    sentence,
    span_text,
)
from engine.market.arrays import Floats
from engine.market.bars import Bars

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BODY_WIDTH = 0.68  # of a bar's place
ROOM_RIGHT_BARS = 2.5
LABEL_BARS = 24  # what a label of the stop covers
MOST_LEVELS = 3  # of the plan; more lines would hide the candles
REACH = 0.6  # of the candles' height: what is further away would press them flat


def draw(figure: "Figure", story: PriceStory, theme: Theme) -> None:
    """Draws the story; a sentence where there are fewer than two bars."""
    bars = story.bars
    if len(bars) < 2:
        sentence(figure, f"No bars of {story.symbol} yet.\nThey come as they close.", theme)
        return
    axes = figure.add_axes((LEFT, BOTTOM, RIGHT - LEFT, TOP - BOTTOM))
    dress(axes, theme, count=6)
    _draw_candles(axes, bars, theme)
    axes.set_xlim(-1.0, len(bars) - 1 + ROOM_RIGHT_BARS)
    _limit_prices(axes, story)
    for mark in story.marks:
        _draw_mark(axes, mark, story, theme)
    _draw_level(axes, float(bars.close[-1]), theme.text, theme)
    shown = _shown_levels(story)
    if story.stop_price is not None:
        _draw_named(axes, PlanLevel("stop", story.stop_price), bars, theme.loss, theme)
    for level in shown:
        _draw_named(axes, level, bars, theme.gain, theme)
    _name_moments(axes, story)
    if story.marks:
        figure.text(
            0.98, 0.898, "\u25b2 long  \u25bc short  \u2715 exit", color=theme.muted,
            fontsize=LABEL_PT, ha="right", va="top",
        )  # fmt: skip
    change_ratio = float(bars.close[-1] / bars.close[0]) - 1.0
    ends_at_s = float(bars.open_at_s[-1]) + story.timeframe.seconds
    header(
        figure,
        f"{story.symbol}  {story.timeframe.value}",
        percent_text(change_ratio, 2),
        theme.gain if change_ratio >= 0.0 else theme.loss,
        span_text(float(bars.open_at_s[0]), ends_at_s),
        theme,
    )


def _draw_candles(axes: "Axes", bars: Bars, theme: Theme) -> None:
    # two collections per colour: a hundred times cheaper than a patch per candle
    from matplotlib.collections import LineCollection, PolyCollection

    place = np.arange(len(bars), dtype=np.float64)
    rose = bars.close >= bars.open
    for chosen, colour in ((rose, theme.gain), (~rose, theme.loss)):
        x, low, high = place[chosen], bars.low[chosen], bars.high[chosen]
        bottom = np.minimum(bars.open[chosen], bars.close[chosen])
        top = np.maximum(bars.open[chosen], bars.close[chosen])
        wicks = np.stack((_points(x, low), _points(x, high)), axis=1)
        left, right = x - BODY_WIDTH / 2, x + BODY_WIDTH / 2
        corners = ((left, bottom), (left, top), (right, top), (right, bottom))
        bodies = np.stack([_points(*corner) for corner in corners], axis=1)
        axes.add_collection(LineCollection(list(wicks), colors=colour, linewidths=1.8))
        axes.add_collection(
            PolyCollection(list(bodies), facecolors=colour, edgecolors=colour, linewidths=1.2)
        )


def _points(x: Floats, y: Floats) -> Floats:
    return np.stack((x, y), axis=1)


def _limit_prices(axes: "Axes", story: PriceStory) -> None:
    low, high = float(story.bars.low.min()), float(story.bars.high.max())
    if story.stop_price is not None:
        low, high = min(low, story.stop_price), max(high, story.stop_price)
    for level in _shown_levels(story):
        low, high = min(low, level.price), max(high, level.price)
    room = (high - low) * 0.07 or high * 0.01
    axes.set_ylim(low - room, high + room)


def _draw_mark(axes: "Axes", mark: Mark, story: PriceStory, theme: Theme) -> None:
    entry_x = _place(story, mark.opened_at_s)
    if mark.closed_at_s is not None and mark.exit_price is not None:
        exit_x = _place(story, mark.closed_at_s)
        axes.plot(
            (entry_x, exit_x), (mark.entry_price, mark.exit_price), color=theme.text,
            linewidth=2.4, linestyle=(0, (2, 1.5)), zorder=5,
        )  # fmt: skip
        colour = theme.gain if mark.won else theme.loss
        _draw_point(axes, (exit_x, mark.exit_price), "X", colour, theme)
    shape = "^" if mark.sign > 0 else "v"
    _draw_point(axes, (entry_x, mark.entry_price), shape, theme.accent, theme)


def _draw_point(
    axes: "Axes", at: tuple[float, float], shape: str, colour: str, theme: Theme
) -> None:
    axes.plot(
        at[:1], at[1:], shape, color=colour, markersize=20, markeredgecolor=theme.background,
        markeredgewidth=2.0, zorder=6,
    )  # fmt: skip


def _place(story: PriceStory, at_s: float) -> float:
    # where a moment lies among the bars: prices of a bar's close stand on that bar
    opens_s = story.bars.open_at_s
    index = int(np.searchsorted(opens_s, at_s, side="left")) - 1
    return float(min(max(index, -1), len(story.bars) - 1))


def _draw_level(axes: "Axes", price: float, colour: str, theme: Theme) -> None:
    axes.axhline(price, color=colour, linewidth=1.4, linestyle=(0, (1, 2)), zorder=4)
    axes.annotate(
        price_text(price), (1.0, price), xycoords=("axes fraction", "data"), xytext=(8, 0),
        textcoords="offset points", va="center", fontsize=TICK_PT, weight="bold",
        color=theme.background, annotation_clip=False, zorder=9,
        bbox={"boxstyle": "round,pad=0.22", "facecolor": colour, "edgecolor": "none"},
    )  # fmt: skip


def _shown_levels(story: PriceStory) -> tuple[PlanLevel, ...]:
    # the nearest, none so far away that the candles go flat, none on top of another
    low, high = float(story.bars.low.min()), float(story.bars.high.max())
    span = (high - low) or high * 0.01
    shown: list[PlanLevel] = []
    for level in story.levels:
        near = low - REACH * span <= level.price <= high + REACH * span
        apart = all(abs(level.price - other.price) > 0.07 * span for other in shown)
        if near and apart and len(shown) < MOST_LEVELS:
            shown.append(level)
    return tuple(shown)


def _draw_named(axes: "Axes", level: PlanLevel, bars: Bars, colour: str, theme: Theme) -> None:
    axes.axhline(level.price, color=colour, linewidth=2.6, linestyle=(0, (5, 3)), zorder=4)
    on_left = _room(bars.until(LABEL_BARS), level.price) >= _room(
        bars.tail(LABEL_BARS), level.price
    )
    axes.annotate(
        f"{level.name} {price_text(level.price)}", (0.012 if on_left else 0.97, level.price),
        xycoords=("axes fraction", "data"), ha="left" if on_left else "right", va="center",
        fontsize=LABEL_PT, weight="bold", color=colour, zorder=7,
        bbox={"boxstyle": "round,pad=0.2", "facecolor": theme.background, "edgecolor": "none"},
    )  # fmt: skip


def _room(bars: Bars, price: float) -> float:
    # how far the nearest of these bars is from the price; 0 where one crosses it
    return float(np.maximum(np.maximum(bars.low - price, price - bars.high), 0.0).min())


def _name_moments(axes: "Axes", story: PriceStory) -> None:
    opens_s = story.bars.open_at_s
    places = np.linspace(0, len(story.bars) - 1, 9)[1::2].round().astype(np.int64)
    span_s = float(opens_s[-1] - opens_s[0])
    axes.set_xticks(places, [moment(float(opens_s[place]), span_s) for place in places])


CHART = Chart("price", "candles with entries, exits and the stop", PriceStory, draw)
