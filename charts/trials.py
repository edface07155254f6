"""A tuning's history: every trial's measure, and the best so far."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import count_text, plain_text, plane, scale, short
from charts.style import LABEL_PT, header, sentence
from engine.market.arrays import Flags, Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.115, 0.135, 0.835, 0.70)


@dataclass(frozen=True, slots=True)
class Trials:
    """Trials in the order in which they were made; arrays are (trials,)."""

    value: Floats  # of the measure, larger is better; NaN: pruned or failed
    pruned: Flags
    measure: str  # "Sharpe out of sample"
    in_force: float | None  # the measure of the parameters in force


def draw(figure: "Figure", trials: Trials, theme: Theme) -> None:
    """Draws the trials and the best so far; a sentence where none was finished."""
    done = np.isfinite(trials.value)
    if not done.any():
        sentence(figure, "No trial finished yet.", theme)
        return
    axes = figure.add_axes(AXES)
    plane(axes, theme, across="trial", up=short(trials.measure, 34))
    scale(axes.xaxis, whole=True)
    number = np.arange(1.0, trials.value.size + 1.0)
    axes.scatter(
        number[done], trials.value[done], s=90 if done.size <= 300 else 26, color=theme.gain,
        alpha=max(0.3, min(0.85, 200.0 / done.size)), linewidths=0.0, zorder=3,
    )  # fmt: skip
    best = np.fmax.accumulate(np.where(done, trials.value, -np.inf))
    known = np.isfinite(best)
    axes.step(number[known], best[known], where="post", color=theme.text, linewidth=3.0, zorder=4)
    _limits(axes, trials, done)
    _pruned(axes, number, trials, theme)
    if trials.in_force is not None:
        _in_force(axes, trials.in_force, theme)
    _header(figure, trials, done, theme)


def _header(figure: "Figure", trials: Trials, done: Flags, theme: Theme) -> None:
    top = float(trials.value[done].max())
    place = int(np.flatnonzero(trials.value == top)[0]) + 1
    title = f"Best so far: trial {place:,}"
    note = f"{count_text(int(trials.value.size), 'trial')}, {np.count_nonzero(trials.pruned):,} cut"
    note += " short; line: best so far"
    colour = theme.gain if trials.in_force is None or top > trials.in_force else theme.muted
    header(figure, title, f"{plain_text(top)}", colour, note, theme)


def _limits(axes: "Axes", trials: Trials, done: Flags) -> None:
    # failures far below say nothing: the scale is that of the better nine tenths
    values = trials.value[done]
    low, high = float(np.quantile(values, 0.08)), float(values.max())
    if trials.in_force is not None:
        low, high = min(low, trials.in_force), max(high, trials.in_force)
    room = 0.10 * (high - low) or 0.1 * abs(high) or 0.1
    axes.set_ylim(low - 1.6 * room, high + 1.3 * room)
    axes.set_xlim(0.0, trials.value.size + max(1.0, 0.02 * trials.value.size))


def _pruned(axes: "Axes", number: Floats, trials: Trials, theme: Theme) -> None:
    places = number[trials.pruned]
    axes.plot(
        places, np.full(places.size, 0.02), "|", color=theme.muted, markersize=14, alpha=0.7,
        transform=axes.get_xaxis_transform(), zorder=3,
    )  # fmt: skip


def _in_force(axes: "Axes", value: float, theme: Theme) -> None:
    axes.axhline(value, color=theme.accent, linewidth=2.6, linestyle=(0, (5, 3)), zorder=2)
    axes.text(
        0.99, value, f"in force {plain_text(value)}", transform=axes.get_yaxis_transform(),
        color=theme.accent, fontsize=LABEL_PT, weight="bold", ha="right", va="center", zorder=5,
        bbox={"boxstyle": "round,pad=0.2", "facecolor": theme.background, "edgecolor": "none"},
    )  # fmt: skip


CHART = Chart("trials", "every trial of a tuning", Trials, draw, is_research=True)
