"""Bad days done to recorded bars and costs: each function returns new ones, the old ones stay."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from engine.core.market import Instrument
from engine.market.arrays import Flags, Floats
from engine.market.bars import Bars, bars_of
from engine.rules.fills import Costs


def flash_crash(bars: Bars, at: int, depth_ratio: float) -> Bars:
    """Inside the bar `at`, the price is away by `depth_ratio` and comes back before its close.

    Negative is down. The way back takes the next bar, too: it opens halfway.
    """
    opens, high, low = bars.open.copy(), bars.high.copy(), bars.low.copy()
    extreme = float(bars.open[at]) * (1.0 + depth_ratio)
    low[at], high[at] = min(low[at], extreme), max(high[at], extreme)
    if at + 1 < len(bars):
        opens[at + 1] = float(bars.open[at]) * (1.0 + depth_ratio / 2.0)
        low[at + 1] = min(low[at + 1], opens[at + 1])
        high[at + 1] = max(high[at + 1], opens[at + 1])
    return bars_of(bars.open_at_s, opens, high, low, bars.close, bars.volume_base)


def gapped(bars: Bars, at: int, gap_ratio: float) -> Bars:
    """From the bar `at` on every price is higher by `gap_ratio` (lower where it is negative)."""
    factor = np.where(np.arange(len(bars)) >= at, 1.0 + gap_ratio, 1.0)
    return _scaled(bars, factor)


def halted(bars: Bars, from_s: int, to_s: int) -> Bars:
    """Without the bars that open in the span: a halt of the symbol, or a feed that is silent."""
    return _kept(bars, (bars.open_at_s < from_s) | (bars.open_at_s >= to_s))


def delisted(bars: Bars, at: int, loss_ratio: float) -> Bars:
    """In the bar `at` the price falls by `loss_ratio`; no bar follows it."""
    ended = bars.until(at + 1)
    factor = np.ones(len(ended))
    factor[-1] = 1.0 - loss_ratio
    high = ended.high.copy()  # the fall happened inside the bar
    low, close = ended.low * factor, ended.close * factor
    return bars_of(ended.open_at_s, ended.open, high, low, close, ended.volume_base)


def wider_spread(costs: Costs, factor: float) -> Costs:
    """A spread so many times as wide."""
    return costs._replace(spread_bps=costs.spread_bps * factor)


def dearer(costs: Costs, factor: float) -> Costs:
    """Fees so many times as high."""
    return costs._replace(
        maker_fee_ratio=costs.maker_fee_ratio * factor,
        taker_fee_ratio=costs.taker_fee_ratio * factor,
    )


def dearer_instrument(instrument: Instrument, factor: Decimal) -> Instrument:
    """The market as one that says so: the desk sizes by the fees it is told."""
    return replace(
        instrument,
        maker_fee_ratio=instrument.maker_fee_ratio * factor,
        taker_fee_ratio=instrument.taker_fee_ratio * factor,
    )


def noisy(bars: Bars, noise_ratio: float, rng: np.random.Generator) -> Bars:
    """Bars as another venue might have seen them: each price off by a share of its bar's range.

    noise_ratio: the deviation, as a share of the bar's range. High and low stay the extremes.
    """
    span = noise_ratio * (bars.high - bars.low) / bars.close
    size = len(bars)
    moved = [
        column * np.exp(rng.normal(0.0, 1.0, size) * span)
        for column in (bars.open, bars.high, bars.low, bars.close)
    ]
    opens, high, low, close = moved
    high = np.maximum.reduce([high, opens, close])
    low = np.minimum.reduce([low, opens, close])
    return bars_of(bars.open_at_s, opens, high, low, close, bars.volume_base)


def _scaled(bars: Bars, factor: Floats) -> Bars:
    opens, high, low, close = (
        column * factor for column in (bars.open, bars.high, bars.low, bars.close)
    )
    return bars_of(bars.open_at_s, opens, high, low, close, bars.volume_base)


def _kept(bars: Bars, kept: Flags) -> Bars:
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume_base)
    return bars_of(bars.open_at_s[kept], *(column[kept] for column in columns))
