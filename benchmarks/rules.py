"""ns per bar of the guard and of a whole trade loop over the rules, plain and compiled.

Run from the repository: `.venv/bin/python -m benchmarks.rules`. Medians; the machine code is kept
in `.numba_cache/`, so a second run starts at once. Trust the ratios, not the absolutes.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.research.compiled import compiled
from engine.rules.exits import Plan, advance, opened
from engine.rules.fills import Costs, apply_fill, is_filled, market_fill
from engine.rules.ledger import cash_after
from engine.rules.sizing import SizeLimits, size

CACHE = Path(__file__).parents[1] / ".numba_cache"
REPEATS = 7
PLAIN_BARS = 20_000
FAST_BARS = 1_000_000
EVERY_BARS = 24  # an entry is tried so often

QTY_STEP = 0.001
PRICE_STEP = 0.01
PLAN = Plan(
    target_1_r=1.0,
    share_1_ratio=0.5,
    target_2_r=2.0,
    share_2_ratio=0.25,
    target_3_r=4.0,
    share_3_ratio=0.25,
    breakeven_from_r=1.0,
    trail_from_r=1.5,
    trail_atr=1.0,
    give_back_from_r=2.0,
    give_back_ratio=0.4,
    time_stop_bars=96.0,
)
COSTS = Costs(0.0002, 0.0005, 2.0, 1.0, 10.0)
LIMITS = SizeLimits(1.0, 50_000.0, 50_000.0, 50_000.0, 0.001, 5.0, QTY_STEP, QTY_STEP)


class Bars(NamedTuple):
    """Columns of a market, oldest first: (bars,) float64 arrays, or lists of floats."""

    open_price: Any
    high_price: Any
    low_price: Any
    close_price: Any
    atr_price: Any
    volume_base: Any


def a_market(count: int, seed: int = 7) -> Bars:
    """`count` five-minute bars: fat-tailed returns, volatility in clusters, now and then a gap."""
    generator = np.random.default_rng(seed)
    calm = 0.0008 * np.exp(0.5 * np.sin(np.arange(count) / 700.0))
    close = 30_000.0 * np.exp(np.cumsum(np.clip(generator.standard_t(4, count), -8, 8) * calm))
    gap = 1.0 + np.where(generator.random(count) < 0.002, generator.normal(0, 0.01, count), 0.0)
    start = np.concatenate(([close[0]], close[:-1])) * gap
    wick = np.abs(generator.normal(0, 0.5, (2, count))) * calm
    high = np.maximum(start, close) * (1.0 + wick[0])
    low = np.minimum(start, close) * (1.0 - wick[1])
    volume = generator.lognormal(3.0, 1.0, count)
    return Bars(*(np.round(part, 2) for part in (start, high, low, close, close * calm, volume)))


def guard(bars: Bars, count: int) -> tuple[int, float]:
    """The guard alone, a new position each time the old one leaves: (exits, checksum)."""
    exits = 0
    checksum = 0.0
    position = opened(1, 1.0, bars.close_price[0], bars.close_price[0] * 0.997)
    held_bars = 0.0
    for i in range(1, count):
        held_bars += 1.0
        after = advance(
            position,
            PLAN,
            bars.open_price[i],
            bars.high_price[i],
            bars.low_price[i],
            bars.close_price[i],
            bars.atr_price[i],
            held_bars,
            QTY_STEP,
        )
        position = after.position
        checksum += after.exit_1.price + after.exit_2.price + after.exit_3.price
        if after.exit_4.reason != 0 or position.targets_done == 3:
            exits += 1
            checksum += after.exit_4.price
            sign = -position.sign
            held_bars = 0.0
            price = bars.close_price[i]
            position = opened(sign, 1.0, price, price - sign * 3.0 * bars.atr_price[i])
    return exits, checksum


def trades(bars: Bars, count: int) -> tuple[int, float]:
    """Entries by clock, sized, filled, guarded and booked: (fills, cash at the end)."""
    fills = 0
    cash_quote = 10_000.0
    position = opened(1, 0.0, 1.0, 0.5)
    held_bars = 0.0
    for i in range(1, count):
        low_price = bars.low_price[i]
        high_price = bars.high_price[i]
        if position.qty_base > 0.0:
            held_bars += 1.0
            after = advance(
                position,
                PLAN,
                bars.open_price[i],
                high_price,
                low_price,
                bars.close_price[i],
                bars.atr_price[i],
                held_bars,
                QTY_STEP,
            )
            position = after.position
            side = -position.sign
            for wish in (after.exit_1, after.exit_2, after.exit_3, after.exit_4):
                if wish.qty_base > 0.0:
                    volume = bars.volume_base[i]
                    fill = market_fill(
                        side,
                        wish.qty_base,
                        wish.price,
                        low_price,
                        high_price,
                        volume,
                        COSTS,
                        PRICE_STEP,
                    )
                    position = apply_fill(position, side, wish.qty_base, fill.price, QTY_STEP)
                    cash_quote = cash_after(cash_quote, side, fill.notional_quote, fill.fee_quote)
                    fills += 1
        elif i % EVERY_BARS == 0:
            side = 1 if i % (2 * EVERY_BARS) == 0 else -1
            price = bars.close_price[i]
            stop_price = price - side * 3.0 * bars.atr_price[i]
            sized = size(10_000.0, 0.01, price, stop_price, LIMITS)
            fill = market_fill(
                side,
                sized.qty_base,
                price,
                low_price,
                high_price,
                bars.volume_base[i],
                COSTS,
                PRICE_STEP,
            )
            if is_filled(fill):
                position = opened(side, sized.qty_base, fill.price, stop_price)
                cash_quote = cash_after(cash_quote, side, fill.notional_quote, fill.fee_quote)
                held_bars = 0.0
                fills += 1
    return fills, cash_quote


def median_ns(call: Callable[[], object], units: int) -> float:
    """The median time of `call`, in ns per unit."""
    taken = []
    for _ in range(REPEATS):
        before = time.perf_counter()
        call()
        taken.append(time.perf_counter() - before)
    return statistics.median(taken) / units * 1e9


def quiet_call_ns() -> float:
    """One `advance` of the live loop in which nothing leaves and nothing moves."""
    position = opened(1, 1.0, 30_000.0, 29_900.0)

    def calls() -> None:
        for _ in range(PLAIN_BARS):
            advance(position, PLAN, 30_000.0, 30_000.0, 30_000.0, 30_000.0, 24.0, 1.0, QTY_STEP)

    return median_ns(calls, PLAIN_BARS)


def main() -> None:
    bars = a_market(FAST_BARS)
    as_lists = Bars(*(np.asarray(column)[:PLAIN_BARS].tolist() for column in bars))
    print(f"{'loop':<28}{'plain':>12}{'compiled':>12}{'ratio':>8}   ns a bar, median of {REPEATS}")
    for name, loop in (("guard: advance", guard), ("trades: size, fill, book", trades)):
        fast = compiled(loop, CACHE)
        if fast(bars, PLAIN_BARS) != loop(as_lists, PLAIN_BARS):
            raise SystemExit(f"{name}: compiled and plain differ")
        plain_ns = median_ns(partial(loop, as_lists, PLAIN_BARS), PLAIN_BARS)
        fast_ns = median_ns(partial(fast, bars, FAST_BARS), FAST_BARS)
        print(f"{name:<28}{plain_ns:>12.0f}{fast_ns:>12.1f}{plain_ns / fast_ns:>8.0f}")
    print(f"{'one quiet advance, live':<28}{quiet_call_ns():>12.0f}")


if __name__ == "__main__":
    main()
