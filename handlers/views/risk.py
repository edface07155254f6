"""What could be lost, what is still allowed, and the way back from a stop."""

import math
from collections.abc import Callable, Sequence

from engine.analytics.tail import Tail
from engine.core.kinds import TradingState
from engine.core.money import to_quote
from engine.services.risk_answers import Gap, Risk, SectorRow
from handlers.views.text import (
    NO_VALUE,
    clean,
    escape,
    moment,
    money,
    pair,
    percent,
    table,
)
from handlers.views.words import STATE_MARKS, STATE_MEANINGS, WAYS_BACK, sentence

_SHOWN_SECTORS = 8


def risk_text(risk: Risk, badge: str) -> str:
    """The worst that the stops allow, the bad days, the limits, and the breakers."""
    return "\n".join(
        [
            f"<b>Risk in {escape(risk.quote, 10)}</b> · {escape(badge)}",
            table([*_losses(risk), *_tails(risk.tails)]),
            table([*_limits(risk), *_sectors(risk.sectors)]),
            *_breaker(risk),
            f"As of {moment(risk.market_at)}",
        ]
    )


def _losses(risk: Risk) -> list[str]:
    return [
        pair("Equity", money(risk.equity_quote)),
        pair("If every stop is hit", f"-{money(risk.stops_quote)}" if risk.stops_quote else "0.00"),
        pair("Room today, entries", money(risk.room_quote)),
        pair("Room today, halt", money(risk.halt_quote)),
    ]


def _tails(tails: Sequence[Tail]) -> list[str]:
    if not tails:
        return ["", "Bad days: nothing to measure yet"]
    lines = ["", f"{'A bad day':<12}{'past':>11}{'normal':>11}"]
    for each in tails:
        level = f"{each.level_ratio:.0%}"
        past, normal = each.historical_quote, each.parametric_quote
        lines.append(f"{'VaR ' + level:<12}{_loss(past):>11}{_loss(normal):>11}")
        past, normal = each.shortfall_quote, each.normal_shortfall_quote
        lines.append(f"{'beyond ' + level:<12}{_loss(past):>11}{_loss(normal):>11}")
    return lines


def _loss(value_quote: float) -> str:
    return money(to_quote(value_quote))


def _limits(risk: Risk) -> list[str]:
    return [
        pair("Limit", "used of allowed"),
        *(_gap(each, percent) for each in risk.ratios),
        *(_gap(each, _number) for each in risk.counts),
        pair("To liquidation", _far(risk.liquidation_ratio)),
        pair("Diversified", _spread(risk.diversification_ratio)),
    ]


def _gap(gap: Gap, shown: Callable[[float], str]) -> str:
    mark = "" if gap.used < gap.limit else " !"
    return pair(f"{gap.name}{mark}", f"{shown(gap.used)} of {shown(gap.limit)}")


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if math.isfinite(value) else NO_VALUE


def _far(ratio: float) -> str:
    return "never" if ratio >= 1.0 else percent(ratio)


def _spread(ratio: float) -> str:
    return NO_VALUE if math.isnan(ratio) else percent(ratio)


def _sectors(rows: Sequence[SectorRow]) -> list[str]:
    if not rows:
        return []
    lines = ["", f"{'Sector':<14}{'exposure':>10}{'heat':>10}"]
    for row in rows[:_SHOWN_SECTORS]:
        name = clean(row.sector, 13)
        lines.append(f"{name:<14}{percent(row.exposure_ratio):>10}{percent(row.heat_ratio):>10}")
    if len(rows) > _SHOWN_SECTORS:
        lines.append(f"and {len(rows) - _SHOWN_SECTORS} more")
    return lines


def _breaker(risk: Risk) -> list[str]:
    lines = [f"{STATE_MARKS[risk.trading]} {risk.trading.upper()}: {STATE_MEANINGS[risk.trading]}."]
    if risk.trading is TradingState.ACTIVE:
        return lines
    why = sentence(risk.why)
    back = WAYS_BACK[risk.cause]
    return [*lines, *([f"Why: {why}"] if why else []), *([f"Way back: {back}"] if back else [])]
