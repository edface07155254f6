"""Results by day, week and month, by kind of trade, and in figures."""

import math
from collections.abc import Callable
from decimal import Decimal

from engine.analytics.breakdown import Dimension, Part
from engine.analytics.intervals import Interval
from engine.services.result_answers import Breakdown, Period, Periods, Span, Stats
from handlers.views.text import (
    NO_VALUE,
    card,
    clean,
    count_of,
    duration,
    escape,
    moment,
    multiple,
    pair,
    percent,
    short_symbol,
    signed_money,
    table,
)

SHOWN_PARTS = 20
_TITLES = {Span.DAY: "Day by day", Span.WEEK: "Week by week", Span.MONTH: "Month by month"}
_FORMS = {Span.DAY: "%a %m-%d", Span.WEEK: "%m-%d on", Span.MONTH: "%Y-%m"}


def periods_text(found: Periods, badge: str) -> str:
    """A line for each period, the newest first, and the sums over all of them."""
    form = _FORMS[found.span]
    rows = [f"{'':<9}{'net':>10}{'R':>7}{'trades':>8}"]
    rows += [_period(row, form) for row in found.rows]
    net = sum((row.net_quote for row in found.rows), Decimal(0))
    trades = sum(row.trades for row in found.rows)
    in_r = math.fsum(row.result_r for row in found.rows)
    wins = sum(row.wins for row in found.rows)
    lines = [
        f"<b>{_TITLES[found.span]}, {escape(found.quote, 10)}</b> · {escape(badge)}",
        table(rows),
        f"Together <b>{signed_money(net)}</b> = {multiple(in_r)}"
        if trades
        else "No trade closed in this time.",
    ]
    if trades:
        lines.append(f"Won {wins:,} of {trades:,} ({percent(wins / trades)})")
    now = found.rows[0]
    if now.change_ratio is not None:
        lines.append(
            f"Equity since {now.start:%Y-%m-%d}: {percent(now.change_ratio, signed=True)},"
            " open positions included"
        )
    return "\n".join([*lines, "Days end at midnight UTC.", f"As of {moment(found.market_at)}"])


def periods_caption(found: Periods, badge: str) -> str:
    """The present period in three lines, for a picture."""
    now = found.rows[0]
    change = NO_VALUE if now.change_ratio is None else percent(now.change_ratio, signed=True)
    return "\n".join(
        [
            f"<b>This {found.span.value} so far</b> · {escape(badge)}",
            f"Net <b>{signed_money(now.net_quote)} {escape(found.quote, 10)}</b>"
            f" = {multiple(now.result_r)}",
            f"{count_of(now.trades, 'trade')}, {count_of(now.wins, 'win')}; equity {change}",
            f"As of {moment(found.market_at)}",
        ]
    )


def _period(row: Period, form: str) -> str:
    name = f"{row.start:{form}}"
    if not row.trades:
        return f"{name:<9}{NO_VALUE:>10}{NO_VALUE:>7}{0:>8}"
    in_r = multiple(row.result_r).removesuffix(" R")
    return f"{name:<9}{signed_money(row.net_quote):>10}{in_r:>7}{row.trades:>8,}"


def breakdown_text(found: Breakdown, badge: str) -> str:
    """A line for each kind of trade; what few trades say is marked as such."""
    title = f"By {found.dimension.value}"
    head = f"<b>{title}, {escape(found.quote, 10)}</b> · {escape(badge)}"
    if not found.parts:
        return f"{head}\n{_NOTHING.get(found.dimension, 'No closed trade yet.')}"
    rows = [f"{'':<14}{'trades':>6}{'won':>5}{'mean R':>9}"]
    rows += [line for part in found.parts[:SHOWN_PARTS] for line in _part(part, found.dimension)]
    if len(found.parts) > SHOWN_PARTS:
        rows.append(f"and {len(found.parts) - SHOWN_PARTS} more")
    within = "" if found.days is None else f" of {count_of(found.days, 'day')}"
    lines = [
        head,
        table(rows),
        f"The last {count_of(found.trades, 'trade')}{within}.",
        "* luck alone explains it: the likely mean has zero inside.",
        f"As of {moment(found.market_at)}",
    ]
    return card(lines)


_NOTHING = {
    Dimension.VOTER: "No voter was asked before a closed trade yet.",
    Dimension.CONFIDENCE: "No closed trade came with a confidence yet.",
}


def _part(part: Part, dimension: Dimension) -> list[str]:
    name = short_symbol(part.key) if dimension is Dimension.SYMBOL else part.key.replace("_", " ")
    won = f"{part.wins / part.trades:.0%}" if part.trades else NO_VALUE
    mean = NO_VALUE if part.mean_r is None else multiple(part.mean_r).removesuffix(" R")
    sure = part.mean_interval is not None and not _has_zero(part.mean_interval)
    figures = f"{part.trades:>6,}{won:>5}{mean + (' ' if sure else '*'):>9}"
    shown = clean(name, 34)
    if len(shown) <= 13:
        return [f"{shown:<14}{figures}"]
    return [shown, f"{'':<14}{figures}"]  # a long name has a line of its own: no word is cut


def _has_zero(interval: Interval) -> bool:
    return interval.low <= 0.0 <= interval.high


def stats_text(found: Stats, badge: str) -> str:
    """The measures of the record, each with how sure it is."""
    summary, quality, costs = found.summary, found.record.quality, found.record.costs
    head = f"<b>The record in figures, {escape(found.record.quote, 10)}</b> · {escape(badge)}"
    if not summary.trades:
        return f"{head}\nNo closed trade yet; the figures start with the first."
    curve = found.performance
    spent = -(costs.fee_quote + costs.slippage_quote - costs.funding_quote)
    rows = [
        pair("Trades", f"{summary.trades:,}"),
        pair("Net", signed_money(summary.net_quote)),
        pair("Won", _of(quality.win_ratio, percent)),
        pair("  likely", _interval(quality.win_interval, lambda v: f"{v:.0%}")),
        pair("Mean result", _of(quality.expectancy_r, multiple)),
        pair("  likely", _interval(quality.expectancy_interval, lambda v: f"{v:+.2f}")),
        pair("Wins over losses, money", _of(quality.profit_factor, _two)),
        pair("Mean win over mean loss", _of(quality.payoff, _two)),
        pair("System quality (SQN)", _of(quality.sqn, _two)),
        pair("Best trade", signed_money(summary.best_quote)),
        pair("Worst trade", signed_money(summary.worst_quote)),
        pair("Mean time held", _of(summary.mean_duration_s, duration)),
        pair("Fees, slippage, funding", signed_money(spent)),
        pair("Deepest drawdown", percent(curve.max_drawdown_ratio)),
        pair("Sharpe, yearly", _of(curve.sharpe, _two)),
        pair("Sortino, yearly", _of(curve.sortino, _two)),
    ]
    lines = [head, table(rows)]
    if curve.sharpe is None:
        lines.append("Sharpe and Sortino need 30 days of equity.")
    patterns = found.record.patterns
    if patterns:
        lines.append(f"Lost most: {escape(patterns[0].sentence(), 200)}")
    return "\n".join([*lines, f"As of {moment(found.market_at)}"])


def _of(value: float | None, shown: Callable[[float], str]) -> str:
    return NO_VALUE if value is None else shown(value)


def _two(value: float) -> str:
    return f"{value:,.2f}"


def _interval(found: Interval | None, shown: Callable[[float], str]) -> str:
    return NO_VALUE if found is None else f"{shown(found.low)} to {shown(found.high)}"
