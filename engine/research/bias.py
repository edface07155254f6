"""Does a strategy see the future, or depend on where history began?

Look-ahead: every bar after a moment is replaced, and what was decided before must stay. Recursion:
history begins later, and what is decided past the warm-up must stay. Strategies are asked as the
backtest asks them: candidates and features over the whole history, then bar by bar.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from engine.core.clockwork import from_ms
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars, bars_of
from engine.market.features import Setup, over_history
from engine.research.outcome import UNWATCHED, Watch
from engine.strategies.contract import Strategy
from engine.strategies.view import Known, View

CUTS = 8
Decided = dict[int, tuple[int, float]]  # by the bar's opening: side and stop


@dataclass(frozen=True, slots=True)
class Bias:
    """What one check of one strategy found."""

    strategy: str
    kind: str  # "look-ahead" or "recursion"
    compared: int  # decisions that were set against each other
    changed: int
    first_at: datetime | None  # opening of the first bar whose decision changed

    def sentence(self) -> str:
        """What a person reads."""
        if self.first_at is None:
            return f"{self.strategy}: no {self.kind}, {self.compared} decisions compared."
        cause = (
            "knows later bars" if self.kind == "look-ahead" else "depends on where history began"
        )
        return (
            f"{self.strategy} {cause}: {self.changed} of {self.compared} decisions changed, "
            f"first on the bar of {self.first_at:%Y-%m-%d %H:%M} UTC."
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """What a strategy is checked on."""

    symbol: str
    timeframe: Timeframe
    bars: Bars
    parameters: Parameters


def look_ahead(
    strategy: Strategy,
    subject: Subject,
    rng: np.random.Generator,
    cuts: int = CUTS,
    watch: Watch = UNWATCHED,
) -> Bias:
    """Whether bars after a moment change what is decided before it, at `cuts` moments.

    Half of the futures are shuffled and scaled, half are another market's.
    """
    size = len(subject.bars)
    real = decisions(strategy, subject)
    first = min(strategy.warmup_bars(subject.parameters), size - 1)
    moments = np.unique(np.linspace(first, size - 1, cuts + 1).astype(np.int64)[1:])
    changed: set[int] = set()
    compared: set[int] = set()
    for done, moment in enumerate(moments.tolist()):
        watch.at(done, len(moments), strategy.name)
        replaced = scrambled if done % 2 else redrawn
        bars = replaced(subject.bars, moment, rng)
        other = decisions(
            strategy, Subject(subject.symbol, subject.timeframe, bars, subject.parameters)
        )
        limit_s = int(subject.bars.open_at_s[moment])
        _compare(real, other, (0, limit_s), compared, changed)
    return _bias(strategy.name, "look-ahead", compared, changed)


def recursion(
    strategy: Strategy, subject: Subject, starts: Sequence[int], watch: Watch = UNWATCHED
) -> Bias:
    """Whether leaving out the first bars, `starts` of them, changes decisions past the warm-up."""
    real = decisions(strategy, subject)
    warmup_bars = strategy.warmup_bars(subject.parameters)
    changed: set[int] = set()
    compared: set[int] = set()
    for done, start in enumerate(starts):
        watch.at(done, len(starts), strategy.name)
        if start + warmup_bars >= len(subject.bars):
            continue
        bars = subject.bars.tail(len(subject.bars) - start)
        other = decisions(
            strategy, Subject(subject.symbol, subject.timeframe, bars, subject.parameters)
        )
        from_s = int(subject.bars.open_at_s[start + warmup_bars])
        _compare(real, other, (from_s, 2**62), compared, changed)
    return _bias(strategy.name, "recursion", compared, changed)


def decisions(strategy: Strategy, subject: Subject) -> Decided:
    """What the strategy decides on each bar, asked as the backtest asks it."""
    bars, parameters = subject.bars, subject.parameters
    columns = over_history(bars, Setup(subject.timeframe, parameters.atr_window_bars))
    found: Decided = {}
    for index in np.flatnonzero(strategy.candidates(bars, parameters)).tolist():
        seen = bars.until(index + 1)
        view = View(subject.symbol, subject.timeframe, seen, Known(columns, index))
        signal = strategy.signal(view, parameters)
        if signal is not None:
            found[int(bars.open_at_s[index])] = (signal.side.sign, signal.stop_price)
    return found


def scrambled(bars: Bars, moment: int, rng: np.random.Generator) -> Bars:
    """The same bars before `moment`; those from it on in another order and at other prices."""
    size = len(bars)
    place = np.concatenate((np.arange(moment), rng.permutation(np.arange(moment, size))))
    factor = np.where(np.arange(size) < moment, 1.0, rng.uniform(0.5, 2.0, size))
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume_base)
    return bars_of(bars.open_at_s, *(column[place] * factor for column in columns))


def redrawn(bars: Bars, moment: int, rng: np.random.Generator) -> Bars:
    """The same bars before `moment`; from it on a random walk that begins where they ended."""
    later = len(bars) - moment
    begin = float(bars.close[moment - 1]) if moment else float(bars.open[0])
    close = begin * np.exp(np.cumsum(rng.normal(0.0, 0.02, later)))
    opens = np.concatenate(([begin], close[:-1]))
    high = np.maximum(opens, close) * np.exp(np.abs(rng.normal(0.0, 0.01, later)))
    low = np.minimum(opens, close) * np.exp(-np.abs(rng.normal(0.0, 0.01, later)))
    volume = bars.volume_base[moment:] * rng.uniform(0.2, 5.0, later)
    before = (bars.open, bars.high, bars.low, bars.close, bars.volume_base)
    after = (opens, high, low, close, volume)
    joined = (np.concatenate((old[:moment], new)) for old, new in zip(before, after, strict=True))
    return bars_of(bars.open_at_s, *joined)


def _compare(
    real: Decided,
    other: Decided,
    span_s: tuple[int, int],
    compared: set[int],
    changed: set[int],
) -> None:
    # a decision that vanished or appeared counts as changed
    from_s, to_s = span_s
    within = {at_s for at_s in (*real, *other) if from_s <= at_s < to_s}
    compared |= within
    changed |= {at_s for at_s in within if real.get(at_s) != other.get(at_s)}


def _bias(name: str, kind: str, compared: set[int], changed: set[int]) -> Bias:
    first_at = from_ms(min(changed) * 1000) if changed else None
    return Bias(name, kind, len(compared), len(changed), first_at)
