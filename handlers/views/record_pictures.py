"""Captions of the pictures of the record: at most six lines, the honest figures beside it."""

from engine.analytics.intervals import Interval
from engine.analytics.performance import LEAST_DAYS
from engine.market.correlation import Together, clusters
from engine.services.picture_answers import Calendar, Record
from handlers.views.text import (
    NO_VALUE,
    count_of,
    duration,
    escape,
    multiple,
    percent,
    short_symbol,
    signed_money,
)

MOST_NAMES = 6


def months_caption(calendar: Calendar, badge: str) -> str:
    """The measures of the curve behind the months."""
    found = calendar.performance
    head = f"<b>Equity by month</b> · {escape(badge)}"
    fell = f"Deepest at a day's end {percent(found.max_drawdown_ratio)} under the peak"
    if found.max_drawdown_s > 0.0:
        fell += f", {duration(found.max_drawdown_s)}"
    if not found.recovered:
        fell += ", still in it"
    if found.sharpe is None:
        wait = f"Ratios come after {LEAST_DAYS} days; {count_of(found.days, 'day')} so far"
        return f"{head}\n{fell}\n{wait}"
    worst = f"Worst day in 20: loses {_share(found.day_var_ratio)} or more, "
    worst += f"{_share(found.day_shortfall_ratio)} on average"
    return "\n".join(
        [
            head,
            f"Sharpe {_figure(found.sharpe)} · Sortino {_figure(found.sortino)}",
            f"Calmar {_figure(found.calmar)} · Omega {_figure(found.omega)}",
            fell,
            worst,
            f"From {count_of(found.days, 'daily return')}, a year has 365 days",
        ]
    )


def results_caption(record: Record, badge: str) -> str:
    """How good the trades were."""
    found = record.quality
    return "\n".join(
        [
            f"<b>{count_of(found.trades, 'trade')}</b> · {escape(badge)}",
            f"Expectancy <b>{_r(found.expectancy_r)}</b>{_r_interval(found.expectancy_interval)}",
            f"Won {_share(found.win_ratio)}{_interval(found.win_interval)}",
            f"Payoff {_figure(found.payoff)} · profit factor {_figure(found.profit_factor)}",
            f"SQN {_figure(found.sqn)} (1.6 is fair, 3 is very good)",
            _costs_line(record),
        ]
    )


def hours_caption(record: Record, badge: str) -> str:
    """What lost most, in words, and whether luck explains it."""
    head = f"<b>When entries earn</b> · {escape(badge)}"
    if not record.patterns:
        return f"{head}\nNo losing pattern among {count_of(record.quality.trades, 'trade')}."
    lines = [f"• {escape(pattern.sentence())}" for pattern in record.patterns[:3]]
    looked = f"{record.patterns[0].looked_at} patterns were looked at; some look bad by luck."
    return "\n".join([head, "What lost most:", *lines, looked])


def excursions_caption(record: Record, badge: str) -> str:
    """How far trades went against and for the desk."""
    found = record.quality
    lines = [
        f"<b>Worst and best while open</b> · {escape(badge)}",
        f"Median worst {_r(None if found.mae_r is None else -found.mae_r)}",
        f"Median best {_r(found.mfe_r)}",
    ]
    if found.kept_ratio is not None:
        lines.append(f"Winners kept {percent(found.kept_ratio)} of their best")
    return "\n".join([*lines, "Winners far left: a nearer stop would do."])


def confidence_caption(record: Record, badge: str) -> str:
    """What the picture of confidence can say."""
    return "\n".join(
        [
            f"<b>Confidence and result</b> · {escape(badge)}",
            f"{count_of(record.quality.trades, 'trade')} that were taken",
            "Trades refused for low confidence are not in it.",
        ]
    )


def correlation_caption(moves: Together, badge: str) -> str:
    """Which markets move as one."""
    lines = [f"<b>How alike markets move</b> · {escape(badge)}", "Their moves of the last week"]
    for group in clusters(moves)[:3]:
        names = sorted(short_symbol(symbol) for symbol in group)
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        lines.append(f"As one: {escape(', '.join(names[:MOST_NAMES]))}{more}")
    return "\n".join(lines)


def _costs_line(record: Record) -> str:
    found = record.costs
    spent = -(found.fee_quote + found.slippage_quote - found.funding_quote)
    tokens = f", models {found.tokens_usd:.2f} USD" if found.tokens_usd > 0.0 else ""
    quote = escape(record.quote)
    return f"Prices {signed_money(found.price_quote)}, costs {signed_money(spent)} {quote}{tokens}"


def _r(value: float | None) -> str:
    return NO_VALUE if value is None else multiple(value)


def _figure(value: float | None) -> str:
    return NO_VALUE if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return NO_VALUE if value is None else percent(value)


def _interval(found: Interval | None) -> str:
    return "" if found is None else f", likely {found.low:.0%} to {found.high:.0%}"


def _r_interval(found: Interval | None) -> str:
    return "" if found is None else f", likely {multiple(found.low)} to {multiple(found.high)}"
