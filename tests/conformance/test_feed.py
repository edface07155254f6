"""Cards for every Feed, f01..: simulated, recorded, polled from a venue, and streamed by it."""

from datetime import timedelta
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from engine.core.errors import SettingsError
from engine.core.market import (
    Bar,
    BarClosed,
    FundingSettled,
    MarketEvent,
    PriceMoved,
    TimePassed,
)
from engine.core.timeframes import Timeframe
from tests.conformance.feeds import (
    CcxtStage,
    ReplayStage,
    SimulatedStage,
    Stage,
    StreamedStage,
)

RANK = {PriceMoved: 0, FundingSettled: 1, BarClosed: 2, TimePassed: 3}


@pytest.fixture(params=["simulated", "replay", "ccxt", "streamed"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    match request.param:
        case "simulated":
            return SimulatedStage()
        case "replay":
            return ReplayStage(folder=tmp_path)
        case "ccxt":
            return CcxtStage()
        case _:
            return StreamedStage()


def bars_of(events: list[MarketEvent]) -> list[BarClosed]:
    return [event for event in events if isinstance(event, BarClosed)]


def prices_of(events: list[MarketEvent]) -> list[PriceMoved]:
    return [event for event in events if isinstance(event, PriceMoved)]


def is_whole(bar: Bar) -> bool:
    lowest, highest = min(bar.open, bar.close), max(bar.open, bar.close)
    return 0.0 < bar.low <= lowest <= highest <= bar.high and bar.volume_base >= 0.0


async def test_f01_a_moment_tells_prices_then_bars_then_that_time_passed(stage: Stage) -> None:
    events = await stage.play()
    moments = [list(moment) for _, moment in groupby(events, key=lambda event: event.at)]
    for moment in moments[:-1]:  # the last one was cut by the count
        ranks = [RANK[type(event)] for event in moment]
        assert ranks == sorted(ranks)
        assert ranks.count(RANK[TimePassed]) == 1
        moved = [event.symbol for event in prices_of(moment)]
        assert moved == sorted(moved, key=stage.symbols.index)
        assert len(moved) == len(set(moved))


async def test_f02_time_never_runs_back(stage: Stage) -> None:
    events = await stage.play()
    assert all(first.at <= second.at for first, second in pairwise(events))
    passed = [event.at for event in events if isinstance(event, TimePassed)]
    assert all(first < second for first, second in pairwise(passed))


async def test_f03_the_same_market_twice_is_the_same(stage: Stage) -> None:
    first, second = await stage.play(), await stage.play()
    if isinstance(stage, StreamedStage):  # when a tick arrives is the wire's business
        first, second = list(bars_of(first)), list(bars_of(second))
        shorter = min(len(first), len(second))
        assert shorter > 2
        first, second = first[:shorter], second[:shorter]
    assert first == second


async def test_f04_a_resumed_run_is_the_rest_of_the_whole_one(stage: Stage) -> None:
    whole = await stage.play()
    for part in (0.05, 0.31, 0.5):
        after = whole[int(stage.count * part)].at
        rest = [event for event in whole if event.at > after]
        if isinstance(stage, CcxtStage):  # only bars can be asked for again
            resumed = bars_of(await stage.later(timedelta(hours=1)).play(after=after))
            assert resumed[: len(bars_of(rest))] == bars_of(rest)
            assert bars_of(rest)
        else:
            assert await stage.play(len(rest), after) == rest


async def test_f05_history_and_events_join_without_gap_or_overlap(stage: Stage) -> None:
    events = await stage.play()
    for timeframe in stage.timeframes[:2]:
        symbol = stage.symbols[0]
        async with stage.opened() as feed:
            past = await feed.history(symbol, timeframe, before=None, bars=20)
        told = [e.bar for e in bars_of(events) if (e.symbol, e.timeframe) == (symbol, timeframe)]
        assert len(past) == 20
        joined = [*past, *told]
        assert len(told) > 0
        assert all(b.open_at - a.open_at == timeframe.delta for a, b in pairwise(joined))
        first_at = events[0].at
        assert past[-1].open_at + timeframe.delta <= first_at


async def test_f06_no_bar_is_told_before_it_has_closed(stage: Stage) -> None:
    events = await stage.play()
    for told in bars_of(events):
        assert told.at == told.bar.open_at + told.timeframe.delta
        assert told.timeframe.open_at(told.at) == told.at
        assert is_whole(told.bar)
    async with stage.opened() as feed:
        for timeframe in stage.timeframes:
            at = events[0].at
            past = await feed.history(stage.symbols[0], timeframe, before=at, bars=7)
            assert all(bar.open_at + timeframe.delta <= at for bar in past)
            assert all(is_whole(bar) for bar in past)


async def test_f07_history_looks_back_from_any_moment_to_the_bars_that_were_told(
    stage: Stage,
) -> None:
    if isinstance(stage, CcxtStage):
        stage, whole = stage.later(timedelta(hours=1)), await stage.play()
    else:
        whole = await stage.play()
    timeframe = stage.timeframes[0]
    told = [e for e in bars_of(whole) if (e.symbol, e.timeframe) == (stage.symbols[0], timeframe)]
    chosen = told[: max(2, len(told) // 2)]
    async with stage.opened() as feed:
        past = await feed.history(
            stage.symbols[0], timeframe, before=chosen[-1].at, bars=len(chosen)
        )
    assert list(past) == [event.bar for event in chosen]


async def test_f08_prices_are_positive_and_quotes_are_not_crossed(stage: Stage) -> None:
    for event in prices_of(await stage.play()):
        assert 0.0 < event.low_price <= min(event.open_price, event.close_price)
        assert event.high_price >= max(event.open_price, event.close_price)
        assert event.volume_base >= 0.0
        if event.quote is not None:
            assert 0.0 < event.quote.bid_price <= event.quote.ask_price


async def test_f09_instruments_stand_in_the_order_of_the_symbols(stage: Stage) -> None:
    async with stage.opened() as feed:
        instruments = await feed.instruments()
        assert feed.step_s > 0.0
    assert tuple(instrument.symbol for instrument in instruments) == stage.symbols
    for instrument in instruments:
        assert instrument.price_step > 0
        assert instrument.qty_step > 0
        assert instrument.min_qty_base >= instrument.qty_step
        assert instrument.shortable == (":" in instrument.symbol)


async def test_f10_an_unknown_symbol_is_one_clear_sentence(stage: Stage) -> None:
    with pytest.raises(SettingsError) as told:
        async with stage.opened(["NOPE/USDT"]) as feed:
            await feed.instruments()
    assert "NOPE/USDT" in told.value.sentence()


async def test_a_bar_sums_up_the_prices_that_were_told_since_its_start() -> None:
    events = await SimulatedStage(timeframes=(Timeframe.M1, Timeframe.M15)).play(6000)
    first_at = events[0].at
    checked = 0
    for told in bars_of(events):
        if told.bar.open_at < first_at:
            continue
        ticks = [
            event
            for event in prices_of(events)
            if event.symbol == told.symbol and told.bar.open_at < event.at <= told.at
        ]
        bar = told.bar
        assert (bar.open, bar.close) == (ticks[0].open_price, ticks[-1].close_price)
        assert bar.high == max(tick.high_price for tick in ticks)
        assert bar.low == min(tick.low_price for tick in ticks)
        assert bar.volume_base == pytest.approx(sum(tick.volume_base for tick in ticks))
        checked += 1
    assert checked > 50
