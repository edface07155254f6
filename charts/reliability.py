"""Said against happened: how far voters' words are from the truth, before and after calibration."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.style import BIG_PT, LABEL_PT, TICK_PT, header, sentence
from engine.analytics.skill import Reliability

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.135, 0.15, 0.815, 0.66)


@dataclass(frozen=True, slots=True)
class ReliabilityStory:
    """The same votes twice."""

    said: Reliability
    calibrated: Reliability


def draw(figure: "Figure", story: ReliabilityStory, theme: Theme) -> None:
    """Draws both curves and the line of the honest; a sentence where there are too few votes."""
    if not story.said.count.size:
        text = f"{story.said.labelled} decided votes so far:\ntoo few for a curve."
        sentence(figure, text, theme)
        return
    axes = figure.add_axes(AXES)
    _dress(axes, theme)
    top = _reach(story)
    axes.plot([0.0, top], [0.0, top], color=theme.muted, linewidth=2.2, linestyle="--")
    _curve(axes, story.said, theme.loss, "o")
    if story.calibrated.count.size:
        _curve(axes, story.calibrated, theme.gain, "s")
    axes.set_xlim(0.0, top)
    axes.set_ylim(0.0, top)
    axes.text(
        0.93 * top, 0.86 * top, "honest", color=theme.muted, fontsize=LABEL_PT, ha="center",
        va="top",
    )  # fmt: skip
    legend = axes.legend(loc="upper left", frameon=False, fontsize=LABEL_PT)
    for label in legend.get_texts():
        label.set_color(theme.text)
    error_ratio = story.said.error_ratio
    header(
        figure, "Reliability", f"off by {error_ratio:.1%}".replace("%", " %"), theme.loss,
        f"{story.said.labelled:,} decided votes, both barriers; larger marks: more votes", theme,
    )  # fmt: skip


def _curve(axes: "Axes", curve: Reliability, colour: str, mark: str) -> None:
    # a bar of two standard errors of what happened: bins of few votes say little
    error = 2.0 * np.sqrt(curve.happened * (1.0 - curve.happened) / curve.count)
    axes.errorbar(
        curve.said, curve.happened, yerr=error, fmt="none", ecolor=colour, elinewidth=2.0, alpha=0.6
    )
    axes.plot(curve.said, curve.happened, color=colour, linewidth=2.8, label=curve.name)
    sizes = 90.0 + 260.0 * curve.count / curve.count.max()
    axes.scatter(curve.said, curve.happened, s=sizes, color=colour, marker=mark, zorder=3)


def _reach(story: ReliabilityStory) -> float:
    parts = [curve for curve in (story.said, story.calibrated) if curve.count.size]
    most = max(float(max(curve.said.max(), curve.happened.max())) for curve in parts)
    return min(1.0, max(0.4, 1.15 * most))


def _dress(axes: "Axes", theme: Theme) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    axes.set_facecolor(theme.background)
    axes.grid(visible=True, color=theme.grid, linewidth=1.2)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=6))
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.tick_params(length=0, pad=10, labelsize=TICK_PT, labelcolor=theme.muted)
    axes.set_xlabel("said", color=theme.text, fontsize=BIG_PT, labelpad=8)
    axes.set_ylabel("happened", color=theme.text, fontsize=BIG_PT, labelpad=4)


CHART = Chart("reliability", "what voters say against what happens", ReliabilityStory, draw)
