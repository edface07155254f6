"""Markets drawn from a seed, for backtests and strategies."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from engine.core.market import Instrument
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars, bars_of
from engine.rules.fills import Costs
from engine.venues.funding import Funding

START_AT = datetime(2026, 1, 1, tzinfo=UTC)
HOUR_S = Timeframe.H1.seconds


def drawn_bars(seed: int, bars: int, *, price: float, missing_ratio: float = 0.0) -> Bars:
    """Hourly bars from START_AT on: trends, ranges and storms; some missing at random."""
    chance = np.random.default_rng(seed)
    stretch = np.repeat(chance.normal(0.0, 0.0015, bars // 40 + 1), 40)[:bars]
    storm = np.repeat(chance.choice([0.5, 1.0, 2.5], bars // 60 + 1), 60)[:bars]
    close = price * np.exp(np.cumsum(stretch + storm * chance.normal(0.0, 0.006, bars)))
    gap = np.exp(chance.normal(0.0, 0.001, bars))
    opens = np.concatenate(([price], close[:-1])) * gap
    high = np.maximum(opens, close) * np.exp(np.abs(chance.normal(0.0, 0.003, bars)))
    low = np.minimum(opens, close) * np.exp(-np.abs(chance.normal(0.0, 0.003, bars)))
    volume = chance.lognormal(5.0, 1.0, bars)
    open_at_s = int(START_AT.timestamp()) + HOUR_S * np.arange(bars)
    kept = chance.random(bars) >= missing_ratio
    kept[0] = True
    columns = (opens, high, low, close, volume)
    return bars_of(open_at_s[kept], *(np.round(column[kept], 6) for column in columns))


def drawn_funding(seed: int, hours: int) -> Funding:
    """Settlements every eight hours from START_AT on, a few milliseconds late, as venues stamp."""
    chance = np.random.default_rng(seed)
    count = hours // 8
    at_ms = int(START_AT.timestamp()) * 1000 + 8 * HOUR_S * 1000 * np.arange(count)
    late_ms = chance.integers(0, 30, count)
    return Funding(at_ms + late_ms, np.round(chance.normal(0.0001, 0.0003, count), 8))


def an_instrument(symbol: str, price_step: str, qty_step: str) -> Instrument:
    """A market of that name with plausible minimums and fees."""
    base, _, quote = symbol.partition(":")[0].partition("/")
    return Instrument(
        symbol=symbol,
        base=base,
        quote=quote,
        price_step=Decimal(price_step),
        qty_step=Decimal(qty_step),
        min_qty_base=Decimal(qty_step),
        min_notional_quote=Decimal(5),
        maker_fee_ratio=Decimal("0.0002"),
        taker_fee_ratio=Decimal("0.0005"),
        shortable=":" in symbol,
    )


def costs_on(instrument: Instrument) -> Costs:
    """What trading there costs."""
    return Costs(
        maker_fee_ratio=float(instrument.maker_fee_ratio),
        taker_fee_ratio=float(instrument.taker_fee_ratio),
        spread_bps=2.0,
        slippage_bps=0.5,
        impact_bps=10.0,
    )
