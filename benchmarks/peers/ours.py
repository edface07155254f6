"""The job on the desk's own rules: entries as arrays, the rest by `engine/rules`, compiled."""

import sys
from pathlib import Path

import numpy as np

from benchmarks.peers.job import FEE_RATIO, STOP_RATIO, SWEEP, TARGET_RATIO, Floats, crosses, told
from engine.research.compiled import compiled
from engine.rules.exits import advance
from engine.rules.fills import Costs, market_fill
from engine.rules.ledger import cash_after
from engine.rules.plans import NONE, Plan, opened

CACHE = Path(__file__).parents[2] / ".numba_cache"
R = TARGET_RATIO / STOP_RATIO  # the target, in multiples of the risk
PLAN = Plan(R, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
COSTS = Costs(FEE_RATIO, FEE_RATIO, 0.0, 0.0, 0.0)
QTY_STEP, PRICE_STEP = 1e-9, 1e-9


def play(bars: Floats, up: Floats, down: Floats) -> tuple[int, float]:
    """Closed trades, and the cash at the end; bars: (5, bars) open, high, low, close, volume."""
    trades = 0
    cash_quote = 10_000.0
    position = opened(1, 0.0, 1.0, 0.5)
    held_bars = 0.0
    for i in range(bars.shape[1]):
        high, low, close, volume = bars[1, i], bars[2, i], bars[3, i], bars[4, i]
        if position.qty_base > 0.0:
            held_bars += 1.0
            after = advance(position, PLAN, bars[0, i], high, low, close, 0.0, held_bars, QTY_STEP)
            position = after.position
            price = 0.0
            for wish in (after.exit_1, after.exit_2, after.exit_3, after.exit_4):
                if wish.reason != NONE:
                    price = wish.price
            if price == 0.0 and down[i] > 0.0:
                price = close
            if price > 0.0:
                fill = market_fill(
                    -1, position.qty_base, price, low, high, volume, COSTS, PRICE_STEP
                )
                cash_quote = cash_after(cash_quote, -1, fill.notional_quote, fill.fee_quote)
                trades += 1
                position = opened(1, 0.0, 1.0, 0.5)
        if up[i] > 0.0 and not position.qty_base > 0.0:
            qty_base = cash_quote / (close * (1.0 + FEE_RATIO))
            fill = market_fill(1, qty_base, close, low, high, volume, COSTS, PRICE_STEP)
            cash_quote = cash_after(cash_quote, 1, fill.notional_quote, fill.fee_quote)
            position = opened(1, qty_base, fill.price, fill.price * (1.0 - STOP_RATIO))
            held_bars = 0.0
    return trades, cash_quote


def main() -> None:
    """Prints what `benchmarks.backtest` reads."""
    bars: Floats = np.load(sys.argv[1])
    fast = compiled(play, CACHE)

    def run(pair: tuple[int, int]) -> int:
        trades, _ = fast(bars, *crosses(bars[3], *pair))
        return int(trades)

    told(lambda: run((10, 30)), lambda: sum(run(pair) for pair in SWEEP))
