"""Closed trades by one side of them: symbol, strategy, regime, hour, voter and so on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from decimal import Decimal
from enum import StrEnum
from math import fsum

from engine.analytics.facts import TradeFacts
from engine.analytics.intervals import Interval, mean_interval, share_interval
from engine.analytics.quality import finite
from engine.core.money import ZERO
from engine.rules.plans import ExitReason

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Dimension(StrEnum):
    """By what trades are told apart."""

    SYMBOL = "symbol"
    STRATEGY = "strategy"
    SIDE = "side"
    REGIME = "regime"
    HOUR = "hour"
    WEEKDAY = "weekday"
    EXIT = "exit"
    VOTER = "voter"
    CONFIDENCE = "confidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The trades of one key, with how sure their figures are."""

    key: str
    trades: int
    wins: int
    win_interval: Interval | None
    mean_r: float | None  # over the trades whose risk is known
    mean_interval: Interval | None
    sum_r: float
    net_quote: Decimal


def breakdown(
    facts: Sequence[TradeFacts], dimension: Dimension, zone: tzinfo = UTC
) -> tuple[Part, ...]:
    """One part per key, in natural order for hours, weekdays and confidence, else the best first.

    A trade stands in a part for each of its voters, and in no part of confidence where nobody gave
    one; in exactly one of every other dimension.
    """
    groups: dict[str, list[TradeFacts]] = {}
    for fact in facts:
        for key in keys_of(fact, dimension, zone):
            groups.setdefault(key, []).append(fact)
    parts = [part_of(key, group) for key, group in groups.items()]
    if dimension is Dimension.WEEKDAY:
        return tuple(sorted(parts, key=lambda part: WEEKDAYS.index(part.key)))
    if dimension in {Dimension.HOUR, Dimension.CONFIDENCE}:
        return tuple(sorted(parts, key=lambda part: part.key))
    return tuple(sorted(parts, key=lambda part: (-part.sum_r, part.key)))


def part_of(key: str, facts: Sequence[TradeFacts]) -> Part:
    """The figures of these trades."""
    results = finite([fact.trade.result_r for fact in facts])
    wins = sum(fact.trade.net_pnl_quote > 0 for fact in facts)
    return Part(
        key=key,
        trades=len(facts),
        wins=wins,
        win_interval=share_interval(wins, len(facts)),
        mean_r=float(results.mean()) if results.size else None,
        mean_interval=mean_interval(results),
        sum_r=fsum(results),
        net_quote=sum((fact.trade.net_pnl_quote for fact in facts), ZERO),
    )


def keys_of(fact: TradeFacts, dimension: Dimension, zone: tzinfo = UTC) -> tuple[str, ...]:
    """The keys under which the trade counts; hours and weekdays are those of the entry."""
    if dimension is Dimension.HOUR:
        return (f"{fact.trade.opened_at.astimezone(zone).hour:02d}",)
    if dimension is Dimension.WEEKDAY:
        return (WEEKDAYS[fact.trade.opened_at.astimezone(zone).weekday()],)
    return tuple(_KEYS[dimension](fact))


def _by_exit(fact: TradeFacts) -> Iterable[str]:
    known = set(map(int, ExitReason))
    reason = fact.trade.exit_reason
    yield ExitReason(reason).name.lower() if reason in known else "other"


def _by_voter(fact: TradeFacts) -> Iterable[str]:
    for said in fact.leans:
        for_it = said.lean * fact.trade.side.sign
        word = "for" if for_it > 0.0 else "against" if for_it < 0.0 else "no lean"
        yield f"{said.voter}: {word}"


def _by_confidence(fact: TradeFacts) -> Iterable[str]:
    ratio = fact.trade.confidence_ratio
    if ratio == ratio:  # NaN: nobody said
        low = min(9, max(0, int(ratio * 10.0 + 1e-9)))
        yield f"{low * 10:02d}-{low * 10 + 10:02d} %"


_KEYS: dict[Dimension, Callable[[TradeFacts], Iterable[str]]] = {
    Dimension.SYMBOL: lambda fact: (fact.trade.symbol,),
    Dimension.STRATEGY: lambda fact: (fact.trade.strategy,),
    Dimension.SIDE: lambda fact: (fact.trade.side.value,),
    Dimension.REGIME: lambda fact: (fact.trade.regime.value,),
    Dimension.EXIT: _by_exit,
    Dimension.VOTER: _by_voter,
    Dimension.CONFIDENCE: _by_confidence,
}
