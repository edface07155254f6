"""What could be lost, what is still allowed, and the way back from a stop."""

import math
from collections.abc import Callable, Sequence

from engine.analytics.tail import Tail
from engine.core.kinds import TradingState
from engine.core.money import to_quote
from engine.core.state import Cause
from engine.services.risk_answers import BreakerRow, ClusterRow, Gap, Risk, SectorRow
from handlers.views.text import (
    NO_VALUE,
    clean,
    escape,
    moment,
    money,
    pair,
    percent,
    short_symbol,
    table,
)
from handlers.views.words import STATE_MARKS, STATE_MEANINGS, WAYS_BACK, sentence

_SHOWN_SECTORS = 8
_SHOWN_CLUSTERS = 3
_SHOWN_NAMES = 2  # of at most ten characters


def risk_text(risk: Risk, badge: str) -> str:
    """The worst that the stops allow, the bad days, the limits, and the breakers."""
    return "\n".join(
        [
            f"<b>Risk in {escape(risk.quote, 10)}</b> · {escape(badge)}",
            table([*_losses(risk), *_tails(risk.tails)]),
            table([*_limits(risk), *sector_lines(risk.sectors), *_clusters(risk.clusters)]),
            table(_breakers(risk.breakers)),
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


def sector_lines(rows: Sequence[SectorRow]) -> list[str]:
    """A table of sectors, after an empty line; nothing where nothing is held."""
    if not rows:
        return []
    lines = ["", f"{'Sector':<14}{'exposure':>10}{'heat':>10}"]
    for row in rows[:_SHOWN_SECTORS]:
        name = clean(row.sector, 13)
        lines.append(f"{name:<14}{percent(row.exposure_ratio):>10}{percent(row.heat_ratio):>10}")
    if len(rows) > _SHOWN_SECTORS:
        lines.append(f"and {len(rows) - _SHOWN_SECTORS} more")
    return lines


def _clusters(rows: Sequence[ClusterRow]) -> list[str]:
    if not rows:
        return []
    lines = ["", f"{'Move as one':<14}{'exposure':>10}{'heat':>10}"]
    for row in rows[:_SHOWN_CLUSTERS]:
        names = [short_symbol(symbol) for symbol in row.symbols]
        more = f" +{len(names) - _SHOWN_NAMES}" if len(names) > _SHOWN_NAMES else ""
        lines.append(f"{' '.join(names[:_SHOWN_NAMES])}{more}")
        lines.append(f"{'':<14}{percent(row.exposure_ratio):>10}{percent(row.heat_ratio):>10}")
    return lines


def _breakers(rows: Sequence[BreakerRow]) -> list[str]:
    lines = [f"{'Breaker':<10}{'now':>7}{'stops':>8}{'halts':>9}"]
    for row in rows:
        shown = _short_percent if row.is_ratio else _number
        name = row.name
        if len(name) > 10:
            lines.append(name)
            name = ""
        halts = NO_VALUE if row.halts is None else shown(row.halts)
        lines.append(f"{name:<10}{shown(row.used):>7}{shown(row.reduces):>8}{halts:>9}")
        if row.resets_at is not None:
            lines.append(f"  starts anew {row.resets_at:%d %b %H:%M} UTC")
    return lines


def _short_percent(ratio: float) -> str:
    return f"{ratio:.2%}" if math.isfinite(ratio) else NO_VALUE


def _breaker(risk: Risk) -> list[str]:
    lines = [f"{STATE_MARKS[risk.trading]} {risk.trading.upper()}: {STATE_MEANINGS[risk.trading]}."]
    if risk.trading is TradingState.ACTIVE:
        return lines
    why = sentence(risk.why)
    back = WAYS_BACK[risk.cause]
    ends = [f"Until {moment(risk.ends_at)}"] if _is_pause(risk) else []
    said = [*([f"Why: {why}"] if why else []), *([f"Way back: {back}"] if back else [])]
    return [*lines, *said, *ends]


def _is_pause(risk: Risk) -> bool:
    return risk.cause is Cause.STREAK and risk.ends_at is not None
