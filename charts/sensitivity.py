"""What happens beside the chosen parameters: a plateau can be trusted, a lonely peak cannot."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import bare, cells, ink_on, one_ended, plain_text, short, two_ended
from charts.style import LABEL_PT, TICK_PT, header, sentence
from engine.market.arrays import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.135, 0.165, 0.84, 0.675)
TOLD = 60  # cells up to which each carries its figure
NAMED = 9  # labels along an axis
PLATEAU_RATIO = 0.5


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A measure over two parameters (rows upwards, columns to the right), around the chosen."""

    across_name: str
    across: tuple[str, ...]  # the values as a person reads them, rising
    up_name: str
    up: tuple[str, ...]
    value: Floats  # (up, across), larger is better; NaN: not tried
    chosen: tuple[int, int]  # place in `up` and `across`
    measure: str  # "Sharpe"; a short word
    plateau_ratio: float  # share of the others that keep half of it; NaN: none was tried


def draw(figure: "Figure", found: Sensitivity, theme: Theme) -> None:
    """Draws the map with the chosen cell framed; a sentence where nothing was tried."""
    if not np.isfinite(found.value).any():
        sentence(figure, "Nothing was tried beside it yet.", theme)
        return
    axes = figure.add_axes(AXES)
    bare(axes, theme)
    shown = found.value[::-1]  # the first row on top
    colours = _colours(shown, theme)
    cells(axes, colours, theme)
    _figures(axes, shown, colours)
    _labels(axes, found, theme)
    row, column = len(found.up) - 1 - found.chosen[0], found.chosen[1]
    _frame(axes, row, column, theme)
    _header(figure, found, theme)


def _colours(shown: Floats, theme: Theme) -> Floats:
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    if low < 0.0:
        return two_ended(shown, max(abs(low), abs(high)), theme)
    return one_ended(shown, low, high, theme)


def _figures(axes: "Axes", shown: Floats, colours: Floats) -> None:
    if shown.size > TOLD:
        return
    for row, column in np.ndindex(*shown.shape):
        value = float(shown[row, column])
        if np.isfinite(value):
            axes.text(
                column, row, plain_text(value, 1), ha="center", va="center", fontsize=LABEL_PT,
                color=ink_on(colours[row, column]),
            )  # fmt: skip


def _labels(axes: "Axes", found: Sensitivity, theme: Theme) -> None:
    across, up = _spread(len(found.across)), _spread(len(found.up))
    axes.set_xticks(across, [short(found.across[place], 8) for place in across])
    axes.set_yticks(
        [len(found.up) - 1 - place for place in up], [short(found.up[place], 8) for place in up]
    )
    axes.tick_params(labelsize=TICK_PT)
    axes.set_xlabel(
        short(found.across_name.replace("_", " "), 60), color=theme.text, fontsize=LABEL_PT,
        labelpad=8,
    )  # fmt: skip
    axes.set_ylabel(
        short(found.up_name.replace("_", " "), 32), color=theme.text, fontsize=LABEL_PT, labelpad=8
    )


def _spread(count: int) -> list[int]:
    every = -(-count // NAMED)
    return list(range(0, count, every))


def _frame(axes: "Axes", row: int, column: int, theme: Theme) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle(
            (column - 0.5, row - 0.5),
            1.0,
            1.0,
            fill=False,
            edgecolor=theme.accent,
            linewidth=6.0,
            zorder=5,
            clip_on=False,
        )
    )


def _header(figure: "Figure", found: Sensitivity, theme: Theme) -> None:
    chosen = float(found.value[found.chosen])
    note = f"{found.measure} around the chosen values (framed)"
    if not (np.isfinite(chosen) and np.isfinite(found.plateau_ratio)):
        header(figure, "No neighbours were tried", "", theme.muted, note, theme)
        return
    plateau = found.plateau_ratio >= PLATEAU_RATIO
    title = "The chosen values stand on a plateau" if plateau else "The chosen values are a peak"
    header(
        figure, title, f"{found.plateau_ratio:.0%} hold".replace("%", " %"),
        theme.gain if plateau else theme.loss,
        f"{found.measure} {plain_text(chosen)}, framed; hold: others that keep half of it", theme,
    )  # fmt: skip


CHART = Chart("sensitivity", "the measure around the chosen", Sensitivity, draw, is_research=True)
