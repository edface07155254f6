"""The same bars through the same rules: many symbols, shared cash.

What the desk does on a replay of these bars, in one compiled loop. Strategies and voters are pure
and do not see the account, so they are asked beforehand, on the bars where they may speak.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np

from engine.analytics.equity import EquityCurve, measured
from engine.core.events import Event
from engine.core.positions import Position, Trade
from engine.research import evidence, loop, margins, pieces, portfolio, world
from engine.research.accounts import booked
from engine.research.compiled import cache_folder, compiled
from engine.research.job import Advise, Job, Series
from engine.research.tape import world_of
from engine.research.unknowable import refuse_unknowable
from engine.research.world import World

__all__ = ["Advise", "Job", "Result", "Series", "compiled_loop", "is_compiled", "run"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it."""

    trades: tuple[Trade, ...]  # in the order of their closing
    open_positions: tuple[Position, ...]
    curve: EquityCurve  # one point per moment
    cash_quote: Decimal
    events: tuple[Event, ...] = ()  # of the trades, as the desk's journal has them


def run(job: Job, data_dir: Path | None) -> Result:
    """The result of the job; `data_dir` keeps the compiled loop, None runs it as plain Python.

    Both ways give the same digits. Raises ValueError where the span holds no moment, UserError
    for parameters that bars cannot tell the outcome of.
    """
    refuse_unknowable(job.parameters)
    built, decisions = world_of(job)
    replay = loop.replay if data_dir is None else compiled_loop(data_dir)
    account = replay(built, float(job.start_cash_quote))
    books = booked(
        built.book.fills[: account.fills],
        built.tape.at_s,
        [series.instrument for series in job.series],
        decisions,
        job.start_cash_quote,
    )
    quote = job.series[0].instrument.quote
    curve = measured(built.tape.at_s.astype(np.float64), built.book.equity_quote, quote)
    return Result(books.trades, books.open_positions, curve, books.cash_quote, books.events)


def compiled_loop(data_dir: Path) -> Callable[[World, float], world.Account]:
    """The loop as machine code, kept under `data_dir` for the present sources."""
    from numba.extending import register_jitable

    for function in world.PIECES:
        if function not in _given:
            register_jitable(function)
            _given.add(function)
    return compiled(loop.replay, _loop_dir(data_dir))


def is_compiled(data_dir: Path) -> bool:
    """Whether the machine code of the present sources is there; else the first run makes it."""
    return any(cache_folder(_loop_dir(data_dir)).rglob("*.nbc"))


def _loop_dir(data_dir: Path) -> Path:
    digest = hashlib.sha256()
    for module in (loop, pieces, evidence, margins, portfolio, world):
        # numba notices a changed loop, but not changed columns that it took as constants
        digest.update(Path(str(module.__file__)).read_bytes())
    return data_dir / f"loop-{digest.hexdigest()[:16]}"


_given: set[Callable[..., object]] = set()  # numba's own table of overloads is process-wide, too
