"""FILTERS: what every strategy's signal has to pass, on the whole view. One row each.

The spread gate is the risk rule `spread`: it needs the quote at the moment of the order, and a
recorded bar has none.
"""

from collections.abc import Callable
from typing import NamedTuple

from engine.core.advice import Signal
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.bars import oddity
from engine.market.weekly import weekly_trend
from engine.strategies.view import View

BUSY_ABOVE_RATIO = 0.5  # of the 50 bars before had less volume


class Filter(NamedTuple):
    """One row: when it is in use, and what it lets through."""

    name: str
    enabled: Callable[[Parameters], bool]
    passes: Callable[[Signal, View, Parameters], bool]


def _trusts(_: Signal, view: View, __: Parameters) -> bool:
    return oddity(view.bars) is None


def _is_busy(_: Signal, view: View, parameters: Parameters) -> bool:
    return view.feature("volume_rank_ratio", parameters) > BUSY_ABOVE_RATIO


def _weeks_allow(signal: Signal, view: View, _: Parameters) -> bool:
    return signal.side is PositionSide.SHORT or weekly_trend(view.bars, view.timeframe) >= 0


FILTERS: tuple[Filter, ...] = (
    Filter("sound_bar", lambda _: True, _trusts),
    Filter("volume_filter", lambda parameters: parameters.volume_filter, _is_busy),
    Filter("weekly_block", lambda parameters: parameters.weekly_block, _weeks_allow),
)


def passed(signals: tuple[Signal, ...], view: View, parameters: Parameters) -> tuple[Signal, ...]:
    """The signals that every filter in use lets through."""
    in_use = [row for row in FILTERS if row.enabled(parameters)]
    return tuple(
        signal for signal in signals if all(row.passes(signal, view, parameters) for row in in_use)
    )
