"""How results are spread, in multiples of what was risked."""

from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import count_text, plain_text, plane, r_text, scale
from charts.style import LABEL_PT, header, sentence
from engine.analytics.facts import TradeColumns
from engine.analytics.intervals import mean_interval
from engine.market.arrays import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.115, 0.135, 0.835, 0.70)
MOST_R = 6.0  # results beyond stand in the last bar
FEW = 60  # trades up to which bars are wide
WIDE_R, NARROW_R = 1.0 / 2.5, 1.0 / 4.5  # 0 is an edge, and a loss of 1 R the middle of a bar


def draw(figure: "Figure", trades: TradeColumns, theme: Theme) -> None:
    """Draws the histogram with its mean; a sentence without a closed trade of known risk."""
    results = trades.result_r[np.isfinite(trades.result_r)]
    if not results.size:
        sentence(figure, "No closed trade yet.\nThe picture starts with the first.", theme)
        return
    axes = figure.add_axes(AXES)
    plane(axes, theme, across="result of a trade, R (1 R = what it risked)", up="trades")
    scale(axes.xaxis, whole=True)
    scale(axes.yaxis, whole=True)
    _bars(axes, results, theme)
    mean_r = float(results.mean())
    _name_mean(axes, mean_r, theme)
    lost = int(np.count_nonzero(results < 0.0))
    better = mean_r >= 0.0
    header(
        figure,
        f"{lost / results.size:.0%} of trades lost".replace("%", " %"),
        f"{r_text(mean_r, 2)} a trade",
        theme.gain if better else theme.loss,
        _note(results),
        theme,
    )


def _note(results: Floats) -> str:
    count = count_text(results.size, "trade")
    found = mean_interval(results)
    if found is None:
        return f"{count}: too few to say how sure the mean is"
    verdict = "" if found.low > 0.0 or found.high < 0.0 else ", so maybe 0"
    low, high = plain_text(found.low), plain_text(found.high)
    return f"{count}; the true mean is {low} to {high} R (95 %){verdict}"


def _bars(axes: "Axes", results: Floats, theme: Theme) -> None:
    width = WIDE_R if results.size <= FEW else NARROW_R
    clipped = np.clip(results, -MOST_R + 1e-9, MOST_R - 1e-9)
    low = np.floor(min(-1.5, float(clipped.min())) / width) * width
    high = np.ceil(max(2.0, float(clipped.max())) / width) * width
    edges = np.arange(round((high - low) / width) + 1) * width + low
    counts, _ = np.histogram(clipped, edges)
    middle = (edges[:-1] + edges[1:]) / 2.0
    axes.bar(
        middle, counts, width=0.9 * width,
        color=[theme.gain if each > 0.0 else theme.loss for each in middle.tolist()],
    )  # fmt: skip
    axes.set_xlim(low - width, high + width)
    axes.set_ylim(0.0, max(2.0, float(counts.max()) * 1.2))
    beyond = int(np.count_nonzero(np.abs(results) > MOST_R))
    if beyond:
        axes.text(
            0.99, 0.80, f"{beyond:,} beyond {MOST_R:.0f} R\nin the last bar",
            transform=axes.transAxes, color=theme.muted, fontsize=LABEL_PT, ha="right", va="top",
            bbox={"boxstyle": "round,pad=0.1", "facecolor": theme.background, "edgecolor": "none"},
        )  # fmt: skip


def _name_mean(axes: "Axes", mean_r: float, theme: Theme) -> None:
    shown = min(max(mean_r, -MOST_R), MOST_R)
    axes.axvline(0.0, color=theme.muted, linewidth=1.6)
    axes.axvline(shown, color=theme.text, linewidth=2.6, linestyle=(0, (4, 3)))
    low, high = axes.get_xlim()
    left = shown - low > 0.6 * (high - low)  # the label goes where it has room
    axes.annotate(
        f"mean {r_text(mean_r, 2)}", (shown, 0.97), xycoords=("data", "axes fraction"),
        xytext=(-10 if left else 10, 0), textcoords="offset points", va="top",
        ha="right" if left else "left", color=theme.text, fontsize=LABEL_PT, weight="bold",
        bbox={"boxstyle": "round,pad=0.15", "facecolor": theme.background, "edgecolor": "none"},
    )  # fmt: skip


CHART = Chart("r", "how results are spread, in R", TradeColumns, draw)
