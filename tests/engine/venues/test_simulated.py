"""The simulated market as a feed."""

from datetime import timedelta

import pytest

from engine.core.errors import SettingsError
from engine.core.market import BarClosed, MarketEvent
from engine.core.timeframes import Timeframe
from engine.venues.simulated import SIMULATED_SYMBOLS, SimulatedFeed
from engine.venues.simulated_path import BLOCK_S
from tests.fakes.clocks import NOON

BTC, DOGE = "BTC/USDT:USDT", "DOGE/USDT:USDT"
M1 = Timeframe.M1


async def first(feed: SimulatedFeed, count: int) -> list[MarketEvent]:
    events = feed.events(None)
    told = [await anext(events) for _ in range(count)]
    await events.aclose()
    return told


def test_there_are_eight_perpetuals() -> None:
    assert len(SIMULATED_SYMBOLS) == 8
    assert all(symbol.endswith("/USDT:USDT") for symbol in SIMULATED_SYMBOLS)


async def test_a_symbol_moves_alike_whoever_else_is_watched() -> None:
    alone = await first(SimulatedFeed([DOGE], [M1], seed=3, origin_at=NOON), 200)
    among = await first(SimulatedFeed([BTC, DOGE], [M1], seed=3, origin_at=NOON), 400)
    mine = [event for event in among if getattr(event, "symbol", DOGE) == DOGE]
    assert mine[:200] == alone[: len(mine)]
    assert len(mine) > 200


async def test_another_seed_is_another_market() -> None:
    one = await first(SimulatedFeed([BTC], [M1], seed=1, origin_at=NOON), 50)
    other = await first(SimulatedFeed([BTC], [M1], seed=2, origin_at=NOON), 50)
    assert one != other


async def test_a_restart_years_later_costs_no_more_than_the_first_start() -> None:
    feed = SimulatedFeed([BTC], [M1], seed=3, origin_at=NOON)
    far_at = NOON + timedelta(days=3650)
    events = feed.events(far_at)
    assert (await anext(events)).at == far_at + timedelta(seconds=5)
    await events.aclose()
    assert feed._block.cache_info().misses == 1  # the cost, without a stop-watch


async def test_history_before_the_origin_is_the_market_before_it() -> None:
    early = SimulatedFeed([BTC], [M1], seed=3, origin_at=NOON - timedelta(seconds=BLOCK_S))
    told = [e.bar for e in await first(early, 6000) if isinstance(e, BarClosed) and e.at <= NOON]
    late = SimulatedFeed([BTC], [M1], seed=3, origin_at=NOON)
    assert list(await late.history(BTC, M1, before=None, bars=len(told))) == told
    assert len(told) == BLOCK_S // 60


@pytest.mark.parametrize("timeframe", list(Timeframe))
async def test_every_length_of_bar_adds_up_from_minutes(timeframe: Timeframe) -> None:
    feed = SimulatedFeed([BTC], [M1], seed=3, origin_at=NOON)
    (bar,) = await feed.history(BTC, timeframe, before=NOON, bars=1)
    end_at = bar.open_at + timeframe.delta
    minutes = await feed.history(BTC, M1, before=end_at, bars=timeframe.seconds // 60)
    assert minutes[0].open_at == bar.open_at
    assert (bar.open, bar.close) == (minutes[0].open, minutes[-1].close)
    assert bar.high == max(minute.high for minute in minutes)
    assert bar.low == min(minute.low for minute in minutes)
    assert bar.volume_base == pytest.approx(sum(minute.volume_base for minute in minutes))


@pytest.mark.parametrize("symbol", ["BTC/USDT", "NOPE/USDT:USDT", "BTC"])
async def test_a_symbol_it_does_not_simulate_is_one_clear_sentence(symbol: str) -> None:
    with pytest.raises(SettingsError, match=symbol) as told:
        SimulatedFeed([symbol], [M1], seed=1, origin_at=NOON)
    assert BTC in told.value.hint
    feed = SimulatedFeed([BTC], [M1], seed=1, origin_at=NOON)
    with pytest.raises(SettingsError, match=symbol):
        await feed.history(symbol, M1, before=None, bars=1)
