"""Axes that are not time, colours that have two ends, and words that fit."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Theme
from charts.style import LABEL_PT, TICK_PT, percent_text
from engine.market.arrays import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import XAxis, YAxis

MINUS = "\u2212"


def plane(axes: "Axes", theme: Theme, *, across: str, up: str = "") -> None:
    """Grid and labels of two measured axes; `across` and `up` say what with which unit."""
    bare(axes, theme)
    axes.grid(visible=True, color=theme.grid, linewidth=1.2)
    axes.set_axisbelow(True)
    axes.set_xlabel(across, color=theme.text, fontsize=LABEL_PT, labelpad=8)
    if up:
        axes.set_ylabel(up, color=theme.text, fontsize=LABEL_PT, labelpad=8)
    scale(axes.xaxis)
    scale(axes.yaxis)


def scale(
    axis: "XAxis | YAxis", told: Callable[[float, int], str] | None = None, *, whole: bool = False
) -> None:
    """Round ticks, told with the digits that their step has; `whole`: whole numbers only.

    `told` gets the value and the digits; without it they are plain figures.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    text = told or plain_text

    def tick_text(value: float, _: int) -> str:
        ticks = axis.get_majorticklocs()
        return text(value, digits_of(float(ticks[1] - ticks[0])) if len(ticks) > 1 else 2)

    axis.set_major_locator(MaxNLocator(nbins=6, min_n_ticks=2, integer=whole))
    axis.set_major_formatter(FuncFormatter(tick_text))


def digits_of(step: float) -> int:
    """The digits behind the point that tell multiples of `step` apart, 6 at most."""
    exact = (digits for digits in range(6) if abs(round(step, digits) - step) <= 1e-6 * abs(step))
    return next(exact, 6)


def percent_tick(ratio: float, digits: int) -> str:
    """A ratio as a signed percentage, on a scale with so many digits behind the point."""
    return percent_text(ratio, max(0, digits - 2)) if round(ratio, 9) else "0 %"


def bare(axes: "Axes", theme: Theme) -> None:
    """No frame, no grid, quiet labels."""
    axes.set_facecolor(theme.background)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, pad=10, labelsize=TICK_PT, labelcolor=theme.muted)


def two_ended(values: Floats, most: float, theme: Theme) -> Floats:
    """(..., 3) colours: losses to one end, gains to the other, 0 the grid's; NaN the background."""
    share = np.nan_to_num(np.clip(values / most, -1.0, 1.0))[..., None]
    end = np.where(share >= 0.0, _rgb(theme.gain), _rgb(theme.loss))
    mixed = _rgb(theme.grid) + (end - _rgb(theme.grid)) * np.abs(share) ** 0.8
    found: Floats = np.where(np.isnan(values)[..., None], _rgb(theme.background), mixed)
    return found


def one_ended(values: Floats, low: float, high: float, theme: Theme) -> Floats:
    """(..., 3) colours from the grid's to the gain's; NaN the background."""
    share = np.nan_to_num(np.clip((values - low) / ((high - low) or 1.0), 0.0, 1.0))[..., None]
    mixed = _rgb(theme.grid) + (_rgb(theme.gain) - _rgb(theme.grid)) * share
    found: Floats = np.where(np.isnan(values)[..., None], _rgb(theme.background), mixed)
    return found


def ink_on(colour: Floats) -> str:
    """Black or white, whichever reads better on that colour (luminance of ITU-R BT.709)."""
    red, green, blue = colour.tolist()
    return "#0b0f14" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 else "#ffffff"


def cells(axes: "Axes", colours: Floats, theme: Theme) -> None:
    """Draws (rows, columns, 3) as cells with gaps, the first row on top."""
    rows, columns = colours.shape[:2]
    axes.imshow(colours, aspect="auto", interpolation="nearest", origin="upper")
    width = 3.0 if max(rows, columns) <= 24 else 1.0
    across, down = np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5
    axes.vlines(across, -0.5, rows - 0.5, colors=theme.background, linewidths=width)
    axes.hlines(down, -0.5, columns - 0.5, colors=theme.background, linewidths=width)


def r_text(result_r: float, digits: int = 1) -> str:
    """A result in R with the long minus; no sign at what rounds to 0."""
    text = f"{result_r:+.{digits}f}"
    return (text if float(text) else text[1:]).replace("-", MINUS) + " R"


def plain_text(value: float, digits: int = 2) -> str:
    """A figure without a unit, with the long minus."""
    text = f"{value:,.{digits}f}"
    return (text if text.strip("-0.,") else text.lstrip("-")).replace("-", MINUS)


def short(text: str, length: int) -> str:
    """`text` in `length` characters: what is cut is the middle, names differ at their ends."""
    if len(text) <= length:
        return text
    tail = (length - 1) // 2
    return f"{text[: length - 1 - tail].rstrip()}…{text[len(text) - tail :].lstrip()}"


def base_of(symbol: str) -> str:
    """What a person calls the symbol: "BTC" of "BTC/USDT:USDT"."""
    return short(symbol.partition("/")[0], 8)


def count_text(number: int, one: str) -> str:
    """A number with its noun: "1 trade", "3 trades"."""
    return f"{number:,} {one if number == 1 else one + 's'}"


def _rgb(colour: str) -> Floats:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255.0
