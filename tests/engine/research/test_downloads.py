"""Bars from a venue on loopback, through unmodified ccxt, into the files that backtests read."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from aiohttp.test_utils import TestServer

from engine.core.errors import SettingsError, Temporary, UserError
from engine.core.market import Bar
from engine.core.timeframes import Timeframe
from engine.research import downloads
from engine.research.bar_quality import examined
from engine.research.downloads import Wanted, download
from engine.venues.ccxt_client import Reader
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.replay_files import BarFolder, file_name, written
from tests.fakes.binance_public import BinancePublic, price_of
from tests.fakes.clocks import NOON, FakeClock

BTC, M1 = "BTC/USDT", Timeframe.M1
FROM_AT = NOON - timedelta(hours=20)


@asynccontextmanager
async def a_market(venue: BinancePublic, clock: FakeClock) -> AsyncIterator[CcxtMarket]:
    server = TestServer(venue.app())
    await server.start_server()
    reader = Reader("binance", (BTC,), clock, api_base=str(server.make_url("/")))
    reader.client.enableRateLimit = False  # its limiter waits by the wall's time
    market = CcxtMarket(reader, (BTC,), clock)
    try:
        yield market
    finally:
        await market.close()
        await server.close()


def wanted(until_at: datetime, from_at: datetime = FROM_AT) -> Wanted:
    late_at = until_at + timedelta(seconds=30)  # so that the last bar is settled
    return Wanted(symbol=BTC, timeframe=M1, from_at=from_at, until_at=late_at)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_every_closed_bar_comes_once_and_the_unfinished_one_does_not(tmp_path: Path) -> None:
    clock = FakeClock(NOON + timedelta(seconds=30))
    async with a_market(BinancePublic(clock.now), clock) as market:
        heard: list[tuple[int, int]] = []
        done = await download(
            market, wanted(clock.now()), tmp_path, lambda at, of, _: heard.append((at, of))
        )
    assert (done.bars, done.new_bars) == (1200, 1200)
    assert done.first_at == FROM_AT
    assert done.last_at == NOON - timedelta(minutes=1)
    assert heard == [(0, 1200), (1200, 1200)]
    columns = BarFolder(tmp_path).columns(BTC, M1)
    assert columns.open[7] == price_of("BTCUSDT", int(columns.open_ms[7]))
    assert done.path.name == "BTC_USDT-1m.parquet"
    assert names_in(tmp_path) == [done.path.name]


async def test_a_download_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    venue = BinancePublic(clock.now)
    async with a_market(venue, clock) as market:
        await download(market, wanted(NOON, NOON - timedelta(hours=2)), tmp_path)
        asked = len(venue.asked)
        again = await download(market, wanted(NOON, NOON - timedelta(hours=2)), tmp_path)
        assert again.new_bars == 0
        assert len(venue.asked) == asked  # nothing was missing, so nobody was asked
        clock.now_at += timedelta(hours=1)
        later = await download(market, wanted(clock.now(), NOON), tmp_path)
        earlier = await download(market, wanted(clock.now(), FROM_AT), tmp_path)
    assert later.new_bars == 60
    assert earlier.new_bars == 18 * 60
    open_ms = written(earlier.path, M1).open_ms
    assert set(np.diff(open_ms).tolist()) == {60_000}


async def test_no_hole_is_left_between_old_bars_and_a_later_start(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_market(BinancePublic(clock.now), clock) as market:
        early_at = NOON - timedelta(hours=10)
        await download(market, wanted(early_at, FROM_AT), tmp_path)
        done = await download(market, wanted(NOON, NOON - timedelta(hours=1)), tmp_path)
    assert done.bars == 1200


async def test_what_came_before_a_break_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PART_BARS", 500)

    class Breaking:
        def __init__(self, market: CcxtMarket, parts: int) -> None:
            self.market = market
            self.parts = parts

        async def closed(
            self, symbol: str, timeframe: Timeframe, after: datetime, until: datetime
        ) -> list[Bar]:
            if not self.parts:
                raise Temporary("the line is cut")
            self.parts -= 1
            return await self.market.closed(symbol, timeframe, after, until)

    clock = FakeClock(NOON)
    async with a_market(BinancePublic(clock.now), clock) as market:
        with pytest.raises(Temporary):
            await download(Breaking(market, 2), wanted(NOON), tmp_path)
        assert written(tmp_path / "BTC_USDT-1m.parquet", M1).size == 1000
        done = await download(market, wanted(NOON), tmp_path)
    assert (done.bars, done.new_bars) == (1200, 200)


async def test_a_venue_that_stumbles_is_asked_again(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    venue = BinancePublic(clock.now)
    async with a_market(venue, clock) as market:
        await market.instruments()
        venue.fail(429, '{"code":-1003,"msg":"Too many requests."}', 1)
        done = await download(market, wanted(NOON, NOON - timedelta(hours=1)), tmp_path)
    assert done.bars == 60


async def test_a_market_that_began_later_has_the_bars_that_it_has(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    venue = BinancePublic(clock.now)
    venue.listed_since_ms = int((NOON - timedelta(hours=3)).timestamp() * 1000)
    async with a_market(venue, clock) as market:
        done = await download(market, wanted(NOON), tmp_path)
    assert done.bars == 180


async def test_a_span_without_a_bar_and_an_unknown_market_are_one_sentence(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_market(BinancePublic(clock.now), clock) as market:
        with pytest.raises(UserError, match="No bar has closed"):
            await download(market, wanted(NOON, NOON), tmp_path)
    reader = Reader("binance", ("XYZ/USDT",), clock)
    await reader.close()
    with pytest.raises(SettingsError, match="there is no venue"):
        Reader("binnance", (BTC,), clock)


def test_files_are_called_as_replays_look_for_them() -> None:
    assert file_name("BTC/USDT:USDT", Timeframe.H1) == "BTC_USDT_USDT-1h.parquet"
    assert file_name("BTC/USDT", Timeframe.M5) == "BTC_USDT-5m.parquet"


def a_file(folder: Path, **changes: Sequence[float]) -> Path:
    count = 200
    wave = 100.0 + np.sin(np.arange(count) / 5.0)
    columns: dict[str, object] = {
        "timestamp": np.arange(count, dtype=np.int64) * 60_000,
        "open": wave,
        "high": wave + 0.5,
        "low": wave - 0.5,
        "close": wave,
        "volume": np.ones(count),
    }
    frame = pl.DataFrame(columns | changes)
    path = folder / "BTC_USDT-1m.parquet"
    frame.write_parquet(path)
    return path


def test_a_sound_file_has_nothing_to_report(tmp_path: Path) -> None:
    report = examined(a_file(tmp_path), BTC, M1)
    assert report.is_sound
    assert (report.bars, report.gaps, report.zero_volume_bars) == (200, 0, 0)
    assert (report.jumps, report.spikes, report.longest_gap_at) == (0, 0, None)


def test_gaps_doubles_and_bars_off_the_grid_are_counted(tmp_path: Path) -> None:
    times = (np.arange(200, dtype=np.int64) * 60_000).tolist()
    times[100:] = [ms + 5 * 60_000 for ms in times[100:]]
    times[150:] = [ms + 60_000 for ms in times[150:]]
    report = examined(a_file(tmp_path, timestamp=times), BTC, M1)
    assert report.is_sound
    assert (report.gaps, report.missing_bars, report.longest_gap_bars) == (2, 6, 5)
    assert report.longest_gap_at is not None
    assert report.longest_gap_at.timestamp() == 100 * 60
    times[10] = times[9]
    times[20] += 7
    report = examined(a_file(tmp_path, timestamp=times), BTC, M1)
    assert not report.is_sound
    assert (report.disordered, report.misaligned) == (1, 1)


def test_impossible_bars_silence_jumps_and_spikes_are_counted(tmp_path: Path) -> None:
    wave = 100.0 + np.sin(np.arange(200) / 5.0)
    wave[160:] += 20.0  # and stays
    high, low, volume = wave + 0.5, wave - 0.5, np.ones(200)
    high[120] += 30.0  # and back
    low[30] = high[30] + 1.0
    volume[40:45] = 0.0
    report = examined(
        a_file(
            tmp_path,
            open=wave.tolist(),
            high=high.tolist(),
            low=low.tolist(),
            close=wave.tolist(),
            volume=volume.tolist(),
        ),
        BTC,
        M1,
    )
    assert (report.impossible, report.zero_volume_bars, report.jumps) == (1, 5, 1)
    assert report.spikes == 1
    assert not report.is_sound
