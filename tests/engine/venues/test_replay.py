"""A recorded market told again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import SettingsError
from engine.core.market import BarClosed, MarketEvent, PriceMoved, TimePassed
from engine.core.timeframes import Timeframe
from engine.venues.replay import CHUNK_STEPS, ReplayFeed
from engine.venues.replay_files import BarFolder
from engine.venues.resample import resampled
from tests.fakes.bar_files import walk, without, write
from tests.fakes.clocks import NOON

M15, H1 = Timeframe.M15, Timeframe.H1
BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"


async def told(feed: ReplayFeed, after: datetime | None = None) -> list[MarketEvent]:
    return [event async for event in feed.events(after)]


def of(events: list[MarketEvent], kind: type[MarketEvent], symbol: str = BTC) -> list[datetime]:
    return [
        e.at for e in events if isinstance(e, kind) and getattr(e, "symbol", "") in {symbol, ""}
    ]


async def test_a_bar_is_told_as_a_range_then_as_a_bar_at_its_close(tmp_path: Path) -> None:
    rows = walk(NOON, M15, 4)
    write(tmp_path, "BTC_USDT_USDT-15m", rows)
    moved, closed, passed, *_ = await told(ReplayFeed(tmp_path, [BTC], [M15], warmup_bars=0))
    assert isinstance(moved, PriceMoved)
    prices = (moved.open_price, moved.high_price, moved.low_price, moved.close_price)
    assert (*prices, moved.volume_base) == rows[0][1:]
    assert moved.quote is None
    assert isinstance(closed, BarClosed)
    assert closed.bar.open_at == NOON
    assert passed == TimePassed(at=NOON + M15.delta)


async def test_an_outage_is_silence_while_time_passes(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT_USDT-15m", without(walk(NOON, M15, 40), range(10, 17)))
    write(tmp_path, "ETH_USDT_USDT-15m", walk(NOON, M15, 40, seed=2))
    events = await told(ReplayFeed(tmp_path, [BTC, ETH], [M15, H1], warmup_bars=0))
    assert len(of(events, TimePassed)) == 40
    assert all(b - a == M15.delta for a, b in pairwise(of(events, TimePassed)))
    assert len(of(events, PriceMoved, BTC)) == 33
    assert len(of(events, PriceMoved, ETH)) == 40
    hours = [e for e in events if isinstance(e, BarClosed) and e.timeframe is H1]
    # 10:30 to 14:15 of the 10 hours is missing: one whole hour, and parts of two
    assert [len([e for e in hours if e.symbol == symbol]) for symbol in (BTC, ETH)] == [9, 10]


async def test_a_symbol_that_is_listed_later_joins_then(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT_USDT-15m", walk(NOON, M15, 40))
    late_at = NOON + timedelta(hours=5)
    write(tmp_path, "ETH_USDT_USDT-15m", walk(late_at, M15, 40))
    feed = ReplayFeed(tmp_path, [ETH, BTC], [M15], warmup_bars=8)
    events = await told(feed)
    assert await feed.starts_at() == NOON + 8 * M15.delta
    assert of(events, PriceMoved, ETH)[0] == late_at + M15.delta
    assert await feed.history(ETH, M15, before=None, bars=50) == ()
    assert len(await feed.history(BTC, M15, before=None, bars=50)) == 8
    assert events[-1].at == await feed.ends_at() == late_at + 40 * M15.delta


async def test_the_warm_up_holds_for_the_longest_bars(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT_USDT-15m", walk(NOON, M15, 120))
    feed = ReplayFeed(tmp_path, [BTC], [M15, H1], warmup_bars=6)
    assert len(await feed.history(BTC, H1, before=None, bars=99)) == 6
    assert len(await feed.history(BTC, M15, before=None, bars=99)) == 24
    assert (await told(feed))[0].at == NOON + timedelta(hours=6, minutes=15)


async def test_a_short_recording_is_not_used_up_by_its_warm_up(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT_USDT-15m", walk(NOON, M15, 80))
    feed = ReplayFeed(tmp_path, [BTC], [M15], warmup_bars=1500)
    assert len(await feed.history(BTC, M15, before=None, bars=1500)) == 20
    assert len(of(await told(feed), PriceMoved)) == 60


async def test_from_and_to_cut_what_is_told_and_history_reaches_back(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT_USDT-15m", walk(NOON, M15, 80))
    from_at, to_at = NOON + timedelta(hours=3, minutes=7), NOON + timedelta(hours=4)
    feed = ReplayFeed(tmp_path, [BTC], [M15], warmup_bars=50, from_at=from_at, to_at=to_at)
    events = await told(feed)
    first_at = NOON + timedelta(hours=3, minutes=15)
    assert (events[0].at, events[-1].at) == (first_at, to_at)
    history = await feed.history(BTC, M15, before=None, bars=5)
    assert [bar.open_at + M15.delta for bar in history][-1] == NOON + timedelta(hours=3)
    assert len(history) == 5


async def test_nothing_between_from_and_to_is_one_clear_sentence(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT_USDT-15m", walk(NOON, M15, 8))
    for words in ({"from_at": NOON + timedelta(days=3)}, {"to_at": NOON - timedelta(days=1)}):
        feed = ReplayFeed(tmp_path, [BTC], [M15], warmup_bars=0, **words)
        with pytest.raises(SettingsError, match="nothing to replay"):
            await told(feed)


async def test_it_goes_on_from_any_moment_also_between_two_bars(tmp_path: Path) -> None:
    count = CHUNK_STEPS + 60
    write(tmp_path, "BTC_USDT_USDT-15m", walk(NOON, M15, count))
    feed = ReplayFeed(tmp_path, [BTC], [M15], warmup_bars=0)
    whole = await told(feed)
    assert len(whole) == 3 * count
    for minutes in (0, 1, 15, 37, 15 * CHUNK_STEPS, 15 * CHUNK_STEPS + 16):
        after = NOON + timedelta(minutes=minutes)
        assert await told(feed, after) == [event for event in whole if event.at > after]
    assert await told(feed, whole[-1].at) == []
    assert await told(feed, NOON - timedelta(days=9)) == whole


@pytest.mark.parametrize(
    ("symbols", "timeframes", "text"),
    [
        ([], [M15], "at least one"),
        ([BTC], [], "at least one"),
        ([BTC], [Timeframe.M3, Timeframe.M5], "do not add up"),
    ],
)
def test_impossible_wishes_are_refused_at_once(
    tmp_path: Path, symbols: list[str], timeframes: list[Timeframe], text: str
) -> None:
    with pytest.raises(SettingsError, match=text):
        ReplayFeed(tmp_path, symbols, timeframes, warmup_bars=0)


@pytest.mark.data
@pytest.mark.parametrize(("source", "target"), [(Timeframe.M5, M15), (M15, H1)])
def test_summed_up_bars_are_the_venues_own(
    market_data: Path, source: Timeframe, target: Timeframe
) -> None:
    folder = BarFolder(market_data)
    own = folder.columns(BTC, target)
    made = resampled(folder.columns(BTC, source), source, target)
    _, left, right = np.intersect1d(own.open_ms, made.open_ms, return_indices=True)
    assert left.size > 8000
    for ours, theirs in zip(made[1:5], own[1:5], strict=True):
        assert np.array_equal(ours[right], theirs[left])
    # data/README: one volume differs, at 2023-11-10 15:00
    wrong = ~np.isclose(made.volume_base[right], own.volume_base[left])
    assert np.count_nonzero(wrong) <= 1


@pytest.mark.data
async def test_three_real_symbols_replay_in_order_with_their_outages(market_data: Path) -> None:
    symbols = [BTC, ETH, "SOL/USDT:USDT"]
    from_at = datetime(2022, 6, 1, tzinfo=UTC)
    feed = ReplayFeed(market_data, symbols, [H1], warmup_bars=100, from_at=from_at)
    events = await told(feed)
    start_at, end_at = await feed.starts_at(), await feed.ends_at()
    assert len(of(events, TimePassed)) == (end_at - start_at) // H1.delta
    for symbol in symbols:
        recorded = BarFolder(market_data).columns(symbol, H1)
        first_ms = int(start_at.timestamp() * 1000)
        assert len(of(events, PriceMoved, symbol)) == np.sum(recorded.open_ms >= first_ms)
