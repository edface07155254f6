"""The same backtest on another past or with other strategies: what luck and stress tools play.

Jobs are varied here and nowhere else: whatever a job remembers of its bars must not be believed
of others.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.market.bars import Bars
from engine.research.backtest import Job, Series
from engine.research.outcome import Outcome
from engine.strategies.contract import Strategy

Play = Callable[[Job], Outcome]


def with_strategies(job: Job, strategies: Sequence[Strategy]) -> Job:
    """The job with these strategies and no others."""
    return replace(job, strategies=tuple(strategies), memory=None)


def with_series(job: Job, change: Callable[[Series], Series]) -> Job:
    """The job with every series changed. Other bars have no shorter bars inside: they move by
    themselves."""
    series = [change(each) for each in job.series]
    if all(new.bars is old.bars for new, old in zip(series, job.series, strict=True)):
        return replace(job, series=series, memory=None)
    series = [replace(each, detail=None) for each in series]
    return replace(job, series=series, detail=None, memory=None)


def with_bars(job: Job, change: Callable[[Bars], Bars], symbol: str | None = None) -> Job:
    """The job with the bars of `symbol` changed; of every symbol where none is named."""

    def changed(series: Series) -> Series:
        if symbol not in {None, series.instrument.symbol}:
            return series
        return replace(series, bars=change(series.bars))

    return with_series(job, changed)
