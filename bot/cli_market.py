"""data download, check, list: the recorded bars that backtests and replays read."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.cli_research import data_folder
from bot.settings import REPLAY_PREFIX, SIMULATED, Settings
from engine.core.errors import UserError
from engine.core.timeframes import Timeframe
from engine.execution.clocks import SystemClock
from engine.research.bar_quality import BarQuality, examined
from engine.research.downloads import Downloaded, Wanted, download
from engine.venues.ccxt_client import Reader
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.replay_files import BarFolder

EXIT_OK, EXIT_UNSOUND = 0, 1
DEFAULT_DAYS = 365
PERPETUAL_VENUES = frozenset({"binanceusdm", "bybit", "okx", "krakenfutures"})
ACTIONS = ("download", "check", "list")


def recorded(settings: Settings, options: argparse.Namespace) -> int:
    """Does what the first word says."""
    actions: dict[str, Callable[[Settings, argparse.Namespace], int]] = {
        "download": _download,
        "check": _check,
        "list": _list,
    }
    return actions[options.action](settings, options)


def _download(settings: Settings, options: argparse.Namespace) -> int:
    symbols, timeframes = _asked(options, settings.market)
    if settings.market == SIMULATED or settings.market.startswith(REPLAY_PREFIX):
        raise UserError("From which venue?", hint="Such as --market binance.")
    since_at = _day(options.since) if options.since else None
    found = asyncio.run(
        _downloaded(settings, data_folder(settings, options), symbols, timeframes, since_at)
    )
    if options.json:
        _print_json([asdict(one) for one in found])
        return EXIT_OK
    for one in found:
        words = f"{one.symbol:<16} {one.timeframe.value:<4} {one.bars:>9,} bars"
        span = (
            "" if one.first_at is None else f", {one.first_at:%Y-%m-%d} to {one.last_at:%Y-%m-%d}"
        )
        sys.stdout.write(f"{words}, {one.new_bars:,} new{span}\n")
    return EXIT_OK


async def _downloaded(
    settings: Settings,
    folder: Path,
    symbols: tuple[str, ...],
    timeframes: tuple[Timeframe, ...],
    since_at: datetime | None,
) -> list[Downloaded]:
    clock = SystemClock(failed=_raise)
    reader = Reader(settings.market, symbols, clock, api_base=settings.exchange_api_base)
    market = CcxtMarket(reader, symbols, clock)
    found = []
    try:
        await market.instruments()  # a symbol that the venue does not have is told at once
        until_at = clock.now() + timedelta(seconds=await market.skew_s())
        for symbol in symbols:
            for timeframe in timeframes:
                wanted = Wanted(
                    symbol=symbol,
                    timeframe=timeframe,
                    from_at=since_at or until_at - timedelta(days=DEFAULT_DAYS),
                    until_at=until_at,
                )
                with _bar(f"{symbol} {timeframe}") as told:
                    found.append(await download(market, wanted, folder, told))
    finally:
        await market.close()
        await clock.close()
    return found


def _check(settings: Settings, options: argparse.Namespace) -> int:
    bars = BarFolder(data_folder(settings, options))
    reports = [
        examined(bars.path(symbol, frame), symbol, frame)
        for symbol in _chosen(bars, options)
        for frame in bars.frames(symbol)
    ]
    if options.json:
        _print_json([asdict(report) for report in reports])
    for report in () if options.json else reports:
        sys.stdout.write(f"{_told(report)}\n")
    return EXIT_OK if all(report.is_sound for report in reports) else EXIT_UNSOUND


def _list(settings: Settings, options: argparse.Namespace) -> int:
    bars = BarFolder(data_folder(settings, options))
    rows = [
        {"symbol": symbol, "timeframes": [frame.value for frame in bars.frames(symbol)]}
        for symbol in _chosen(bars, options)
    ]
    if options.json:
        _print_json(rows)
        return EXIT_OK
    for row in rows:
        sys.stdout.write(f"{row['symbol']:<18} {' '.join(row['timeframes'])}\n")
    return EXIT_OK


def _told(report: BarQuality) -> str:
    head = f"{report.symbol:<18} {report.timeframe.value:<4} {report.bars:>9,} bars"
    parts = [f"{head}, {report.first_at:%Y-%m-%d} to {report.last_at:%Y-%m-%d}"]
    if report.gaps:
        longest = f"{report.longest_gap_bars} from {report.longest_gap_at:%Y-%m-%d %H:%M}"
        parts.append(f"{report.gaps} gaps of {report.missing_bars} bars, the longest {longest}")
    counts = {
        "misaligned": report.misaligned,
        "out of order or double": report.disordered,
        "impossible": report.impossible,
        "without volume": report.zero_volume_bars,
        "jumps": report.jumps,
        "spikes": report.spikes,
    }
    parts += [f"{count:,} {what}" for what, count in counts.items() if count]
    if not report.is_sound:
        parts.append("cannot be used: download it again")
    return ", ".join(parts)


def _asked(
    options: argparse.Namespace, venue: str
) -> tuple[tuple[str, ...], tuple[Timeframe, ...]]:
    words = [part for word in options.words for part in word.split(",") if part]
    frames = tuple(Timeframe(word) for word in words if word in set(Timeframe))
    symbols = tuple(_full(word, venue) for word in words if word not in set(Timeframe))
    if not symbols:
        raise UserError("Which market?", hint="Such as data download BTC 1h --market binance.")
    return symbols, frames or (Timeframe.H1,)


def _full(word: str, venue: str) -> str:
    symbol = word.upper()
    if "/" in symbol:
        return symbol
    return f"{symbol}/USDT:USDT" if venue in PERPETUAL_VENUES else f"{symbol}/USDT"


def _chosen(bars: BarFolder, options: argparse.Namespace) -> tuple[str, ...]:
    if not options.words:
        return bars.symbols
    wanted = {word.upper() for word in options.words}
    found = tuple(s for s in bars.symbols if s in wanted or s.partition("/")[0] in wanted)
    if not found:
        raise UserError("There are no bars of that.", hint="parley data list says what there is.")
    return found


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UserError(f"--from {text} is no day.", hint="Such as 2021-01-01.") from None


def _bar(title: str) -> AbstractContextManager[Callable[[int, int, str], None]]:
    if not sys.stderr.isatty():
        return nullcontext(lambda _done, _of, _text: None)
    return _TerminalBar(title)


class _TerminalBar:
    """A progress bar on the terminal."""

    def __init__(self, title: str) -> None:
        from tqdm import tqdm  # type: ignore[import-untyped]

        self._bar = tqdm(desc=title, unit=" bars", leave=False)

    def __enter__(self) -> Callable[[int, int, str], None]:
        return self._move

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def _move(self, done: int, of: int, _text: str) -> None:
        self._bar.total = of
        self._bar.n = done
        self._bar.refresh()


def _raise(error: BaseException) -> None:
    raise error


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, indent=1, default=str)
    sys.stdout.write("\n")
