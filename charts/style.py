"""How every picture looks: sizes for a phone at arm's length, one grid, one kind of labels.

A picture of 1280 pixels is shown some 390 points wide: text of 21 points here is 9 there.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Theme
from engine.market.arrays import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_PX, HEIGHT_PX, DPI = 1280, 800, 100
TITLE_PT, BIG_PT, LABEL_PT, TICK_PT = 27, 25, 21, 20
LEFT, RIGHT, TOP, BOTTOM = 0.025, 0.86, 0.845, 0.085  # shares of the picture that hold the axes
MAX_POINTS = 1200  # about one per pixel: more only cost time
DAY_S = 86_400


def sentence(figure: "Figure", text: str, theme: Theme) -> None:
    """A picture that says why there is nothing to see."""
    figure.text(0.5, 0.5, text, color=theme.muted, fontsize=BIG_PT, ha="center", va="center")


def header(
    figure: "Figure", title: str, value: str, value_colour: str, note: str, theme: Theme
) -> None:
    """The line above the axes: what it is, the figure that matters, and a quiet note."""
    figure.text(LEFT, 0.965, title, color=theme.text, fontsize=TITLE_PT, weight="bold", va="top")
    figure.text(
        0.98, 0.965, value, color=value_colour, fontsize=TITLE_PT, weight="bold", ha="right",
        va="top",
    )  # fmt: skip
    figure.text(LEFT, 0.898, note, color=theme.muted, fontsize=LABEL_PT, va="top")


def dress(
    axes: "Axes", theme: Theme, *, labels: Callable[[float], str] | None = None, count: int = 5
) -> None:
    """Grid, frame and value labels (on the right, where a time series ends).

    Without `labels` they are prices with the digits that tell the ticks apart.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_facecolor(theme.background)
    axes.grid(visible=True, color=theme.grid, linewidth=1.2)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.yaxis.tick_right()
    axes.yaxis.set_major_locator(MaxNLocator(nbins=count, min_n_ticks=2))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: labels(value) if labels else _tick_text(axes, value))
    )
    axes.tick_params(length=0, pad=12, labelsize=TICK_PT, labelcolor=theme.muted)


def _tick_text(axes: "Axes", value: float) -> str:
    ticks = axes.get_yticks()
    return step_text(value, float(ticks[1] - ticks[0]))


def step_text(value: float, step: float) -> str:
    """A price on a scale of that step: as many digits as the step has."""
    for digits in range(7):
        if abs(round(step, digits) - step) <= 1e-6 * step:
            return f"{value:,.{digits}f}"
    return f"{value:.4g}"


def time_ticks(axes: "Axes", at_s: Floats, *, count: int = 4) -> None:
    """Moments along the bottom of an axis that counts seconds since the epoch, in UTC."""
    first_s, last_s = float(at_s[0]), float(at_s[-1])
    places = np.linspace(first_s, last_s, 2 * count + 1)[1::2]
    axes.set_xticks(places, [moment(place, last_s - first_s) for place in places])


def moment(at_s: float, span_s: float) -> str:
    """A moment as short as the span it stands in allows, in UTC."""
    at = datetime.fromtimestamp(at_s, UTC)
    if span_s < 1200:
        return f"{at:%H:%M:%S}"
    if span_s < 2 * DAY_S:
        return f"{at:%H:%M}"
    if span_s < 12 * DAY_S:
        return f"{at:%d %b %H:%M}"
    return f"{at:%d %b}" if span_s < 300 * DAY_S else f"{at:%b %Y}"


def span_text(first_s: float, last_s: float) -> str:
    """From when to when, in UTC."""
    first, last = datetime.fromtimestamp(first_s, UTC), datetime.fromtimestamp(last_s, UTC)
    if first.date() == last.date():
        return f"{first:%d %b %Y, %H:%M} to {last:%H:%M} UTC"
    if last_s - first_s < 12 * DAY_S:
        return f"{first:%d %b %H:%M} to {last:%d %b %Y %H:%M} UTC"
    return f"{first:%d %b %Y} to {last:%d %b %Y}, UTC"


def thinned(values: Floats, *others: Floats) -> tuple[Floats, ...]:
    """The arrays with at most MAX_POINTS points, the extremes of `values` kept."""
    if values.size <= MAX_POINTS:
        return values, *others
    edges = np.linspace(0, values.size, MAX_POINTS // 2 + 1).astype(np.int64)
    kept = {0, values.size - 1}
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        kept.add(start + int(values[start:end].argmin()))
        kept.add(start + int(values[start:end].argmax()))
    places = np.array(sorted(kept))
    return values[places], *(other[places] for other in others)


def price_text(price: float) -> str:
    """A price with about five digits, grouped."""
    size = abs(price)
    digits = 0 if size >= 10_000 else 1 if size >= 1000 else 2 if size >= 10 else 4
    return f"{price:,.{digits}f}" if size >= 0.1 or size == 0.0 else f"{price:.4g}"


def depth_text(ratio: float, deepest_ratio: float) -> str:
    """A depth under the peak (0 or negative) with digits that tell its ticks apart."""
    return percent_text(ratio, 1 if deepest_ratio >= 0.02 else 2) if ratio else "0 %"


def percent_text(ratio: float, digits: int = 1) -> str:
    """A ratio as a signed percentage; the minus is the long one, as wide as the plus."""
    return f"{ratio:+.{digits}%}".replace("-", "\u2212").replace("%", " %")
