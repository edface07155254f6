"""Walk-forward: what was tuned on one stretch of time, and what it earned on the next."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import bare, plain_text
from charts.style import LABEL_PT, TICK_PT, header, sentence, span_text, time_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.025, 0.085, 0.745, 0.72)
MOST = 12  # strips; of more the last ones
HEIGHT = 0.66  # of a lane


@dataclass(frozen=True, slots=True)
class Fold:
    """One window: tuned from the first to the second moment, tried from there to the third."""

    from_s: float
    split_s: float
    to_s: float
    inside: float | None  # the measure where it was tuned
    outside: float | None  # the measure where it was tried; None: too few trades


@dataclass(frozen=True, slots=True)
class Strips:
    """The windows in order of time."""

    folds: tuple[Fold, ...]
    measure: str  # "Sharpe"


def draw(figure: "Figure", strips: Strips, theme: Theme) -> None:
    """Draws a strip per window with both measures; a sentence without a window."""
    folds = strips.folds[-MOST:]
    if not folds:
        sentence(figure, "No window yet.\nThe history is too short to be split.", theme)
        return
    axes = figure.add_axes(AXES)
    bare(axes, theme)
    for lane, fold in enumerate(folds):
        _strip(axes, fold, -float(lane), theme)
    first_s, last_s = min(fold.from_s for fold in folds), max(fold.to_s for fold in folds)
    axes.set_xlim(first_s, last_s)
    axes.set_ylim(-max(len(folds), 4) + 0.4, 0.6)
    axes.set_yticks([])
    time_ticks(axes, np.array([first_s, last_s]))
    _columns(axes, theme)
    left_out = f"; the last {MOST} shown" if len(strips.folds) > MOST else ""
    note = f"median {strips.measure}, tuned \u2192 tried; {span_text(first_s, last_s)}{left_out}"
    _header(figure, strips, theme, note)


def _strip(axes: "Axes", fold: Fold, at: float, theme: Theme) -> None:
    shade = _shade(fold.outside, theme)
    axes.barh(at, fold.split_s - fold.from_s, HEIGHT * 0.45, left=fold.from_s, color=theme.grid)
    axes.barh(at, fold.to_s - fold.split_s, HEIGHT, left=fold.split_s, color=shade)
    for column, value, colour, weight in (
        (0.125, fold.inside, theme.muted, "normal"),
        (0.285, fold.outside, shade, "bold"),
    ):
        axes.annotate(
            "\u2013" if value is None else plain_text(value), (1.0 + column, at),
            xycoords=("axes fraction", "data"), va="center", ha="right", color=colour,
            fontsize=LABEL_PT, weight=weight, annotation_clip=False,
        )  # fmt: skip


def _columns(axes: "Axes", theme: Theme) -> None:
    for column, text in ((0.125, "tuned"), (0.285, "tried")):
        axes.annotate(
            text, (1.0 + column, 1.005), xycoords="axes fraction", va="bottom", ha="right",
            color=theme.text, fontsize=TICK_PT, annotation_clip=False,
        )  # fmt: skip


def _header(figure: "Figure", strips: Strips, theme: Theme, note: str) -> None:
    tried = [fold.outside for fold in strips.folds if fold.outside is not None]
    tuned = [fold.inside for fold in strips.folds if fold.inside is not None]
    won = sum(value > 0.0 for value in tried)
    noun = "window" if len(tried) == 1 else "windows"
    title = f"{won} of {len(tried)} {noun} earned when tried" if tried else "No window was tried"
    if not (tried and tuned):
        header(figure, title, "", theme.muted, note, theme)
        return
    inside, outside = float(np.median(tuned)), float(np.median(tried))
    value = f"{plain_text(inside, 1)} \u2192 {plain_text(outside, 1)}"
    header(figure, title, value, _shade(outside, theme), note, theme)


def _shade(value: float | None, theme: Theme) -> str:
    if value is None or value == 0.0:
        return theme.muted
    return theme.gain if value > 0.0 else theme.loss


CHART = Chart("walk_forward", "tuned against tried, by window", Strips, draw, is_research=True)
