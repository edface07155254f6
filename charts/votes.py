"""Every vote over time, one lane per voter: how it leaned, and whether that was right."""

from typing import TYPE_CHECKING

import numpy as np

from charts.contract import Chart, Theme
from charts.style import LABEL_PT, TICK_PT, header, sentence, span_text, time_ticks
from engine.analytics.skill import VoteHistory

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = (0.20, 0.085, 0.77, 0.76)
MOST_LANES = 8
HALF_LANE = 0.42  # of a lane, at a lean of 1
NAME_LENGTH = 12


def draw(figure: "Figure", history: VoteHistory, theme: Theme) -> None:
    """Draws a lane per voter, those with most votes first; a sentence where nobody voted."""
    if not len(history.voter):
        sentence(figure, "No votes yet.\nThey come with the first proposals.", theme)
        return
    lanes = _lanes(history)
    axes = figure.add_axes(AXES)
    _dress(axes, theme, lanes)
    names = np.array(history.voter)
    for lane, name in enumerate(lanes):
        _lane(axes, history, names == name, lane, theme)
    first_s, last_s = float(history.at_s[0]), float(history.at_s[-1])
    room_s = max(1.0, 0.02 * (last_s - first_s))
    axes.set_xlim(first_s - room_s, last_s + room_s)
    if last_s > first_s:
        time_ticks(axes, history.at_s)
    else:
        axes.set_xticks([])
    right, decided = right_calls(history)
    value = f"{right} of {decided} right" if decided else "none decided yet"
    better = decided > 0 and right > decided / 2.0 + decided**0.5  # by more than luck
    header(
        figure, "Votes", value, theme.gain if better else theme.muted,
        f"above its line up, below down; {span_text(first_s, last_s)}", theme,
    )  # fmt: skip


def right_calls(history: VoteHistory) -> tuple[int, int]:
    """How many votes leaned to the barrier that was first, of those that could."""
    decided = np.isfinite(history.result) & (history.result != 0.0) & (history.lean != 0.0)
    right = np.sign(history.lean[decided]) == history.result[decided]
    return int(np.count_nonzero(right)), int(np.count_nonzero(decided))


def _lanes(history: VoteHistory) -> list[str]:
    names, counts = np.unique(np.array(history.voter), return_counts=True)
    ordered = sorted(zip((-counts).tolist(), names.tolist(), strict=True))
    return [name for _, name in ordered[:MOST_LANES]]


def _lane(axes: "Axes", history: VoteHistory, mine: np.ndarray, lane: int, theme: Theme) -> None:
    at_s, lean, result = history.at_s[mine], history.lean[mine], history.result[mine]
    height = -lane + HALF_LANE * np.clip(lean, -1.0, 1.0)
    axes.axhline(-lane, color=theme.grid, linewidth=1.6, zorder=1)
    axes.vlines(at_s, -lane, height, color=theme.muted, linewidth=1.0, alpha=0.5, zorder=1)
    open_ended = ~np.isfinite(result) | (result == 0.0) | (lean == 0.0)
    right = ~open_ended & (np.sign(lean) == result)
    wrong = ~open_ended & ~right
    for chosen, colour, mark in (
        (open_ended, theme.muted, "."),
        (right, theme.gain, "o"),
        (wrong, theme.loss, "X"),
    ):
        axes.scatter(at_s[chosen], height[chosen], s=110, marker=mark, zorder=3, color=colour)


def _dress(axes: "Axes", theme: Theme, lanes: list[str]) -> None:
    axes.set_facecolor(theme.background)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_ylim(-len(lanes) + 0.4, 0.6)
    shown = [name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…" for name in lanes]
    axes.set_yticks([-float(lane) for lane in range(len(lanes))], shown)
    axes.tick_params(length=0, pad=12, labelsize=TICK_PT, labelcolor=theme.muted)
    for label in axes.get_yticklabels():
        label.set_color(theme.text)
        label.set_fontsize(LABEL_PT)


CHART = Chart("votes", "every vote over time, and whether it was right", VoteHistory, draw)
