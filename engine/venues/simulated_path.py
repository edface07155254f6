"""The simulated market in numbers: any block of four hours, from nothing but seed and index.

No block needs the one before it, so the market can be entered at any moment at the same cost:

- Levels at block borders are value noise: independent normals at the knots of several periods
  (4 hours to 171 days), interpolated between them; one common factor, and one part per symbol.
  The log price is stationary: it wanders far, and never away for good.
- Inside a block a path joins the two levels: a regime chain (calm, trend, storm) by the minute
  gives volatility and drift, the common factor correlates the symbols, rare jumps hit them.
- Spread and volume follow the volatility of the moment.
- Funding follows the day: longs pay more after a rise, and are paid after a fall.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

STEP_S = 5  # a tick of every symbol; part of the definition of the market
BLOCK_S = 14_400
STEPS = BLOCK_S // STEP_S  # of a block
MINUTES = BLOCK_S // 60
FUNDING_S = 28_800  # settled at 00, 08 and 16 o'clock UTC, at the end of a block
STEPS_A_MINUTE = 60 // STEP_S

# period of the knots in blocks -> standard deviation of the log level there
OCTAVES = ((1, 0.008), (6, 0.018), (30, 0.04), (128, 0.09), (1024, 0.20))

# regimes: calm, normal, rising, falling, storm
VOLATILITY = np.array([0.5, 0.9, 1.0, 1.1, 2.6])  # times the symbol's own
DRIFT = np.array([0.0, 0.0, 0.22, -0.22, -0.04])  # a minute, in volatilities of a minute
LEAVE_RATIO = np.array([0.010, 0.012, 0.020, 0.020, 0.040])  # a minute: stays of 25 to 100
WEIGHTS = np.array([0.26, 0.32, 0.18, 0.17, 0.07])  # where a change leads, and where a block begins

MARKET_VOL = 0.00055  # of the common factor in one minute, log
MARKET_JUMPS = 0.12  # expected in a block
OWN_JUMPS = 0.10

FUNDING_BASE = 0.0001  # of the notional per interval, in a market that stands still
FUNDING_SLOPE = 0.004  # more of it for a day's move of the log level
FUNDING_CAP = 0.00075


class Character(NamedTuple):
    """What sets one simulated symbol apart."""

    number: int  # seeds its stream: never reused, so that a new symbol changes no old one
    price: float  # the level it wanders about
    beta: float  # share in the common factor
    own_vol: float  # its own part in one minute, log
    spread_bps: float  # in normal times
    turnover_quote: float  # in one minute of normal times


CHARACTERS = {
    "BTC": Character(1, 64_000.0, 0.9, 0.00025, 0.4, 8_000_000.0),
    "ETH": Character(2, 3_100.0, 1.1, 0.00035, 0.6, 5_000_000.0),
    "SOL": Character(3, 150.0, 1.4, 0.00065, 1.2, 1_800_000.0),
    "BNB": Character(4, 580.0, 0.8, 0.00035, 1.0, 700_000.0),
    "XRP": Character(5, 0.62, 1.0, 0.00060, 1.8, 900_000.0),
    "DOGE": Character(6, 0.14, 1.4, 0.00075, 2.0, 800_000.0),
    "LINK": Character(7, 14.5, 1.2, 0.00060, 2.2, 300_000.0),
    "AVAX": Character(8, 28.0, 1.4, 0.00065, 2.4, 300_000.0),
}

_REACHED = np.cumsum(WEIGHTS)[:-1]
_STAY_LOG = np.log1p(-LEAVE_RATIO)
_MINUTE_NUMBERS = np.arange(MINUTES, dtype=np.float64)
_KNOTS, _FACTOR, _OWN = 1, 2, 3  # names of random streams


class Block(NamedTuple):
    """One symbol's ticks of one block; all arrays (STEPS,) float64, oldest first.

    Tick k lies at block start + (k + 1) * STEP_S, the last one at the end of the block.
    """

    price: np.ndarray  # of the last trade, on the price step, as are the quotes
    bid_price: np.ndarray
    ask_price: np.ndarray
    volume_base: np.ndarray  # traded since the tick before


class Path(NamedTuple):
    """A log path from 0 over one block."""

    steps: np.ndarray  # (STEPS,) float64, log return of each step
    volatility: np.ndarray  # (MINUTES,) float64, the regime's, times the normal one


def block_of(seed: int, base: str, index: int, price_step: float) -> Block:
    """The ticks of `base` in block `index` (of the epoch); the same for the same arguments.

    `price_step` is 1 or a fraction of it, such as 0.1 or 0.05.
    """
    character = CHARACTERS[base]
    factor = factor_path(seed, index)
    rng = np.random.default_rng([seed, _OWN, character.number, index])
    own = _path(rng, character.own_vol, OWN_JUMPS)
    steps = character.beta * factor.steps + own.steps
    start_level = _level(seed, character, index)
    end_level = _level(seed, character, index + 1)
    wandering = np.cumsum(steps)
    missing = end_level - start_level - wandering[-1]
    log_price = start_level + wandering + missing * np.arange(1, STEPS + 1) / STEPS
    stress = 0.5 * (factor.volatility + own.volatility)  # by the minute, as what follows from it
    steps_a_unit = round(1.0 / price_step)  # counts divided by it are short decimals
    count = np.maximum(np.rint(np.exp(log_price) * steps_a_unit), 2.0)
    spread_ratio = _by_step(character.spread_bps / 1e4 * (0.6 + 0.4 * stress**2))
    spread_count = np.maximum(np.rint(count * spread_ratio * rng.uniform(0.8, 1.3, STEPS)), 1.0)
    bid_count = np.maximum(count - spread_count // 2.0, 1.0)
    turnover_quote = _by_step(character.turnover_quote / STEPS_A_MINUTE * stress**1.5)
    bursts = rng.lognormal(-0.32, 0.8, STEPS)  # mean 1
    moved = 0.5 + np.minimum(np.abs(steps) / (character.own_vol + MARKET_VOL), 4.0)
    price = count / steps_a_unit
    return Block(
        price,
        bid_count / steps_a_unit,
        (bid_count + spread_count) / steps_a_unit,
        np.round(turnover_quote * bursts * moved / price, 3),
    )


def funding_at(seed: int, base: str, at_s: int) -> float:
    """The funding ratio of `base` settled at `at_s`, a multiple of FUNDING_S; 1e-6 is its step."""
    character, index = CHARACTERS[base], at_s // BLOCK_S
    day_ago = index - 86_400 // BLOCK_S
    moved = _level(seed, character, index) - _level(seed, character, day_ago)
    ratio = min(max(FUNDING_BASE + FUNDING_SLOPE * moved, -FUNDING_CAP), FUNDING_CAP)
    return round(ratio, 6)


@lru_cache(maxsize=400)  # 10 MB: the warm-up asks for the same weeks, symbol by symbol
def factor_path(seed: int, index: int) -> Path:
    """The common factor in block `index`: what makes the symbols move together."""
    rng = np.random.default_rng([seed, _FACTOR, index])
    return _path(rng, MARKET_VOL, MARKET_JUMPS)


def _path(rng: np.random.Generator, minute_vol: float, jumps: float) -> Path:
    regimes = _regimes(rng)
    volatility = VOLATILITY[regimes]
    drift = _by_step(DRIFT[regimes] * minute_vol / STEPS_A_MINUTE)
    spread = _by_step(volatility * minute_vol / np.sqrt(STEPS_A_MINUTE))
    steps = drift + spread * rng.standard_normal(STEPS)
    for _ in range(rng.poisson(jumps)):
        steps[rng.integers(STEPS)] += minute_vol * rng.normal(0.0, 12.0)
    return Path(steps, volatility)


def _by_step(minutes: np.ndarray) -> np.ndarray:
    return np.repeat(minutes, STEPS_A_MINUTE)


def _regimes(rng: np.random.Generator) -> np.ndarray:
    # the regime of each minute of a block, (MINUTES,) int; drawn by inversion: `choice` is slow
    visited = np.searchsorted(_REACHED, rng.random(MINUTES), side="right")
    stays = np.log1p(-rng.random(MINUTES)) / _STAY_LOG[visited]  # geometric, at least a minute
    ends = np.cumsum(np.floor(stays) + 1.0)
    return visited[np.searchsorted(ends, _MINUTE_NUMBERS, side="right")]


def _level(seed: int, character: Character, index: int) -> float:
    # the log price at the start of block `index`
    common = character.beta * _noise(seed, 0, index)
    own = 0.6 * _noise(seed, character.number, index)
    return float(np.log(character.price) + common + own)


@lru_cache(maxsize=4096)
def _noise(seed: int, number: int, index: int) -> float:
    level = 0.0
    for octave, (period, spread) in enumerate(OCTAVES):
        knot, offset = divmod(index, period)
        share = offset / period
        before = _knot(seed, number, octave, knot)
        after = _knot(seed, number, octave, knot + 1)
        level += spread * (before + (after - before) * share)
    return level


@lru_cache(maxsize=4096)
def _knot(seed: int, number: int, octave: int, knot: int) -> float:
    stream = np.random.default_rng([seed, _KNOTS, number, octave, knot])
    return float(stream.standard_normal())
