"""Unmodified ccxt against a venue on loopback that stumbles."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest

from engine.core.errors import SettingsError, Temporary
from engine.core.market import BarClosed, MarketEvent, PriceMoved, TimePassed
from engine.core.timeframes import Timeframe
from engine.venues.ccxt_client import Reader
from engine.venues.ccxt_feed import PATIENCE_S, CcxtFeed
from tests.conformance.feeds import opened_feed
from tests.fakes.binance_public import BinancePublic
from tests.fakes.clocks import NOON, FakeClock

BTC, ETH = "BTC/USDT", "ETH/USDT"
M1 = Timeframe.M1


class Scene:
    """A venue, and a desk's clock that starts 20 s after noon."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOON + timedelta(seconds=20))
        self.venue = BinancePublic(self.clock.now)

    def feed(self, *symbols: str, timeframes: tuple[Timeframe, ...] = (M1,)) -> Any:
        return opened_feed(self.venue, self.clock, symbols or (BTC,), timeframes)


async def until(events: AsyncGenerator[MarketEvent, None], kind: type, count: int) -> list[Any]:
    """Events up to the `count`th of a kind."""
    told: list[MarketEvent] = []
    async for event in events:
        told.append(event)
        if sum(isinstance(event, kind) for event in told) == count:
            break
    return told


def stream(feed: CcxtFeed, after: Any = None) -> AsyncGenerator[MarketEvent, None]:
    return feed.events(after)


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_prices_come_with_a_quote_each_second(scene: Scene) -> None:
    async with scene.feed(BTC, ETH) as feed:
        events = stream(feed)
        told = await until(events, TimePassed, 3)
        await events.aclose()
    moved = [event for event in told if isinstance(event, PriceMoved)]
    assert [event.symbol for event in moved] == [BTC, ETH] * 3
    assert (moved[2].at - moved[0].at).total_seconds() == 1.0
    quote = moved[0].quote
    assert quote is not None
    assert moved[0].close_price == pytest.approx(quote.mid_price)
    assert quote.spread_bps > 0.0


async def test_true_hosts_are_kept_for_errors_and_only_spot_is_asked(scene: Scene) -> None:
    async with scene.feed() as feed:
        await feed.instruments()
    assert scene.venue.asked == ["api.binance.com /api/v3/exchangeInfo"]


async def test_history_pages_over_more_bars_than_one_answer_holds(scene: Scene) -> None:
    async with scene.feed() as feed:
        bars = await feed.history(BTC, M1, before=NOON, bars=1203)
    assert len(bars) == 1203
    assert bars[-1].open_at == NOON - M1.delta
    assert len({bar.open_at for bar in bars}) == 1203


async def test_a_listing_younger_than_the_history_gives_what_there_is(scene: Scene) -> None:
    scene.venue.listed_since_ms = int((NOON - timedelta(minutes=7)).timestamp() * 1000)
    async with scene.feed() as feed:
        assert len(await feed.history(BTC, M1, before=NOON, bars=100)) == 7


@pytest.mark.parametrize("skew_ms", [-3_000, 0, 3_000])
async def test_a_bar_is_told_after_the_venue_has_closed_it(scene: Scene, skew_ms: int) -> None:
    scene.venue.skew_ms = skew_ms  # the venue's clock against ours
    async with scene.feed() as feed:
        events = stream(feed)
        told = await until(events, BarClosed, 2)
        await events.aclose()
        # asked again much later, nothing has changed in them
        scene.clock.now_at += timedelta(minutes=10)
        final = await feed.history(BTC, M1, before=told[-1].at, bars=2)
    assert [event.bar for event in told if isinstance(event, BarClosed)] == list(final)


async def test_the_bars_of_a_night_are_told_before_the_present(scene: Scene) -> None:
    after = NOON - timedelta(hours=2, seconds=-30)
    async with scene.feed() as feed:
        events = stream(feed, after)
        told = await until(events, BarClosed, 120)
        await events.aclose()
    bars = [event for event in told if isinstance(event, BarClosed)]
    ranges = [event for event in told if isinstance(event, PriceMoved)]
    assert bars[0].at == NOON - timedelta(hours=2) + M1.delta
    assert bars[-1].at == NOON
    # the bar in which the desk stopped began before that: its range is not told again
    assert [event.at for event in ranges] == [event.at for event in bars[1:]]
    assert all(event.volume_base > 0.0 for event in ranges)


