"""Whether more confidence earned more: results against what was said at the entry."""

from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import count_text, plain_text, plane, scale
from charts.style import header, sentence
from engine.analytics.facts import TradeColumns
from engine.analytics.intervals import mean_interval, t_below
from engine.market.arrays import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.115, 0.135, 0.835, 0.70)
LEAST = 10  # trades, for a verdict
PER_BUCKET = 8
BUCKETS = 6
SURE = 0.05


def draw(figure: "Figure", trades: TradeColumns, theme: Theme) -> None:
    """Draws trades and the means of equal groups; a sentence without a trade that has both."""
    known = np.isfinite(trades.confidence_ratio) & np.isfinite(trades.result_r)
    said, result = trades.confidence_ratio[known], trades.result_r[known]
    if not said.size:
        sentence(figure, "No closed trade yet.\nThe picture starts with the first.", theme)
        return
    axes = figure.add_axes(AXES)
    plane(axes, theme, across="confidence at the entry", up="result, R")
    scale(axes.xaxis, lambda value, digits: f"{value:.{max(0, digits - 2)}%}".replace("%", " %"))
    axes.axhline(0.0, color=theme.muted, linewidth=1.8)
    _points(axes, said, result, theme)
    _buckets(axes, said, result, theme)
    _limits(axes, said, result)
    title, value, colour = _finding(said, result, theme)
    note = count_text(said.size, "trade")
    if said.size >= 2 * PER_BUCKET:
        note += "; squares: means of equal groups, with 95 % bars"
    header(figure, title, value, colour, note, theme)


def _points(axes: "Axes", said: Floats, result: Floats, theme: Theme) -> None:
    alpha = max(0.15, min(0.8, 150.0 / said.size))
    size = 110 if said.size <= 400 else 30
    for chosen, colour, mark in ((result > 0.0, theme.gain, "o"), (result <= 0.0, theme.loss, "X")):
        axes.scatter(
            said[chosen], result[chosen], s=size, marker=mark, color=colour, alpha=alpha,
            linewidths=0.0, zorder=2,
        )  # fmt: skip


def _buckets(axes: "Axes", said: Floats, result: Floats, theme: Theme) -> None:
    count = min(BUCKETS, said.size // PER_BUCKET)
    if count < 2:
        return
    order = np.argsort(said, kind="stable")
    for part in np.array_split(order, count):
        middle, mean = float(said[part].mean()), float(result[part].mean())
        found = mean_interval(result[part])
        if found is not None:
            axes.plot([middle, middle], found, color=theme.text, linewidth=3.2, zorder=4)
        axes.plot(
            [middle], [mean], "s", color=theme.accent, markersize=17,
            markeredgecolor=theme.background, markeredgewidth=2.0, zorder=5,
        )  # fmt: skip


def _limits(axes: "Axes", said: Floats, result: Floats) -> None:
    room = max(0.03, 0.05 * float(np.ptp(said)))
    axes.set_xlim(float(said.min()) - room, float(said.max()) + room)
    low, high = np.quantile(result, [0.005, 0.995]).tolist()
    reach = max(1.0, -low, high)
    axes.set_ylim(min(-1.2, low) - 0.05 * reach, max(1.2, high) + 0.08 * reach)


def _finding(said: Floats, result: Floats, theme: Theme) -> tuple[str, str, str]:
    if said.size < LEAST:
        return "Too few trades for a verdict", f"{LEAST} needed", theme.muted
    link = _rank_correlation(said, result)
    if link is None:
        return "Every trade had the same confidence", "", theme.muted
    freedom = said.size - 2
    score = link * np.sqrt(freedom / max(1e-12, 1.0 - link * link))
    chance = 2.0 * t_below(-abs(float(score)), freedom)
    value = f"correlation {plain_text(link)}"
    if chance >= SURE:
        return "Confidence told nothing sure", value, theme.muted
    if link > 0.0:
        return "More confidence earned more", value, theme.gain
    return "More confidence earned less", value, theme.loss


def _rank_correlation(one: Floats, other: Floats) -> float | None:
    # Spearman's (1904), ties at their mean rank
    first, second = _ranks(one), _ranks(other)
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / scale if scale > 0.0 else None


def _ranks(values: Floats) -> Floats:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    ranks: Floats = (ends - (count - 1) / 2.0)[place]
    return ranks


CHART = Chart("confidence", "results against confidence", TradeColumns, draw)
