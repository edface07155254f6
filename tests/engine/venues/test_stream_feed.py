"""The streamed feed: unmodified ccxt.pro against a venue on loopback that is told what to say."""

import math
from datetime import datetime, timedelta
from itertools import groupby, pairwise

import pytest

from engine.core.errors import SettingsError
from engine.core.market import BarClosed, TimePassed
from engine.core.timeframes import Timeframe
from engine.venues.stream_settling import PATIENCE
from tests.fakes.binance_public import price_of
from tests.fakes.clocks import NOON
from tests.fakes.stream_stage import M1, StreamStage, at_noon

BTC, ETH = "BTC/USDT", "ETH/USDT"
M5 = Timeframe.M5


@pytest.fixture
def stage() -> StreamStage:
    return StreamStage((BTC,), at=at_noon(20.0))


def bars(stage: StreamStage, symbol: str = BTC, timeframe: Timeframe = M1) -> list[BarClosed]:
    return [
        event
        for event in stage.told
        if isinstance(event, BarClosed) and (event.symbol, event.timeframe) == (symbol, timeframe)
    ]


def asked(stage: StreamStage, path: str) -> int:
    return sum(path in each for each in stage.venue.asked)


async def test_a_new_quote_is_told_at_once(stage: StreamStage) -> None:
    async with stage.listening():
        await stage.play(2)
        await stage.step(0.1)
        before = len(stage.prices(BTC))
        await stage.venue.tick("BTCUSDT", 50_123.0, 2**60)
        await stage.step(0.03)
    moved = stage.prices(BTC)[before]
    assert moved.close_price == 50_123.0
    assert moved.quote is not None
    assert moved.quote.mid_price == pytest.approx(50_123.0)


async def test_bars_of_the_streams_are_told_once_in_order_and_as_the_venue_keeps_them() -> None:
    stage = StreamStage((BTC, ETH), (M1, M5), at=at_noon(200.0))
    async with stage.listening():
        await stage.play(150)
        for symbol in (BTC, ETH):
            told = [bar.bar for bar in bars(stage, symbol)]
            past = await stage.feed.history(symbol, M1, before=None, bars=500)
            before = bars(stage, symbol)[-1].at
            kept = await stage.feed.history(symbol, M1, before=before, bars=len(told))
            assert told == list(kept)
            assert past[-1].open_at + M1.delta <= told[0].open_at
    assert [bar.at for bar in bars(stage, BTC, M5)] == [NOON + M5.delta]


async def test_proved_bars_need_no_question(stage: StreamStage) -> None:
    async with stage.listening():
        await stage.play(60)  # the first border may need one: the bar began before the stream
        before = asked(stage, "/klines")
        for _ in range(60):
            await stage.play(0)
            await stage.step(0.98)
            await stage.venue.second(["BTCUSDT"], ["1m"])
        await stage.settle()
        assert asked(stage, "/klines") == before
    assert len(bars(stage)) == 2


async def test_a_bar_that_no_stream_told_is_read_by_rest(stage: StreamStage) -> None:
    async with stage.listening():
        for _ in range(60):
            await stage.step(1.0)
            await stage.venue.tick("BTCUSDT", price_of("BTCUSDT", stage.venue.now_ms()), 2**60)
        await stage.until(lambda: bool(bars(stage)))
        last = bars(stage)[-1]
        kept = await stage.feed.history(BTC, M1, before=last.at, bars=1)
        assert [last.bar] == list(kept)


async def test_prices_go_on_while_a_bar_is_awaited_and_the_moments_keep_their_order(
    stage: StreamStage,
) -> None:
    async with stage.listening():
        await stage.play(math.floor((at_noon(59.9) - stage.clock._now_at).total_seconds()))
        await stage.until(lambda: stage.clock._now_at > at_noon(59.9), seconds=0.1)
        stage.told.clear()
        for number in range(8):  # over the border; the venue has not summed up its bar yet
            await stage.step(0.1)
            await stage.venue.tick("BTCUSDT", 50_000.0 + number, 2**60 + number)
        assert not bars(stage)
        assert {moved.close_price for moved in stage.prices(BTC)} >= {50_001.0, 50_006.0}
        assert all(moved.at < NOON + M1.delta for moved in stage.prices(BTC))
        await stage.play(2)
    assert [bar.at for bar in bars(stage)] == [NOON + M1.delta]
    moments = [event.at for event in stage.told]
    assert moments == sorted(moments)
    for _, moment in groupby(stage.told, key=lambda event: event.at):
        assert isinstance(list(moment)[-1], TimePassed)


async def test_the_bars_of_a_night_are_told_before_the_present(stage: StreamStage) -> None:
    after = NOON - timedelta(hours=2, seconds=-30)
    async with stage.listening(after):
        await stage.play(1)
    told = bars(stage)
    assert told[0].at == NOON - timedelta(hours=2) + M1.delta
    assert [bar.at for bar in told] == [told[0].at + n * M1.delta for n in range(len(told))]
    first_live = next(m for m in stage.prices(BTC) if m.quote is not None)
    assert first_live.at > told[-1].at or first_live.at > NOON


async def test_a_market_where_nobody_trades_does_not_stop_the_others() -> None:
    stage = StreamStage((BTC, ETH), at=at_noon(20.0))
    async with stage.listening():
        stage.venue.silent_markets = {"ETHUSDT"}
        stage.symbols = (BTC,)
        await stage.play(110)
        told_at = _told_at(stage, bars(stage)[-1])
    assert not bars(stage, ETH)
    assert len(bars(stage)) == 2
    assert told_at < NOON + 2 * M1.delta + PATIENCE


def _told_at(stage: StreamStage, bar: BarClosed) -> datetime:
    place = stage.told.index(bar)
    return next(e.at for e in stage.told[place:] if e.at > bar.at)


async def test_subscriptions_come_ten_at_a_time_and_a_second_apart() -> None:
    stage = StreamStage((BTC, ETH), (M1, M5, Timeframe.M15, Timeframe.H1), at=at_noon(20.0))
    async with stage.listening():
        pass
    assert [len(streams) for streams in stage.venue.subscribed] == [2, 2, 8]
    seconds = [at.timestamp() for at in stage.venue.subscribed_at]
    assert all(b - a >= 0.99 for a, b in pairwise(seconds))


async def test_events_end_soon_after_closing(stage: StreamStage) -> None:
    async with stage.opened() as feed:
        events = feed.events(None)
        await anext(events)
        await feed.close()
        rest = [event async for event in events]
    assert len(rest) <= 2


async def test_an_unknown_symbol_is_told_with_what_there_is() -> None:
    stage = StreamStage(("BTC/EUR",), at=at_noon(20.0))
    async with stage.opened() as feed:
        with pytest.raises(SettingsError, match="BTC/EUR") as told:
            await anext(feed.events(None))
    assert "BTC/USDT" in told.value.hint
