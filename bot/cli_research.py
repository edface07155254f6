"""backtest, compare, parity: what would this have done? From the terminal, for people or programs.

The desk need not run. Its parameters are taken where it has a database, else the defaults.
"""

import argparse
import asyncio
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from loguru import logger

from bot.research_worker import rule_votes
from bot.settings import Settings
from engine.core.parameters import Parameters
from engine.research import compare, parity, results, run
from engine.research.backtest import is_compiled
from engine.research.request import Request, parse_request
from engine.services.parameter_words import restored
from storage.database import Database, sqlite_path
from storage.parameters import ParameterVersions

EXIT_OK, EXIT_DIFFERENT = 0, 1
MARKET_FOLDER = "market"  # in the data folder
SHOWN_TRADES = 10


def backtest(settings: Settings, options: argparse.Namespace) -> int:
    """Prints what the request would have done; --save keeps it."""
    desk = _Desk(settings, options)
    if options.votes == "tape":
        from bot.cli_votes import replayed_backtest  # models' code: only a tape pays for it

        result = replayed_backtest(
            settings, desk.request(), desk.folder, desk.parameters, desk.compiled_dir
        )
    else:
        result = run.answer(
            desk.request(),
            desk.folder,
            desk.parameters,
            desk.votes.advise_with,
            desk.compiled_dir,
            desk.votes.lead_with,
        )
    if options.save:
        kept = results.save(result, settings.data_dir, options.save)
        sys.stderr.write(f"Kept as {options.save} in {kept.parent}.\n")
    if options.json:
        _print_json(results.as_json(result))
    else:
        sys.stdout.write(f"{_told(result)}\n")
    return EXIT_OK


def compared(settings: Settings, options: argparse.Namespace) -> int:
    """Prints one row for each way of trading the same bars, or for each result that was kept."""
    if options.kept:
        found = [(name, results.load(settings.data_dir, name)) for name in options.words]
        rows = [compare.row_of(name, result) for name, result in found]
    else:
        desk = _Desk(settings, options)
        asked = compare.variants(" ".join(options.words))
        material = run.read(asked[0].request, desk.folder)
        made = compare.compared(
            asked, material, desk.parameters, desk.votes.advise_with, desk.compiled_dir, _progress
        )
        rows = [compare.row_of(variant.name, result) for variant, result in made]
    if options.json:
        _print_json([asdict(row) for row in rows])
        return EXIT_OK
    for line in _table(rows):
        sys.stdout.write(f"{line}\n")
    return EXIT_OK


def checked(settings: Settings, options: argparse.Namespace) -> int:
    """Prints whether the live loop and the backtest make the same trades; 1 where they do not."""
    desk = _Desk(settings, options)
    request = desk.request()
    material = run.read(request, desk.folder)
    parameters = request.parameters(desk.parameters)
    logger.disable("engine.execution")  # what the desk would say of each odd bar
    try:
        found = asyncio.run(
            parity.compared(material, parameters, desk.votes.advise_with, desk.compiled_dir)
        )
    finally:
        logger.enable("engine.execution")
    if options.json:
        _print_json(asdict(found))
    elif found.difference is None:
        sys.stdout.write(
            f"Zero differences: {found.trades} trades and {found.open_positions} open positions "
            f"on {', '.join(found.symbols)}, {found.moments:,} moments.\n"
        )
    else:
        difference = found.difference
        sys.stdout.write(
            f"Different at {difference.what}.\n  live      {difference.live}\n"
            f"  backtest  {difference.compiled}\n"
        )
    return EXIT_OK if found.difference is None else EXIT_DIFFERENT


def data_folder(settings: Settings, options: argparse.Namespace) -> Path:
    """Where the bars are: --folder, else the data folder's own."""
    return Path(options.folder) if options.folder else settings.data_dir / MARKET_FOLDER


class _Desk:
    """What a request meets here: bars, parameters, voters, the compiled loop."""

    def __init__(self, settings: Settings, options: argparse.Namespace) -> None:
        self._words: Sequence[str] = options.words
        self.folder = data_folder(settings, options)
        self.parameters = asyncio.run(desk_parameters(settings))
        self.compiled_dir = settings.data_dir / "cache"
        self.votes = rule_votes(settings.voters)
        if not is_compiled(self.compiled_dir):
            sys.stderr.write("Compiling the loop, once for this version ...\n")

    def request(self) -> Request:
        return parse_request(" ".join(self._words))


async def desk_parameters(settings: Settings) -> Parameters:
    """Those of the desk's database; the defaults where there is none."""
    path = sqlite_path(settings.database)
    if path is not None and not path.exists():
        return Parameters()
    database = Database(settings.database)
    try:
        newest = await ParameterVersions(database).newest()
    finally:
        await database.close()
    return Parameters() if newest is None else restored(newest.values)


def _told(result: results.Backtest) -> str:
    measures, quote = result.measures, result.quote
    days = (result.ends_at - result.starts_at).total_seconds() / 86_400
    rows = [
        ("markets", f"{', '.join(result.symbols)}, {result.request.timeframe}"),
        ("span", f"{result.starts_at:%Y-%m-%d} to {result.ends_at:%Y-%m-%d}, {days:,.0f} days"),
        ("result", f"{result.return_ratio:+.2%} of {result.start_cash_quote:,} {quote}"),
        ("trades", f"{measures.trades}, {len(result.open_positions)} still open"),
        ("won", _ratio(measures.win_rate_ratio)),
        ("per trade", _r(measures.expectancy_r)),
        ("profit factor", _number(measures.profit_factor)),
        ("drawdown", f"{result.curve.drawdown_ratio.max():.2%}"),
        ("fees", f"{measures.fee_quote:,.2f} {quote}"),
        ("made with", f"config {result.config_hash}, bars {result.data_hash}"),
    ]
    lines = [f"{name:<14} {text}" for name, text in rows]
    lines += [f"note           {note}" for note in result.notes]
    for trade in result.trades[-SHOWN_TRADES:]:
        lines.append(
            f"{trade.closed_at:%Y-%m-%d %H:%M} {trade.symbol:<16} {trade.side.value:<5} "
            f"{trade.net_pnl_quote:>+12.2f} {trade.result_r:>+7.2f} R  {trade.strategy}"
        )
    return "\n".join(lines)


def _table(rows: Sequence[compare.Row]) -> list[str]:
    width = max((len(row.name) for row in rows), default=4)
    head = f"{'':<{width}} {'trades':>7} {'result':>9} {'drawdown':>9} {'won':>6} {'per trade':>10}"
    lines = [f"{head} {'factor':>7} {'fees':>10}"]
    lines += [
        f"{row.name:<{width}} {row.trades:>7} {row.return_ratio:>+9.2%} "
        f"{row.max_drawdown_ratio:>9.2%} {_ratio(row.win_rate_ratio):>6} "
        f"{_r(row.expectancy_r):>10} {_number(row.profit_factor):>7} {row.fee_quote:>10}"
        for row in rows
    ]
    return lines


def _progress(done: int, of: int, text: str) -> None:
    if text and sys.stderr.isatty():
        sys.stderr.write(f"{done + 1} of {of}: {text}\n")


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _r(value: float | None) -> str:
    return "-" if value is None else f"{value:+.3f} R"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _print_json(value: object) -> None:
    json.dump(_finite(value), sys.stdout, indent=1, default=str)
    sys.stdout.write("\n")


def _finite(value: object) -> object:
    # JSON has no NaN
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
