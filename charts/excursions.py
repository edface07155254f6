"""The worst and the best of each trade while it was open: whether stops and targets fit."""

from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import count_text, plain_text, plane, scale
from charts.style import LABEL_PT, header, sentence
from engine.analytics.facts import TradeColumns
from engine.market.arrays import Flags, Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.115, 0.135, 0.835, 0.70)
FEW = 5  # losers, for a finding about them


def draw(figure: "Figure", trades: TradeColumns, theme: Theme) -> None:
    """Draws a point per trade; a sentence where no excursion is known."""
    known = np.isfinite(trades.mae_r) & np.isfinite(trades.mfe_r) & np.isfinite(trades.result_r)
    if not known.any():
        sentence(figure, "No closed trade yet.\nThe picture starts with the first.", theme)
        return
    worst, best, result = trades.mae_r[known], trades.mfe_r[known], trades.result_r[known]
    axes = figure.add_axes(AXES)
    plane(axes, theme, across="worst while open, R", up="best while open, R")
    scale(axes.xaxis, lambda value, digits: plain_text(-value, digits))
    reach_worst, reach_best = _reach(worst, 1.3), _reach(best, 1.5)
    won = result > 0.0
    for chosen, colour, mark in ((won, theme.gain, "o"), (~won, theme.loss, "X")):
        _points(
            axes, np.minimum(worst[chosen], reach_worst), np.minimum(best[chosen], reach_best),
            colour, mark,
        )  # fmt: skip
    axes.set_xlim(-0.03 * reach_worst, 1.03 * reach_worst)
    axes.set_ylim(-0.04 * reach_best, 1.04 * reach_best)
    _name_risk(axes, reach_worst, theme)
    _legend(axes, won, theme)
    _header(figure, won, best, theme)


def _header(figure: "Figure", won: Flags, best: Floats, theme: Theme) -> None:
    lost = ~won
    note = f"{count_text(won.size, 'trade')}; further left: less pain, further up: more chance"
    if not lost.any():
        header(figure, "No trade lost", count_text(won.size, "win"), theme.gain, note, theme)
        return
    seen_r, count = float(np.median(best[lost])), int(np.count_nonzero(lost))
    share = float(np.count_nonzero(best[lost] >= 1.0)) / count
    value = f"{share:.0%} over 1 R".replace("%", " %")
    if count < FEW:
        header(figure, "The worst and the best of trades", "", theme.muted, note, theme)
        return
    title = "Most losers were never up"
    if seen_r >= 0.05:
        title = f"Half of the losers were up {plain_text(seen_r, 1)} R or more"
    header(figure, title, value, theme.loss if share > 0.2 else theme.muted, note, theme)


def _points(axes: "Axes", worst: Floats, best: Floats, colour: str, mark: str) -> None:
    many = worst.size > 400
    axes.scatter(
        worst, best, s=34 if many else 120, marker=mark, color=colour, linewidths=0.0,
        alpha=max(0.25, min(0.85, 250.0 / max(1, worst.size))), zorder=3,
    )  # fmt: skip


def _reach(values: Floats, least: float) -> float:
    # one absurd trade must not press the others into a corner
    return max(least, min(float(values.max()), 1.6 * float(np.quantile(values, 0.99))))


def _name_risk(axes: "Axes", reach: float, theme: Theme) -> None:
    axes.axvline(1.0, color=theme.muted, linewidth=2.0, linestyle=(0, (5, 3)), zorder=2)
    right = reach > 1.5
    axes.annotate(
        "first stop", (1.0, 0.985), xycoords=("data", "axes fraction"),
        xytext=(8 if right else -8, 0), textcoords="offset points",
        ha="left" if right else "right", va="top", color=theme.muted, fontsize=LABEL_PT, zorder=4,
        bbox={"boxstyle": "round,pad=0.15", "facecolor": theme.background, "edgecolor": "none"},
    )  # fmt: skip


def _legend(axes: "Axes", won: Flags, theme: Theme) -> None:
    for place, (text, colour, mark) in enumerate(
        (
            (f"won {int(np.count_nonzero(won)):,}", theme.gain, "\u25cf"),
            (f"lost {int(np.count_nonzero(~won)):,}", theme.loss, "\u2716"),
        )
    ):
        axes.text(
            0.985, 0.985 - 0.075 * place, f"{mark} {text}", transform=axes.transAxes, color=colour,
            fontsize=LABEL_PT, weight="bold", ha="right", va="top", zorder=5,
            bbox={"boxstyle": "round,pad=0.15", "facecolor": theme.background, "edgecolor": "none"},
        )  # fmt: skip


CHART = Chart("excursions", "the worst and best of trades while open", TradeColumns, draw)
