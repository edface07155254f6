"""Longer bars from shorter ones: closed ones only, and the very bars a feed itself tells.

The sums themselves, gaps and weeks, are tested with the venues' folder of files
(tests/engine/venues/test_resample.py): it uses this one.
"""

from datetime import timedelta

import numpy as np
import pytest

from engine.core.market import Bar
from engine.core.timeframes import Timeframe
from engine.market.bars import EMPTY, Bars, BarStore
from engine.market.resample import HIGHER, MOST_BARS, resampled
from engine.venues.simulated import SimulatedFeed
from tests.engine.market.drawn import walk
from tests.engine.strategies.kit import scrambled_after
from tests.fakes.clocks import NOON

BTC = "BTC/USDT:USDT"
H1, H4 = Timeframe.H1, Timeframe.H4


def columns(bars: Bars) -> list[list[float]]:
    prices = (bars.open, bars.high, bars.low, bars.close, bars.volume_base)
    return [bars.open_at_s.tolist(), *(column.tolist() for column in prices)]


def stored(told: tuple[Bar, ...], timeframe: Timeframe) -> Bars:
    store = BarStore()
    for bar in told:
        store.add(BTC, timeframe, bar)
    return store.view(BTC, timeframe)


@pytest.mark.parametrize(
    ("source", "target"),
    [(Timeframe.M5, Timeframe.M30), (Timeframe.M15, H1), (H1, H4), (H4, Timeframe.D1)],
)
async def test_the_made_bars_are_the_feeds_own(source: Timeframe, target: Timeframe) -> None:
    feed = SimulatedFeed([BTC], [source, target], seed=5, origin_at=NOON + timedelta(hours=7))
    short = stored(await feed.history(BTC, source, before=None, bars=101), source)
    made = resampled(short, source, target)
    own = stored(await feed.history(BTC, target, before=None, bars=len(made)), target)
    assert len(made) >= 101 * source.seconds // target.seconds - 1
    for ours, theirs in zip(columns(made)[:-1], columns(own)[:-1], strict=True):
        assert ours == theirs
    np.testing.assert_allclose(made.volume_base, own.volume_base, rtol=1e-12)


def test_a_longer_bar_appears_with_the_close_of_its_last_part_and_never_changes() -> None:
    bars = walk(6, 61)  # from midnight on
    whole = columns(resampled(bars, H1, H4))
    for end in range(1, 62):
        made = resampled(bars.until(end), H1, H4)
        assert len(made) == end // 4
        assert columns(made) == [column[: end // 4] for column in whole]


def test_another_future_changes_no_longer_bar_that_has_closed() -> None:
    bars = walk(6, 61)
    for end in range(4, 60, 5):
        before = columns(resampled(bars.until(end), H1, H4))
        other = columns(resampled(scrambled_after(bars, end, end), H1, H4))
        assert [column[: end // 4] for column in other] == before


def test_a_cut_first_bar_is_left_out() -> None:
    bars = walk(6, 24)
    assert resampled(bars.tail(23), H1, H4).open_at_s[0] == 4 * 3600
    assert len(resampled(bars.tail(3), H1, H4)) == 0
    assert len(resampled(bars.tail(6), H1, H4)) == 1


def test_nothing_makes_nothing_and_lengths_must_divide() -> None:
    assert resampled(EMPTY, H1, H4) is EMPTY
    with pytest.raises(ValueError, match="do not add up"):
        resampled(walk(1, 5), Timeframe.M3, Timeframe.M5)


def test_every_timeframe_under_a_week_has_one_above_it() -> None:
    assert set(HIGHER) == set(Timeframe) - {Timeframe.W1}
    for below, above in HIGHER.items():
        assert above.seconds % below.seconds == 0
        assert 1 < above.seconds // below.seconds <= MOST_BARS
