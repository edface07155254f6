"""What every strategy must pass. Each check raises AssertionError with the strategy's name."""

from collections.abc import Callable

import numpy as np

from engine.core.advice import Signal
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.bars import Bars, bars_of
from engine.strategies.contract import Strategy
from engine.strategies.view import View

SYMBOL, TIMEFRAME = "BTC/USDT", Timeframe.H1


def view_at(bars: Bars, end: int) -> View:
    """The view after `end` bars have closed."""
    return View(SYMBOL, TIMEFRAME, bars.until(end))


def signals_of(strategy: Strategy, bars: Bars, parameters: Parameters) -> list[Signal | None]:
    """What the strategy says after each bar."""
    return [strategy.signal(view_at(bars, end), parameters) for end in range(1, len(bars) + 1)]


def scrambled_after(bars: Bars, end: int, seed: int) -> Bars:
    """The same first `end` bars, and another future."""
    chance = np.random.default_rng(seed)
    order = chance.permutation(np.arange(end, len(bars)))
    place = np.concatenate((np.arange(end), order)).astype(np.int64)
    factor = np.where(np.arange(len(bars)) < end, 1.0, chance.uniform(0.5, 2.0))
    return _each(bars, lambda column: column[place] * factor)


def require_no_look_ahead(strategy: Strategy, bars: Bars, parameters: Parameters) -> None:
    """Another future, or none, and the decisions before it stay.

    The view is sliced out of the whole history, as a store slices it: a strategy that reaches
    behind its slice sees the future.
    """
    for end in range(strategy.warmup_bars(parameters), len(bars), 5):
        told = strategy.signal(view_at(bars, end), parameters)
        cut = strategy.signal(view_at(_alone(bars, end), end), parameters)
        other = strategy.signal(view_at(scrambled_after(bars, end, end), end), parameters)
        assert told == cut == other, f"{strategy.name} looks ahead at bar {end}"


def require_determinism(strategy: Strategy, bars: Bars, parameters: Parameters) -> None:
    """Asked twice, in any order, it says the same."""
    once = signals_of(strategy, bars, parameters)
    ends = list(range(1, len(bars) + 1))
    backwards = [strategy.signal(view_at(bars, end), parameters) for end in reversed(ends)]
    assert once == backwards[::-1], f"{strategy.name} depends on what it was asked before"


def require_warm_up(strategy: Strategy, bars: Bars, parameters: Parameters) -> None:
    """Silent in its warm-up; from then on, history before the warm-up changes nothing."""
    needed = strategy.warmup_bars(parameters)
    early = (strategy.signal(view_at(bars, end), parameters) for end in range(1, needed))
    assert not any(early), f"{strategy.name} speaks in its warm-up"
    for end in range(needed, len(bars) + 1, 3):
        short = View(SYMBOL, TIMEFRAME, bars.until(end).tail(needed))
        assert strategy.signal(short, parameters) == strategy.signal(
            view_at(bars, end), parameters
        ), f"{strategy.name} remembers more than its warm-up"


def require_nan_is_silence(strategy: Strategy, bars: Bars, parameters: Parameters) -> None:
    """A NaN in what it looks at is no signal."""
    hole = np.where(np.arange(len(bars)) == len(bars) - 1, np.nan, 1.0)
    torn = _each(bars, lambda column: column * hole)
    said = strategy.signal(view_at(torn, len(bars)), parameters)
    assert said is None, f"{strategy.name} makes a signal of NaN"


def require_candidates_miss_nothing(strategy: Strategy, bars: Bars, parameters: Parameters) -> None:
    """Where it is no candidate it has nothing to say."""
    flags = strategy.candidates(bars, parameters).tolist()
    for flag, signal in zip(flags, signals_of(strategy, bars, parameters), strict=True):
        assert flag or signal is None, f"{strategy.name} speaks where it is no candidate"


def require_sound_signals(strategy: Strategy, bars: Bars, parameters: Parameters) -> int:
    """Each signal has its stop on the losing side and says why; returns how many there are."""
    count = 0
    for end, signal in enumerate(signals_of(strategy, bars, parameters), start=1):
        if signal is None:
            continue
        count += 1
        risk_price = (float(bars.close[end - 1]) - signal.stop_price) * signal.side.sign
        assert risk_price > 0.0, f"{strategy.name} puts a stop on the winning side"
        assert signal.stop_price > 0.0, f"{strategy.name} has a stop below zero"
        assert signal.why, f"{strategy.name} gives no reason"
        assert signal.strategy == strategy.name, f"{strategy.name} signs with another name"
    return count


def _alone(bars: Bars, end: int) -> Bars:
    # the first bars in arrays of their own: nothing lies behind them in memory
    return _each(bars.until(end), lambda column: column.copy())


def _each(bars: Bars, change: Callable[[Floats], Floats]) -> Bars:
    # the same moments with every other column changed
    return bars_of(
        bars.open_at_s.copy(),
        change(bars.open),
        change(bars.high),
        change(bars.low),
        change(bars.close),
        change(bars.volume_base),
    )
