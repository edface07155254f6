"""How alike the markets moved: one cell per pair of symbols."""

from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import bare, base_of, cells, ink_on, plain_text, short, two_ended
from charts.style import LABEL_PT, TICK_PT, header, sentence
from engine.market.arrays import Floats
from engine.market.correlation import Together

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.115, 0.09, 0.865, 0.75)
MOST = 10  # symbols; more names would touch
NAME_LENGTH = 6
ALIKE = 0.7


def draw(figure: "Figure", moves: Together, theme: Theme) -> None:
    """Draws the lower half of the matrix; a sentence where no pair is known."""
    order = _order(moves)
    matrix = moves.correlation[np.ix_(order, order)]
    names = [short(base_of(moves.symbols[place]), NAME_LENGTH) for place in order]
    lower = np.tril(np.ones_like(matrix, dtype=bool), -1)
    pairs = np.where(lower, matrix, np.nan)
    if not np.isfinite(pairs).any():
        text = "No two markets with enough hours in common.\nIt takes two days."
        sentence(figure, text, theme)
        return
    axes = figure.add_axes(AXES)
    bare(axes, theme)
    shown = pairs[1:, :-1]  # the first row and the last column hold no pair
    colours = two_ended(shown, 1.0, theme)
    cells(axes, colours, theme)
    _figures(axes, shown, colours)
    axes.set_xticks(np.arange(len(names) - 1), names[:-1])
    axes.set_yticks(np.arange(len(names) - 1), names[1:])
    axes.tick_params(labelsize=TICK_PT, labelcolor=theme.text)
    _header(figure, pairs, names, len(moves.symbols), theme)


def _order(moves: Together) -> list[int]:
    # those that move most with the rest first: clusters stand together; unknown ones last
    with np.errstate(invalid="ignore"):
        likeness = np.nan_to_num(moves.correlation, nan=0.0).sum(axis=1)
    ordered = sorted(range(len(moves.symbols)), key=lambda place: -float(likeness[place]))
    return ordered[:MOST]


def _figures(axes: "Axes", shown: Floats, colours: Floats) -> None:
    size = LABEL_PT if len(shown) <= 6 else 18
    for row, column in np.ndindex(*shown.shape):
        value = float(shown[row, column])
        if np.isfinite(value):
            axes.text(
                column, row, plain_text(value), ha="center", va="center", fontsize=size,
                color=ink_on(colours[row, column]),
            )  # fmt: skip


def _header(figure: "Figure", pairs: Floats, names: list[str], symbols: int, theme: Theme) -> None:
    row, column = np.unravel_index(int(np.nanargmax(pairs)), pairs.shape)
    known = pairs[np.isfinite(pairs)]
    left_out = f"; {len(names)} of {symbols} markets" if symbols > len(names) else ""
    alike = int(np.count_nonzero(known >= ALIKE))
    header(
        figure,
        f"{names[column]} and {names[row]} moved most alike",
        plain_text(float(pairs[row, column])),
        theme.gain if float(pairs[row, column]) >= 0.0 else theme.loss,
        f"1: as one, 0: no link; {alike} of {known.size} pairs at {ALIKE} or more{left_out}",
        theme,
    )


CHART = Chart("correlation", "how alike the markets moved", Together, draw)
