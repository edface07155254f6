"""Several equity curves over the same time, each from its own start."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import bare, percent_tick, scale, short
from charts.style import (
    BOTTOM,
    LABEL_PT,
    TICK_PT,
    TOP,
    header,
    percent_text,
    sentence,
    span_text,
    thinned,
    time_ticks,
)
from engine.market.arrays import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.105, BOTTOM, 0.545, TOP - BOTTOM)
VALUES_AT = 1.605  # of the axes' width: where the figures end
MOST = 8  # curves; more colours nobody tells apart
NAME_LENGTH = 12
APART = 0.088  # of the axes' height: nearer labels would touch
DASHES = ((0, ()), (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1.5, 2)))
HUES = {  # Okabe and Ito (2008), those that stand out from the background
    "dark": ("#56b4e9", "#f08a24", "#e8eef4", "#009e73", "#cc79a7", "#f0e442"),
    "light": ("#0072b2", "#d55e00", "#15202b", "#009e73", "#9a3d8f", "#8a6d00"),
}


@dataclass(frozen=True, slots=True)
class Curve:
    """One equity curve, oldest first; arrays are (points,)."""

    name: str
    at_s: Floats
    equity_quote: Floats


@dataclass(frozen=True, slots=True)
class Comparison:
    """Curves in any order."""

    curves: tuple[Curve, ...]


def draw(figure: "Figure", comparison: Comparison, theme: Theme) -> None:
    """Draws the curves as change in percent, the best first; a sentence without two points."""
    curves = [each for each in comparison.curves if _is_drawable(each)]
    if not curves:
        sentence(figure, "Nothing to compare yet.", theme)
        return
    ranked = sorted(curves, key=lambda curve: -_change_ratio(curve))
    shown = ranked[:MOST]
    axes = figure.add_axes(AXES)
    _dress(axes, theme)
    ends: list[tuple[float, Curve, str]] = []
    for place, curve in reversed(list(enumerate(shown))):
        hues = HUES[theme.name]
        colour = hues[place % len(hues)]
        ratio, at_s = thinned(curve.equity_quote / curve.equity_quote[0] - 1.0, curve.at_s)
        axes.plot(
            at_s, ratio, color=colour, linewidth=3.4 if place == 0 else 2.4,
            linestyle=DASHES[place % len(DASHES)],
        )  # fmt: skip
        ends.append((float(ratio[-1]), curve, colour))
    first_s = min(float(curve.at_s[0]) for curve in shown)
    last_s = max(float(curve.at_s[-1]) for curve in shown)
    axes.margins(x=0.0, y=0.06)
    time_ticks(axes, np.array([first_s, last_s]), count=3)
    _name_ends(axes, ends, theme)
    best = _change_ratio(shown[0])
    left_out = f"; the best {MOST} of {len(ranked)}" if len(ranked) > MOST else ""
    header(
        figure, f"{short(shown[0].name, 26)}{' came out best' if len(ranked) > 1 else ''}",
        percent_text(best),
        theme.gain if best >= 0.0 else theme.loss, span_text(first_s, last_s) + left_out, theme,
    )  # fmt: skip


def _is_drawable(curve: Curve) -> bool:
    return curve.equity_quote.size >= 2 and float(curve.equity_quote[0]) > 0.0


def _change_ratio(curve: Curve) -> float:
    return float(curve.equity_quote[-1] / curve.equity_quote[0]) - 1.0


def _dress(axes: "Axes", theme: Theme) -> None:
    bare(axes, theme)
    axes.grid(visible=True, color=theme.grid, linewidth=1.2)
    axes.set_axisbelow(True)
    scale(axes.yaxis, percent_tick)
    axes.axhline(0.0, color=theme.muted, linewidth=1.6)
    axes.tick_params(labelsize=TICK_PT)


def _name_ends(axes: "Axes", ends: list[tuple[float, Curve, str]], theme: Theme) -> None:
    # labels stand where their curves end, pushed apart where those end together
    low, high = axes.get_ylim()
    ends.sort(key=lambda end: -end[0])
    wanted = [(ratio - low) / (high - low) for ratio, _, _ in ends]
    for at, (ratio, curve, colour) in zip(_apart(wanted), ends, strict=True):
        axes.annotate(
            short(curve.name, NAME_LENGTH), (1.0, at), xycoords="axes fraction", xytext=(14, 0),
            textcoords="offset points", va="center", color=colour, fontsize=LABEL_PT,
            weight="bold", annotation_clip=False,
        )  # fmt: skip
        axes.annotate(
            percent_text(ratio), (VALUES_AT, at), xycoords="axes fraction", ha="right", va="center",
            color=theme.text, fontsize=TICK_PT, annotation_clip=False,
        )  # fmt: skip


def _apart(wanted: list[float]) -> list[float]:
    # falling places, each at least APART below the one before, and all within 0.02..0.98
    placed: list[float] = []
    for place in wanted:
        placed.append(min(place, 0.98, placed[-1] - APART if placed else 0.98))
    floor = 0.02
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = max(placed[index], floor)
        floor = placed[index] + APART
    return placed


CHART = Chart("comparison", "several curves in one picture", Comparison, draw, is_research=True)
