"""Equity over time, and under it how far it was below its peak."""

from typing import TYPE_CHECKING

from charts.contract import Chart, Theme
from charts.style import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    depth_text,
    dress,
    header,
    percent_text,
    sentence,
    span_text,
    thinned,
    time_ticks,
)
from engine.analytics.equity import EquityCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw(figure: "Figure", curve: EquityCurve, theme: Theme) -> None:
    """Draws the curve and its drawdown; a sentence where there are fewer than two points."""
    if len(curve) < 2:
        sentence(figure, "No equity curve yet.\nIt starts with the first bars.", theme)
        return
    upper, lower = figure.subplots(
        2, 1, sharex=True,
        gridspec_kw={
            "height_ratios": (3, 1), "hspace": 0.09,
            "left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM,
        },
    )  # fmt: skip
    _draw_equity(upper, curve, theme)
    _draw_drawdown(lower, curve, theme)
    first, last = float(curve.equity_quote[0]), float(curve.equity_quote[-1])
    change_ratio = last / first - 1.0 if first > 0.0 else 0.0
    header(
        figure,
        f"Equity {last:,.2f} {curve.quote}".rstrip(),
        percent_text(change_ratio, 2),
        theme.gain if change_ratio >= 0.0 else theme.loss,
        span_text(float(curve.at_s[0]), float(curve.at_s[-1])),
        theme,
    )


def _draw_equity(axes: "Axes", curve: EquityCurve, theme: Theme) -> None:
    equity, at_s = thinned(curve.equity_quote, curve.at_s)
    start = float(curve.equity_quote[0])
    dress(axes, theme, count=5)
    for shade, part in ((theme.gain, equity >= start), (theme.loss, equity <= start)):
        axes.fill_between(
            at_s, equity, start, where=part.tolist(), interpolate=True, color=shade, alpha=0.22,
            linewidth=0,
        )  # fmt: skip
    axes.axhline(start, color=theme.muted, linewidth=1.6, linestyle=(0, (4, 4)))
    axes.plot(at_s, equity, color=theme.text, linewidth=3.2, solid_joinstyle="round")
    axes.plot(at_s[-1:], equity[-1:], "o", color=theme.text, markersize=11, clip_on=False)
    axes.margins(x=0.0, y=0.08)


def _draw_drawdown(axes: "Axes", curve: EquityCurve, theme: Theme) -> None:
    depth, at_s = thinned(-curve.drawdown_ratio, curve.at_s)
    deepest_ratio = -float(depth.min())
    dress(axes, theme, labels=lambda ratio: depth_text(ratio, deepest_ratio), count=2)
    axes.fill_between(at_s, depth, 0.0, color=theme.loss, alpha=0.45, linewidth=0)
    axes.plot(at_s, depth, color=theme.loss, linewidth=2.2)
    axes.set_ylim(-max(deepest_ratio * 1.15, 0.001), 0.0)
    axes.margins(x=0.0)
    time_ticks(axes, curve.at_s)


CHART = Chart("equity", "equity and drawdown over time", EquityCurve, draw)
