"""Results by weekday and hour of the entry: when the desk earns, and when it pays."""

from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import bare, cells, count_text, r_text, two_ended
from charts.style import BIG_PT, LABEL_PT, TICK_PT, header, sentence
from engine.analytics.calendars import HourGrid

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from engine.market.arrays import Floats

GRID = (0.075, 0.275, 0.76, 0.565)
HOURS = (0.075, 0.115, 0.76, 0.145)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LEAST_SPAN_R = 1.0


def draw(figure: "Figure", grid: HourGrid, theme: Theme) -> None:
    """Draws the week with sums by day and by hour; a sentence without a closed trade."""
    trades = int(grid.trades.sum())
    if not trades:
        sentence(figure, "No closed trade yet.\nThe week fills as trades close.", theme)
        return
    shown = np.where(grid.trades > 0, grid.sum_r, np.nan)
    most = max(LEAST_SPAN_R, float(np.nanquantile(np.abs(shown), 0.98)))
    axes = figure.add_axes(GRID)
    bare(axes, theme)
    cells(axes, two_ended(shown, most, theme), theme)
    axes.set_xticks([])
    axes.set_yticks(np.arange(7), DAYS)
    _day_sums(axes, grid, theme)
    _hour_bars(figure, grid, theme)
    total_r = float(grid.sum_r.sum())
    header(
        figure, _finding(grid), r_text(total_r), theme.gain if total_r >= 0.0 else theme.loss,
        f"{count_text(trades, 'trade')} by hour of entry, {grid.zone}; result in R", theme,
    )  # fmt: skip


def _finding(grid: HourGrid) -> str:
    days = grid.sum_r.sum(axis=1)
    if np.count_nonzero(grid.trades.sum(axis=1)) < 2:
        return "Results by hour"
    best, worst = int(days.argmax()), int(days.argmin())
    return f"Best day {DAYS[best]}, worst {DAYS[worst]}"


def _day_sums(axes: "Axes", grid: HourGrid, theme: Theme) -> None:
    for row, (sum_r, count) in enumerate(
        zip(grid.sum_r.sum(axis=1).tolist(), grid.trades.sum(axis=1).tolist(), strict=True)
    ):
        axes.annotate(
            r_text(sum_r) if count else "\u2013", (1.0, row), xycoords=("axes fraction", "data"),
            xytext=(14, 0), textcoords="offset points", va="center", fontsize=BIG_PT - 2,
            weight="bold", color=_shade(sum_r if count else 0.0, theme), annotation_clip=False,
        )  # fmt: skip
    for label in axes.get_yticklabels():
        label.set_color(theme.text)
        label.set_fontsize(LABEL_PT)


def _hour_bars(figure: "Figure", grid: HourGrid, theme: Theme) -> None:
    axes = figure.add_axes(HOURS)
    bare(axes, theme)
    sums: Floats = grid.sum_r.sum(axis=0)
    axes.bar(
        np.arange(24), sums, width=0.84,
        color=[_shade(each, theme) for each in sums.tolist()],
    )  # fmt: skip
    axes.axhline(0.0, color=theme.muted, linewidth=1.6)
    reach = max(0.1, float(np.abs(sums).max())) * 1.1
    axes.set_ylim(min(0.0, float(sums.min())) * 1.1 - 0.02 * reach, reach)
    axes.set_xlim(-0.5, 23.5)
    axes.set_yticks([])
    axes.set_xticks(range(0, 24, 3), [f"{hour:02d} h" for hour in range(0, 24, 3)])
    axes.tick_params(labelsize=TICK_PT)
    axes.annotate(
        "by hour", (1.0, 0.5), xycoords="axes fraction", xytext=(14, 0),
        textcoords="offset points", va="center", fontsize=LABEL_PT, color=theme.muted,
        annotation_clip=False,
    )  # fmt: skip


def _shade(sum_r: float, theme: Theme) -> str:
    return theme.gain if sum_r > 0.0 else theme.loss if sum_r < 0.0 else theme.muted


CHART = Chart("hours", "results by weekday and hour of entry", HourGrid, draw)
