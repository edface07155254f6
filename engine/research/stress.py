"""Bad days: the same desk on the same past, to which something bad was done. Old against new.

Shocks strike while the largest trade is open, and against it: a crash that hits nobody proves
nothing.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from engine.core.positions import Trade
from engine.market.bars import Bars
from engine.research.backtest import Job
from engine.research.outcome import UNWATCHED, Watch
from engine.research.returns import Measures, measures_of
from engine.research.shocks import (
    dearer,
    dearer_instrument,
    delisted,
    flash_crash,
    gapped,
    halted,
    noisy,
    wider_spread,
)
from engine.research.variants import Play, with_bars, with_series

CRASH_RATIO, GAP_RATIO, DELISTING_RATIO = 0.30, 0.10, 0.60
HALT_S, OUTAGE_S = 12 * 3600, 6 * 3600
SPREAD_FACTOR, FEE_FACTOR = 10.0, 2


@dataclass(frozen=True, slots=True)
class Strike:
    """Where and when it hurts: the largest trade that was made."""

    symbol: str
    sign: int
    at_s: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """One bad day."""

    name: str
    words: str  # what happens, for a person
    change: Callable[[Job, Strike], Job]


@dataclass(frozen=True, slots=True)
class Stressed:
    """One scenario: how the past went, and how it would have gone."""

    scenario: str
    words: str
    old: Measures
    new: Measures

    @property
    def cost_ratio(self) -> float:
        """What it cost, as a share of the equity that the past ended with; negative: a gain."""
        return 1.0 - self.new.equity_quote / self.old.equity_quote


def stressed(
    job: Job,
    play: Play,
    scenarios: "Sequence[Scenario] | None" = None,
    watch: Watch = UNWATCHED,
) -> tuple[Stressed, ...]:
    """The job under each scenario; all of SCENARIOS where none are named. Empty without a trade."""
    chosen = SCENARIOS if scenarios is None else scenarios
    outcome = play(job)
    if not outcome.trades:
        return ()
    old, strike = measures_of(outcome), strike_of(outcome.trades)
    found = []
    for done, scenario in enumerate(chosen):
        watch.at(done, len(chosen), scenario.name)
        new = measures_of(play(scenario.change(job, strike)))
        found.append(Stressed(scenario.name, scenario.words, old, new))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class NoiseBand:
    """The same past seen a little differently, many times."""

    seen: Measures
    sharpe_ratio: tuple[float, float, float]  # 5 %, median and 95 % of the runs, per year
    net_ratio: tuple[float, float, float]
    max_drawdown_ratio: tuple[float, float, float]
    runs: int


def candle_noise(
    job: Job,
    play: Play,
    rng: np.random.Generator,
    runs: int = 50,
    noise_ratio: float = 0.05,
    watch: Watch = UNWATCHED,
) -> NoiseBand:
    """Runs with every price off by a small share of its bar's range: does the result hang on it?"""
    found = []
    for done in range(runs):
        watch.at(done, runs, "runs with noise")
        found.append(measures_of(play(with_bars(job, lambda bars: noisy(bars, noise_ratio, rng)))))

    def band(values: list[float]) -> tuple[float, float, float]:
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]).tolist()
        return low, middle, high

    return NoiseBand(
        seen=measures_of(play(job)),
        sharpe_ratio=band([each.sharpe_ratio for each in found]),
        net_ratio=band([each.net_ratio for each in found]),
        max_drawdown_ratio=band([each.max_drawdown_ratio for each in found]),
        runs=runs,
    )


def strike_of(trades: Sequence[Trade]) -> Strike:
    """The middle of the trade with the largest notional."""
    largest = max(trades, key=lambda trade: trade.qty_base * trade.entry_price)
    middle = largest.opened_at + (largest.closed_at - largest.opened_at) / 2
    return Strike(largest.symbol, largest.side.sign, math.ceil(middle.timestamp()))


def _flash_crash(job: Job, strike: Strike) -> Job:
    # all symbols at once: that is how it comes
    return with_bars(
        job, lambda bars: flash_crash(bars, _bar(bars, strike), -strike.sign * CRASH_RATIO)
    )


def _gap(job: Job, strike: Strike) -> Job:
    return with_bars(job, lambda bars: gapped(bars, _bar(bars, strike), -strike.sign * GAP_RATIO))


def _halt(job: Job, strike: Strike) -> Job:
    return with_bars(
        job, lambda bars: halted(bars, strike.at_s, strike.at_s + HALT_S), strike.symbol
    )


def _delisting(job: Job, strike: Strike) -> Job:
    return with_bars(
        job, lambda bars: delisted(bars, _bar(bars, strike), DELISTING_RATIO), strike.symbol
    )


def _outage(job: Job, strike: Strike) -> Job:
    # feed or venue: either way nothing is seen or done, and the first bar after it opens elsewhere
    return with_bars(job, lambda bars: halted(bars, strike.at_s, strike.at_s + OUTAGE_S))


def _spread(job: Job, _: Strike) -> Job:
    return with_series(job, lambda one: replace(one, costs=wider_spread(one.costs, SPREAD_FACTOR)))


def _fees(job: Job, _: Strike) -> Job:
    return with_series(
        job,
        lambda one: replace(
            one,
            costs=dearer(one.costs, FEE_FACTOR),
            instrument=dearer_instrument(one.instrument, Decimal(FEE_FACTOR)),
        ),
    )


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("flash crash", "30 % against the largest trade inside a bar, and back", _flash_crash),
    Scenario("gap", "all prices open 10 % against the largest trade", _gap),
    Scenario("halted symbol", "12 hours without a price of its symbol", _halt),
    Scenario("delisting", "its symbol loses 60 % and is never traded again", _delisting),
    Scenario("spread x 10", "every spread ten times as wide", _spread),
    Scenario("fees x 2", "every fee twice as high", _fees),
    Scenario("outage", "6 hours without feed or venue, all symbols", _outage),
)


def _bar(bars: Bars, strike: Strike) -> int:
    return min(int(np.searchsorted(bars.open_at_s, strike.at_s)), len(bars) - 1)
