"""Change of equity by month: large cells for a young desk, a row per year for an old one."""

import calendar
from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import MINUS, bare, cells, ink_on, two_ended
from charts.style import BIG_PT, LABEL_PT, TICK_PT, header, percent_text, sentence
from engine.analytics.calendars import MonthTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.10, 0.05, 0.875, 0.79)
TABLE = (0.10, 0.04, 0.875, 0.75)  # below the letters of the months
LARGE_YEARS = 2  # up to so many years get cells that hold the month's name, too
MOST_YEARS = 10
LEAST_SPAN = 0.02  # a month of 0.1 % is not painted like one of 10 %
NAMES = tuple(calendar.month_abbr)[1:]


def draw(figure: "Figure", table: MonthTable, theme: Theme) -> None:
    """Draws the table, its last years where they are many; a sentence without a month."""
    years, change = table.years[-MOST_YEARS:], table.change_ratio[-MOST_YEARS:]
    known = change[np.isfinite(change)]
    if not known.size:
        sentence(figure, "No month yet.\nThe first one begins with the first bars.", theme)
        return
    most = max(LEAST_SPAN, float(np.nanquantile(np.abs(change), 0.95)))
    if len(years) <= LARGE_YEARS:
        _large(figure.add_axes(AXES), years, change, most, theme)
    else:
        axes = figure.add_axes(TABLE)
        _small(axes, years, np.column_stack((change, table.year_ratio[-MOST_YEARS:])), most, theme)
    won = int(np.count_nonzero(known > 0.0))
    whole_ratio = float(np.prod(1.0 + known)) - 1.0
    header(
        figure,
        f"{won} of {known.size} month{'s' if known.size > 1 else ''} gained",
        percent_text(whole_ratio),
        theme.gain if whole_ratio >= 0.0 else theme.loss,
        _note(known, years),
        theme,
    )


def _note(known: np.ndarray, years: tuple[int, ...]) -> str:
    best, worst = float(known.max()), float(known.min())
    span = f"{years[0]} to {years[-1]}" if len(years) > 1 else f"{years[0]}"
    return f"change of equity in %, {span}; best {percent_text(best)}, worst {percent_text(worst)}"


def _large(
    axes: "Axes", years: tuple[int, ...], change: np.ndarray, most: float, theme: Theme
) -> None:
    halves = change.reshape(-1, 6)
    rows = [row for row, half in enumerate(halves) if np.isfinite(half).any()]
    values = halves[rows]
    colours = two_ended(values, most, theme)
    bare(axes, theme)
    cells(axes, colours, theme)
    axes.set_xticks([])
    axes.set_yticks(np.arange(len(values)), [str(years[row // 2]) for row in rows])
    axes.set_ylim(max(len(values), 2) - 0.5, -0.5)  # one is not blown up
    _year_labels(axes, theme)
    for row, column in np.ndindex(*values.shape):
        value = float(values[row, column])
        name = NAMES[6 * (rows[row] % 2) + column]
        known = np.isfinite(value)
        ink = ink_on(colours[row, column]) if known else theme.muted
        axes.text(
            column, row - (0.13 if known else 0.0), name, color=ink, fontsize=LABEL_PT,
            ha="center", va="center",
        )  # fmt: skip
        if known:
            axes.text(
                column, row + 0.13, _cell_text(value), color=ink, fontsize=BIG_PT, weight="bold",
                ha="center", va="center",
            )  # fmt: skip


def _small(
    axes: "Axes", years: tuple[int, ...], values: np.ndarray, most: float, theme: Theme
) -> None:
    colours = two_ended(values, most, theme)
    bare(axes, theme)
    cells(axes, colours, theme)
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(13), [name[0] for name in NAMES] + ["Year"])
    axes.set_yticks(np.arange(len(years)), [str(year) for year in years])
    axes.set_ylim(max(len(years), 5) - 0.5, -0.5)  # few years are not blown up
    _year_labels(axes, theme)
    for row, column in np.ndindex(*values.shape):
        value = float(values[row, column])
        if np.isfinite(value):
            axes.text(
                column, row, _cell_text(value),
                color=ink_on(colours[row, column]), fontsize=TICK_PT,
                weight="bold" if column == 12 else "normal", ha="center", va="center",
            )  # fmt: skip


def _year_labels(axes: "Axes", theme: Theme) -> None:
    for label in axes.get_yticklabels():
        label.set_color(theme.text)
        label.set_fontsize(LABEL_PT)


def _cell_text(ratio: float) -> str:
    # at most four characters: a narrow cell holds no more
    pct = 100.0 * ratio
    text = f"{abs(pct):.1f}" if abs(pct) < 9.95 else f"{abs(pct):.0f}"
    sign = "" if not float(text) else "+" if pct > 0.0 else MINUS
    return sign + text


CHART = Chart("months", "change of equity by month", MonthTable, draw)
