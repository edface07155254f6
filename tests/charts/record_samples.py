"""A desk's record to draw, from one trade to thousands, and from none to all lost."""

import numpy as np

from engine.analytics.calendars import HourGrid, MonthTable, hour_grid, month_table
from engine.analytics.equity import measured
from engine.analytics.facts import TradeColumns
from engine.market.correlation import Together, together

DAY_S = 86_400.0
MARCH_S = 1.7723232e9  # 1 March 2026
BASES = ("BTC", "ETH", "SOL", "BNB", "XRP", "ADA", "DOGE", "AVAX", "LINK", "LTC", "DOT", "1000SATS")


def some_trades(count: int, *, edge: float = 0.15, seed: int = 4) -> TradeColumns:
    """Trades with stops near 1 R, a tail of winners, and more entries by day than by night."""
    rng = np.random.default_rng(seed)
    won = rng.random(count) < 0.42 + 0.2 * edge
    result = np.where(
        won, rng.gamma(2.0, 0.8, count) + edge, -np.clip(rng.normal(0.95, 0.25, count), 0.05, 2.6)
    )
    worst = np.where(won, rng.beta(1.4, 3.0, count), np.clip(-result, 0.3, None))
    best = np.where(won, result * rng.uniform(1.0, 1.6, count), rng.gamma(1.2, 0.35, count))
    said = np.clip(rng.normal(0.62, 0.09, count) + 0.04 * won, 0.4, 0.97)
    return TradeColumns(
        closed_at_s=MARCH_S + np.sort(rng.uniform(0.0, 90 * DAY_S, count)),
        result_r=result,
        mae_r=worst,
        mfe_r=best,
        confidence_ratio=said,
        weekday=rng.integers(0, 7, count),
        hour=rng.choice(24, count, p=HOUR_SHARE),
        zone="UTC",
    )


HOUR_SHARE = np.array([1.0] * 6 + [2.0] * 3 + [5.0] * 10 + [3.0] * 5)
HOUR_SHARE /= HOUR_SHARE.sum()


def columns_of(result: list[float]) -> TradeColumns:
    """Trades of these results, one an hour."""
    results, hours = np.array(result, dtype=np.float64), np.arange(len(result))
    return TradeColumns(
        closed_at_s=MARCH_S + 3600.0 * hours.astype(np.float64),
        result_r=results,
        mae_r=np.maximum(0.0, -results),
        mfe_r=np.maximum(0.0, results),
        confidence_ratio=np.full(len(result), 0.6),
        weekday=hours // 24 % 7,
        hour=hours % 24,
        zone="UTC",
    )


def some_months(days: int, *, seed: int = 2, drift: float = 0.0008) -> MonthTable:
    """The months of a random walk that ends in March 2026."""
    steps = np.random.default_rng(seed).normal(drift, 0.012, days)
    at_s = MARCH_S + DAY_S * (np.arange(days, dtype=np.float64) - days + 20)
    return month_table(measured(at_s, 10_000.0 * np.exp(np.cumsum(steps)), "USDT"))


def some_moves(symbols: int, *, seed: int = 3) -> Together:
    """Markets that follow one another more or less."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0, 0.01, 168)
    own = rng.normal(0.0, 0.01, (symbols, 168))
    share = np.linspace(0.95, 0.1, symbols)[:, None]
    names = [f"{BASES[n % len(BASES)]}/USDT:USDT" for n in range(symbols)]
    return together(share * market + (1.0 - share) * own, names, names[0] if names else "")


NAN = float("nan")
TRADES = {
    "ordinary": some_trades(180),
    "one win": columns_of([1.2]),
    "one loss": columns_of([-1.02]),
    "all losses": columns_of([-1.0, -1.1, -0.95, -1.02, -0.4, -1.0, -1.3, -1.0, -0.9, -1.1, -1.0]),
    "all wins": columns_of([0.4, 2.1, 1.0, 0.2, 3.4, 1.1, 1.3, 0.9, 2.2, 0.1, 0.6, 5.0]),
    "thousands": some_trades(5000, edge=0.0),
    "absurd": columns_of([-40.0, 90.0, 0.0, 0.0, -1.0, 2.0]),
    "unknown risk": columns_of([NAN, NAN]),
    "empty": columns_of([]),
}
GRIDS = {
    **{name: hour_grid(TRADES[name]) for name in ("ordinary", "one loss", "absurd", "empty")},
    "every cell": HourGrid(
        np.random.default_rng(1).normal(0.0, 3.0, (7, 24)), np.full((7, 24), 12), "Europe/Berlin"
    ),
}
MONTHS = {
    "ordinary": some_months(430),
    "one year": some_months(70),
    "one month": some_months(18),
    "four years": some_months(1300),
    "many years": some_months(5000),
    "ruin": some_months(700, drift=-0.01),
    "empty": some_months(1),
}
MOVES = {
    "ordinary": some_moves(6),
    "two": some_moves(2),
    "many": some_moves(12),
    "too many": some_moves(30),
    "one": some_moves(1),
    "none": some_moves(0),
}
