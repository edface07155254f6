"""Which parameters a tuning found to matter."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.scales import bare, short
from charts.style import BIG_PT, LABEL_PT, header, sentence

if TYPE_CHECKING:
    from matplotlib.figure import Figure

AXES = (0.40, 0.05, 0.47, 0.79)
MOST = 10
NAME_LENGTH = 26


@dataclass(frozen=True, slots=True)
class Importance:
    """Shares that sum to 1, in any order."""

    names: tuple[str, ...]
    share_ratio: tuple[float, ...]
    trials: int


def draw(figure: "Figure", importance: Importance, theme: Theme) -> None:
    """Draws a bar per parameter, the most important on top; a sentence where none is known."""
    pairs = sorted(zip(importance.share_ratio, importance.names, strict=True), reverse=True)
    if not pairs or not pairs[0][0] > 0.0:
        sentence(figure, "Nothing mattered yet:\ntoo few finished trials.", theme)
        return
    shown = pairs[:MOST]
    axes = figure.add_axes(AXES)
    bare(axes, theme)
    places = -np.arange(float(len(shown)))
    shares = [share for share, _ in shown]
    colours = [theme.gain if place == 0 else theme.muted for place in range(len(shown))]
    axes.barh(places, shares, 0.62, color=colours)
    for place, share in zip(places.tolist(), shares, strict=True):
        axes.annotate(
            _share_text(share), (share, place), xytext=(12, 0), textcoords="offset points",
            va="center", color=theme.text, fontsize=BIG_PT - 2, weight="bold",
        )  # fmt: skip
    axes.set_xlim(0.0, max(shares))
    axes.set_ylim(-max(len(shown), 5) + 0.4, 0.6)
    axes.set_xticks([])
    axes.set_yticks(places, [short(name.replace("_", " "), NAME_LENGTH) for _, name in shown])
    axes.tick_params(labelsize=LABEL_PT, labelcolor=theme.text)
    left_out = f", the first {MOST} of {len(pairs)}" if len(pairs) > MOST else ""
    header(
        figure, f"{short(shown[0][1].replace('_', ' '), 28)} mattered most", _share_text(shares[0]),
        theme.gain, f"share of the measure's spread{left_out}; {importance.trials:,} trials", theme,
    )  # fmt: skip


def _share_text(share_ratio: float) -> str:
    text = f"{share_ratio:.0%}" if share_ratio >= 0.005 or not share_ratio > 0.0 else "<1%"
    return text.replace("%", " %")


CHART = Chart("importance", "which parameters mattered", Importance, draw, is_research=True)
