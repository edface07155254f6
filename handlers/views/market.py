"""What kind of market it is, symbol by symbol and as a whole."""

import math

from engine.services.risk_answers import MarketRow, MarketState
from handlers.views.text import NO_VALUE, count_of, escape, moment, short_symbol, table
from handlers.views.words import REGIME_WORDS

_SHOWN_SYMBOLS = 60
_SHOWN_CLUSTERS = 5
_SHOWN_NAMES = 12
_WEEKS = {1: "↗", -1: "↘", 0: "·"}


def market_text(market: MarketState, badge: str) -> str:
    """Regime, week and beta of each symbol; breadth; and what moves together."""
    head = f"<b>Market on {escape(market.timeframe.value)} bars</b> · {escape(badge)}"
    rows = [f"{'Symbol':<11}{'regime':<12}{'week':<5}{'beta':>6}"]
    rows += [_row(row) for row in market.rows[:_SHOWN_SYMBOLS]]
    if len(market.rows) > _SHOWN_SYMBOLS:
        rows.append(f"and {len(market.rows) - _SHOWN_SYMBOLS} more")
    lines = [head, table(rows), *_breadth(market), *_clusters(market)]
    return "\n".join([*lines, f"As of {moment(market.market_at)}"])


def _row(row: MarketRow) -> str:
    beta = NO_VALUE if math.isnan(row.beta) else f"{row.beta:.2f}"
    name = short_symbol(row.symbol)
    return f"{name:<11}{REGIME_WORDS[row.regime]:<12}{_WEEKS[row.week]:<5}{beta:>6}"


def _breadth(market: MarketState) -> list[str]:
    seen = market.breadth
    if not seen.measured_count:
        return ["Breadth: not known yet, too few bars."]
    return [
        f"Breadth over {count_of(seen.measured_count, 'symbol')}: "
        f"{seen.above_average_ratio:.0%} above their average, {seen.trend_up_ratio:.0%} rise, "
        f"{seen.trend_down_ratio:.0%} fall, {seen.volatile_ratio:.0%} are volatile."
    ]


def _clusters(market: MarketState) -> list[str]:
    lines = []
    for group in market.clusters[:_SHOWN_CLUSTERS]:
        names = ", ".join(escape(short_symbol(symbol)) for symbol in group[:_SHOWN_NAMES])
        more = len(group) - _SHOWN_NAMES
        lines.append(f"Move together: {names}{f' and {more} more' if more > 0 else ''}")
    return lines
