"""Monte Carlo: the range in which equity would have run had luck fallen otherwise."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.style import (
    BOTTOM,
    LABEL_PT,
    LEFT,
    RIGHT,
    dress,
    header,
    sentence,
)
from engine.market.arrays import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TOP = 0.835
LEAST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Fan:
    """Equity of many runs at each step; the first step is the start."""

    steps: Floats  # (steps,), trades or days
    step_name: str  # "trades", "days"
    levels: tuple[float, ...]  # rising shares of the runs, an odd number, symmetric around 0.5
    bands_quote: Floats  # (levels, steps) equity below which that share of the runs is
    actual_quote: Floats  # (steps,) what really came; empty: not known
    runs: int
    ruin_ratio: float  # share of the runs that were ruined
    ruin_drawdown_ratio: float  # the fall from its peak that ruins a run
    quote: str


def draw(figure: "Figure", fan: Fan, theme: Theme) -> None:
    """Draws the bands, the middle and what came; a sentence with fewer than LEAST_STEPS."""
    if fan.steps.size < LEAST_STEPS or not fan.levels:
        sentence(figure, "Too few trades to shuffle.", theme)
        return
    axes = figure.add_axes((LEFT, BOTTOM, RIGHT - LEFT, TOP - BOTTOM))
    dress(axes, theme, count=6)
    _bands(axes, fan, theme)
    _limits(axes, fan)
    axes.set_xticks(*_step_ticks(fan))
    low, high = float(fan.bands_quote[0, -1]), float(fan.bands_quote[-1, -1])
    ruin = f"{fan.ruin_drawdown_ratio:.0%}".replace("%", " %")
    inside = fan.levels[-1] - fan.levels[0]
    header(
        figure,
        f"{inside:.0%} of runs end at {low:,.0f} to {high:,.0f}".replace("%", " %"),
        f"ruin {_chance_text(fan)}",
        theme.loss if fan.ruin_ratio >= 0.01 else theme.gain,
        f"{fan.runs:,} runs with other luck, in {fan.quote}; ruin: {ruin} under the peak",
        theme,
    )


def _bands(axes: "Axes", fan: Fan, theme: Theme) -> None:
    half = len(fan.levels) // 2
    for place in range(half):
        axes.fill_between(
            fan.steps, fan.bands_quote[place], fan.bands_quote[-1 - place], color=theme.gain,
            alpha=0.14 + 0.16 * place, linewidth=0,
        )  # fmt: skip
    axes.plot(fan.steps, fan.bands_quote[half], color=theme.gain, linewidth=3.0)
    names = [("middle run", float(fan.bands_quote[half, -1]), theme.gain)]
    if fan.actual_quote.size:
        axes.plot(fan.steps, fan.actual_quote, color=theme.text, linewidth=3.2)
        names.append(("what came", float(fan.actual_quote[-1]), theme.text))
    for place, (name, _, colour) in enumerate(names):
        axes.text(
            0.02, 0.97 - 0.075 * place, f"\u2501 {name}", transform=axes.transAxes, va="top",
            color=colour, fontsize=LABEL_PT, weight="bold", zorder=6,
        )  # fmt: skip


def _limits(axes: "Axes", fan: Fan) -> None:
    shown = np.concatenate((fan.bands_quote.ravel(), fan.actual_quote))
    low, high = float(shown.min()), float(shown.max())
    room = 0.06 * (high - low) or 0.01 * abs(high) or 1.0
    axes.set_ylim(low - room, high + 3.0 * room)
    axes.set_xlim(float(fan.steps[0]), float(fan.steps[-1]))


def _step_ticks(fan: Fan) -> tuple[list[float], list[str]]:
    first, last = float(fan.steps[0]), float(fan.steps[-1])
    places = np.unique(np.linspace(first, last, 9)[1::2].round()).tolist()
    names = [f"{place:,.0f}" for place in places]
    names[-1] += f" {fan.step_name}"
    return places, names


def _chance_text(fan: Fan) -> str:
    # none of 1,000 runs is not "never"
    if fan.ruin_ratio <= 0.0:
        return f"under {1.0 / max(1, fan.runs):.1%}".replace("%", " %")
    return f"{fan.ruin_ratio:.1%}".replace("%", " %")


CHART = Chart("fan", "how far luck could have carried equity", Fan, draw, is_research=True)
