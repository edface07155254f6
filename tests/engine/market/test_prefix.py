"""Nothing that the desk sees of a bar changes when later bars come: every feature, pattern,
regime and proposal; and what does change is found, by its name.
"""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.advice import Proposal
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.bars import Bars, bars_of
from engine.market.features import FEATURES, Setup, over_history
from engine.market.patterns import patterns_at
from engine.market.regime import regime_at
from engine.market.weekly import weekly_trend
from engine.strategies.propose import propose
from engine.strategies.view import Known, View
from tests.engine.market.drawn import walk
from tests.engine.strategies.kit import scrambled_after

SETUP = Setup(Timeframe.H1, atr_window_bars=14)
EVERYTHING = Parameters(
    donchian_breakout=True,
    band_reversion=True,
    trend_pullback=True,
    volatility_squeeze=True,
    volume_filter=True,
    weekly_block=True,
)
COUNT = 460
BARS = walk(21, COUNT)
Compute = Callable[[Bars, Setup], Floats]


def copied(bars: Bars) -> Bars:
    """The same bars with nothing behind them in memory."""
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume_base)
    return bars_of(bars.open_at_s.copy(), *(column.copy() for column in columns))


def require_prefix_stable(name: str, compute: Compute, bars: Bars, cut: int, seed: int) -> None:
    """The values of the first `cut` bars are the same bits with no future, and with another one."""
    known = compute(bars, SETUP)[:cut].tobytes()
    alone = compute(copied(bars.until(cut)), SETUP).tobytes()
    other = compute(scrambled_after(bars, cut, seed), SETUP)[:cut].tobytes()
    assert known == alone == other, f"{name} changes when later bars come"


@pytest.mark.parametrize("name", FEATURES)
@settings(max_examples=15)
@given(cut=st.integers(1, COUNT - 1), seed=st.integers(0, 2**32 - 1))
def test_no_feature_of_a_bar_changes_when_later_bars_come(name: str, cut: int, seed: int) -> None:
    bars = walk(seed, COUNT, flat_ratio=0.3)
    require_prefix_stable(name, FEATURES[name].compute, bars, cut, seed)


PLANTED: dict[str, Compute] = {
    "tomorrow": lambda bars, _: np.append(bars.close[1:], np.nan),
    "centred": lambda bars, _: np.convolve(bars.close, np.ones(3) / 3.0, mode="same"),
    "share_of_the_top": lambda bars, _: bars.close / bars.high.max(),
    "filled_backwards": lambda bars, _: np.maximum.accumulate(bars.high[::-1])[::-1],
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_feature_that_looks_ahead_fails_by_name(name: str) -> None:
    with pytest.raises(AssertionError, match=f"{name} changes when later bars come"):
        require_prefix_stable(name, PLANTED[name], BARS, 200, 3)


Seen = Callable[[Bars], object]
SEEN: dict[str, Seen] = {
    "patterns": patterns_at,
    "regime": lambda bars: regime_at(bars, SETUP),
    "week": lambda bars: weekly_trend(bars, Timeframe.H1),
    "proposal": lambda bars: proposed(View("BTC/USDT", Timeframe.H1, bars)),
}


def proposed(view: View) -> Proposal | None:
    return propose(view, EVERYTHING)


@pytest.mark.parametrize("name", SEEN)
def test_what_is_seen_at_a_close_is_the_same_whatever_comes_after(name: str) -> None:
    see, told = SEEN[name], set()
    for cut in range(120, COUNT, 4):
        now = see(BARS.until(cut))
        assert now == see(copied(BARS.until(cut))), cut
        assert now == see(scrambled_after(BARS, cut, cut).until(cut)), cut
        told.add(str(now))
    assert len(told) > 1  # it says something


def test_a_backtest_that_knows_the_whole_history_proposes_what_the_desk_does() -> None:
    columns = over_history(BARS, SETUP)
    count = 0
    for cut in range(100, COUNT):
        seen = BARS.until(cut)
        live = proposed(View("BTC/USDT", Timeframe.H1, copied(seen)))
        known = proposed(View("BTC/USDT", Timeframe.H1, seen, Known(columns, cut - 1)))
        assert live == known
        count += live is not None
    assert count > 10
