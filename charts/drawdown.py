"""How far equity was below its peak, with the three deepest times named."""

from typing import TYPE_CHECKING

from charts.contract import Chart, Theme
from charts.style import (
    BOTTOM,
    DAY_S,
    LABEL_PT,
    LEFT,
    RIGHT,
    TOP,
    depth_text,
    dress,
    header,
    sentence,
    span_text,
    thinned,
    time_ticks,
)
from engine.analytics.equity import Drawdown, EquityCurve, episodes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMED = 3  # more labels than that would touch each other
APART_RATIO = 0.22  # of the width: nearer labels would


def draw(figure: "Figure", curve: EquityCurve, theme: Theme) -> None:
    """Draws the depth below the peak; a sentence where there are fewer than two points."""
    if len(curve) < 2:
        sentence(figure, "No equity curve yet.\nIt starts with the first bars.", theme)
        return
    axes = figure.add_axes((LEFT, BOTTOM, RIGHT - LEFT, TOP - BOTTOM))
    depth, at_s = thinned(-curve.drawdown_ratio, curve.at_s)
    axes.fill_between(at_s, depth, 0.0, color=theme.loss, alpha=0.35, linewidth=0)
    axes.plot(at_s, depth, color=theme.loss, linewidth=2.6)
    worst = sorted(episodes(curve), key=lambda episode: -episode.ratio)
    deepest_ratio = worst[0].ratio if worst else 0.0
    dress(axes, theme, labels=lambda ratio: depth_text(ratio, deepest_ratio), count=5)
    axes.set_ylim(-max(deepest_ratio * 1.28, 0.001), 0.0)
    axes.margins(x=0.0)
    time_ticks(axes, curve.at_s)
    for episode in _apart(worst, float(curve.at_s[-1] - curve.at_s[0])):
        _name(axes, episode, curve, theme)
    now_ratio = float(curve.drawdown_ratio[-1])
    header(
        figure,
        f"Drawdown, deepest {depth_text(-deepest_ratio, deepest_ratio)}"
        if worst
        else "Drawdown: none",
        f"now {depth_text(-now_ratio, now_ratio)}" if now_ratio > 0.0 else "at the peak",
        theme.loss if now_ratio > 0.0 else theme.gain,
        span_text(float(curve.at_s[0]), float(curve.at_s[-1])),
        theme,
    )


def _apart(worst: list[Drawdown], span_s: float) -> list[Drawdown]:
    named: list[Drawdown] = []
    for episode in worst:
        near = (abs(episode.trough_at_s - other.trough_at_s) for other in named)
        if len(named) < NAMED and all(gap_s > APART_RATIO * span_s for gap_s in near):
            named.append(episode)
    return named


def _name(axes: "Axes", episode: Drawdown, curve: EquityCurve, theme: Theme) -> None:
    first_s, last_s = float(curve.at_s[0]), float(curve.at_s[-1])
    place_ratio = (episode.trough_at_s - first_s) / (last_s - first_s)
    side = "left" if place_ratio < 0.12 else "right" if place_ratio > 0.88 else "center"
    text = f"{depth_text(-episode.ratio, episode.ratio)}\n{_duration_text(episode.duration_s)}"
    axes.plot([episode.trough_at_s], [-episode.ratio], "v", color=theme.text, markersize=13)
    axes.annotate(
        text, (episode.trough_at_s, -episode.ratio), xytext=(0, -16), textcoords="offset points",
        ha=side, va="top", color=theme.text, fontsize=LABEL_PT, linespacing=1.15,
    )  # fmt: skip


def _duration_text(duration_s: float) -> str:
    if duration_s >= 2 * DAY_S:
        return f"{duration_s / DAY_S:.0f} days"
    return f"{duration_s / 3600:.0f} h" if duration_s >= 7200 else f"{duration_s / 60:.0f} min"


CHART = Chart("drawdown", "how far equity was below its peak", EquityCurve, draw)