async def test_time_passes_while_the_venue_is_away_and_what_was_missed_is_told(
    scene: Scene,
) -> None:
    async with scene.feed() as feed:
        events = stream(feed)
        before = await until(events, TimePassed, 5)
        scene.venue.fail(503, "", times=150)
        during: list[MarketEvent] = []
        while scene.venue._faults:
            during.append(await anext(events))
        back = await until(events, PriceMoved, 3)
        await events.aclose()
    assert all(isinstance(event, TimePassed) for event in during[1:])
    assert during[-1].at - before[-1].at > timedelta(minutes=2)
    bars = [event.at for event in (*during, *back) if isinstance(event, BarClosed)]
    assert bars == [NOON + number * M1.delta for number in range(1, len(bars) + 1)]
    assert len(bars) >= 2
    ranges = [event for event in back if isinstance(event, PriceMoved) and event.quote is None]
    assert ranges  # what was traded meanwhile reaches the guard


async def test_a_market_where_nobody_trades_does_not_stop_the_others(scene: Scene) -> None:
    scene.venue.silent_markets = {"ETHUSDT"}
    async with scene.feed(BTC, ETH) as feed:
        events = stream(feed)
        told = await until(events, BarClosed, 2)
        await events.aclose()
    assert {event.symbol for event in told if isinstance(event, BarClosed)} == {BTC}
    assert scene.clock.now() < NOON + 2 * M1.delta + timedelta(seconds=PATIENCE_S + 2)


async def test_a_read_is_tried_again_and_then_given_up(scene: Scene) -> None:
    async with scene.feed() as feed:
        scene.venue.fail(503, "", times=3)
        assert len(await feed.instruments()) == 1
        scene.venue.fail(500, "<html>", times=4)
        with pytest.raises(Temporary, match="ExchangeNotAvailable"):
            await feed.history(BTC, M1, before=NOON, bars=5)


async def test_garbage_is_an_answer_that_did_not_come(scene: Scene) -> None:
    async with scene.feed() as feed:
        await feed.instruments()
        for body in ("<html>busy</html>", '{"half": ', "[[1]]", "null", "[null]"):
            scene.venue.fail(200, body, times=1)
            bars = await feed.history(BTC, M1, before=NOON, bars=5)
            assert len(bars) in {0, 5}


async def test_a_rate_limit_is_waited_out_as_long_as_the_venue_says(scene: Scene) -> None:
    async with scene.feed() as feed:
        before_at = scene.clock.now()
        scene.venue.fail(429, '{"code": -1003, "msg": "Too many requests"}', times=1)
        await feed.instruments()
        assert scene.clock.now() - before_at == timedelta(seconds=7)


async def test_a_refusal_is_not_repeated(scene: Scene) -> None:
    async with scene.feed() as feed:
        await feed.instruments()
        asked = len(scene.venue.asked)
        scene.venue.fail(400, '{"code": -1121, "msg": "Invalid symbol."}', times=1)
        with pytest.raises(SettingsError, match="BadSymbol") as told:
            await feed.history(BTC, M1, before=NOON, bars=5)
        assert len(scene.venue.asked) == asked + 1
    assert "http" not in told.value.sentence()


async def test_unknown_names_are_told_with_what_there_is(scene: Scene) -> None:
    with pytest.raises(SettingsError, match="no venue 'binanc'") as told:
        Reader("binanc", [BTC], scene.clock)
    assert "binance" in told.value.hint
    async with scene.feed("BTC/EUR") as feed:
        with pytest.raises(SettingsError, match="BTC/EUR") as told:
            await feed.instruments()
        assert "BTC/USDT" in told.value.hint
    async with scene.feed() as feed:
        with pytest.raises(SettingsError, match="ETH/USDT"):
            await feed.history(ETH, M1, before=NOON, bars=1)


async def test_events_end_soon_after_closing(scene: Scene) -> None:
    async with scene.feed() as feed:
        events = stream(feed)
        await anext(events)
        await feed.close()
        rest = [event async for event in events]
    assert len(rest) <= 2
