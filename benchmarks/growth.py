"""What a backtest costs as its bars and markets grow: it has to grow no faster than they do.

Run from the repository: `.venv/bin/python -m benchmarks.growth [picture.png]`. Bars of the eight
perpetuals of ../shared/data, repeated one after the other, with their prices joined, where they
end. "Entries" is what the strategies and voters are asked for, once per set of bars; "loop" is
the compiled part, asked again for every change of exits, sizes and limits.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from benchmarks.tables import row, table
from engine.core.clockwork import from_ms
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars, bars_of
from engine.market.talib_calls import load
from engine.research.backtest import compiled_loop
from engine.research.job import Job, Series
from engine.research.tape import world_of
from engine.venues.catalogue import costs_of, instrument_of
from engine.venues.replay_files import BarFolder
from llm.roster import DEFAULT_VOTERS, parse_voters, rule_advice

DATA = Path(__file__).parents[2] / "shared" / "data"
CACHE = Path(__file__).parents[1] / ".numba_cache"
BASES = ("BTC", "ETH", "BNB", "SOL", "DOGE", "LINK", "AVAX", "MATIC")
T = TypeVar("T")
HOUR_S = Timeframe.H1.seconds
YEAR_BARS = 365 * 24
YEARS = (1, 2, 4, 8)
SYMBOLS = (1, 2, 4, 8, 16, 32, 64)
ROUNDS = 5


class Cost(NamedTuple):
    """One size, its best of a few runs."""

    size: int
    bars: int  # of all markets
    trades_log: int  # rows of the loop's log
    entries_s: float
    loop_s: float


def report(picture: str = "") -> str:
    """The two tables of this benchmark, as markdown; a picture of them where a path is given."""
    load()
    parameters = Parameters()
    by_years = [_cost(_job(parameters, 1, years), years) for years in YEARS]
    by_symbols = [_cost(_job(parameters, symbols, 1), symbols) for symbols in SYMBOLS]
    if picture:
        _draw(by_years, by_symbols, Path(picture))
    heads = ("bars", "entries", "us a bar", "loop", "ns a bar")
    return "\n\n".join(
        table(head, *heads, rows=[_line(cost, unit) for cost in costs])
        for head, unit, costs in (
            (
                "one market, hourly, the default strategies, voters and every risk rule",
                "y",
                by_years,
            ),
            ("one year, hourly, shared cash", "markets", by_symbols),
        )
    )


def _line(cost: Cost, unit: str) -> str:
    return row(
        f"{cost.size} {unit}",
        f"{cost.bars:,}",
        f"{cost.entries_s:.2f} s",
        f"{cost.entries_s / cost.bars * 1e6:.1f}",
        f"{cost.loop_s * 1e3:.2f} ms",
        f"{cost.loop_s / cost.bars * 1e9:.0f}",
    )


def _cost(job: Job, size: int) -> Cost:
    run = compiled_loop(CACHE)
    entries_s = loop_s = float("inf")
    bars = log = 0
    for _ in range(ROUNDS):
        took_s, (world, _decisions) = _timed(lambda: world_of(job))
        entries_s = min(entries_s, took_s)
        took_s, account = _timed(partial(run, world, float(job.start_cash_quote)))
        loop_s = min(loop_s, took_s)
        bars, log = int(world.tape.sign.size), account.fills
    return Cost(size, bars, log, entries_s, loop_s)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began_s = time.perf_counter()
    done = work()
    return time.perf_counter() - began_s, done


def _job(parameters: Parameters, symbols: int, years: int) -> Job:
    folder = BarFolder(DATA)
    made = []
    for number in range(symbols):
        base = BASES[number % len(BASES)]
        symbol = f"{base}/USDT:USDT"
        columns = folder.columns(symbol, Timeframe.H1)
        bars = repeated(bars_of(columns.open_ms // 1000, *columns[1:]), years, number)
        instrument = instrument_of(symbol, float(bars.close[0]))
        name = f"{base}{number}/USDT:USDT" if number >= len(BASES) else symbol
        made.append(Series(replace(instrument, symbol=name), costs_of(instrument), bars))
    first_s = int(made[0].bars.open_at_s[0])
    return Job(
        series=made,
        timeframe=Timeframe.H1,
        parameters=parameters,
        advise=rule_advice(parse_voters(DEFAULT_VOTERS), parameters),
        start_cash_quote=Decimal(100_000),
        starts_at=from_ms(first_s * 1000),
        ends_at=from_ms((first_s + years * YEAR_BARS * HOUR_S) * 1000),
    )


def repeated(bars: Bars, years: int, shift: int) -> Bars:
    """So many years of the last bars: again from their beginning where they end, prices joined.

    `shift` starts some weeks later, so that a market that is used twice is not the same twice.
    """
    wanted = years * YEAR_BARS
    tail = bars.tail(3 * YEAR_BARS)
    count = len(tail)
    places = (np.arange(wanted) + shift * 24 * 21) % count
    joins = np.flatnonzero(places[1:] < places[:-1]) + 1
    scale = np.ones(wanted)
    for join in joins.tolist():  # the first bar of a round opens where the last one closed
        before = float(tail.close[places[join - 1]]) * scale[join - 1]
        scale[join:] = before / float(tail.open[places[join]])
    first_s = int(bars.open_at_s[0])
    return bars_of(
        first_s + HOUR_S * np.arange(wanted, dtype=np.int64),
        tail.open[places] * scale,
        tail.high[places] * scale,
        tail.low[places] * scale,
        tail.close[places] * scale,
        tail.volume_base[places],
    )


def _draw(by_years: Sequence[Cost], by_symbols: Sequence[Cost], path: Path) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    FigureCanvasAgg(figure)
    for place, (costs, what) in enumerate(
        ((by_years, "years of one market"), (by_symbols, "markets, one year"))
    ):
        axes = figure.add_subplot(1, 2, place + 1)
        sizes = [cost.size for cost in costs]
        axes.loglog(sizes, [cost.entries_s for cost in costs], "o-", label="entries")
        axes.loglog(sizes, [cost.loop_s for cost in costs], "s-", label="loop")
        straight = [costs[-1].loop_s * size / sizes[-1] for size in sizes]
        axes.loglog(sizes, straight, ":", color="grey", label="in proportion")
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.set_xlabel(what)
        axes.set_ylabel("seconds")
        axes.legend(frameon=False)
    figure.suptitle("A backtest's cost grows with its bars")
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    print(report(*sys.argv[1:2]))
