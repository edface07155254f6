"""What loses, in words: "reversion in rising trends: 14 trades, -3.1 R".

Every single condition and every pair of a few is looked at, and looking at many finds some by
luck. So each pattern carries its chance after Holm's correction for all that were looked at, and
only those under 5 % are called more than luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import combinations
from math import fsum

from engine.analytics.breakdown import Dimension, keys_of
from engine.analytics.facts import TradeFacts
from engine.analytics.intervals import chance_of_loss_by_luck, corrected
from engine.analytics.quality import finite

LEAST_TRADES = 10  # fewer are an anecdote
SURE = 0.05
# known before the entry: how a trade was left is its result, not a reason for it
SINGLES = (
    Dimension.SYMBOL,
    Dimension.STRATEGY,
    Dimension.SIDE,
    Dimension.REGIME,
    Dimension.HOUR,
    Dimension.WEEKDAY,
    Dimension.VOTER,
    Dimension.CONFIDENCE,
)
PAIRED = (Dimension.STRATEGY, Dimension.SYMBOL, Dimension.SIDE, Dimension.REGIME)
REGIMES = {
    "trend_up": "rising trends",
    "trend_down": "falling trends",
    "range": "ranges",
    "volatile": "wild markets",
    "undefined": "markets of no known kind",
}
Condition = tuple[tuple[Dimension, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Trades that have something in common and lost together."""

    words: str  # "reversion in rising trends"
    trades: int
    sum_r: float
    mean_r: float
    chance_ratio: float  # that luck alone does this somewhere among all that was looked at
    looked_at: int  # conditions, of which this is one

    @property
    def beyond_luck(self) -> bool:
        return self.chance_ratio < SURE

    def sentence(self) -> str:
        """In one line, with what it is worth."""
        worth = "more than luck" if self.beyond_luck else "could be luck"
        loss = f"\u2212{abs(self.sum_r):.1f} R"
        return f"{self.words}: {self.trades} trades, {loss} ({worth})"


def losing_patterns(
    facts: Sequence[TradeFacts], most: int = 5, zone: tzinfo = UTC
) -> tuple[Pattern, ...]:
    """The conditions that lost: those beyond luck first, the surest leading; then by their loss.

    Of patterns made of the very same trades the shorter one is told.
    """
    tested = _tested(facts, zone)
    chances = corrected([chance for _, _, chance in tested])
    found, seen = [], set()
    ordered = sorted(
        zip(tested, chances, strict=True), key=lambda each: (len(each[0][0]), each[0][0])
    )
    for (condition, places, _), chance in ordered:
        results = finite([facts[place].trade.result_r for place in places])
        if fsum(results) < 0.0 and places not in seen:
            seen.add(places)
            found.append(
                Pattern(
                    words=_words(condition, str(zone)),
                    trades=len(places),
                    sum_r=fsum(results),
                    mean_r=float(results.mean()),
                    chance_ratio=chance,
                    looked_at=len(tested),
                )
            )
    found.sort(key=lambda each: (each.chance_ratio if each.beyond_luck else SURE, each.sum_r))
    return tuple(found[:most])


def _tested(
    facts: Sequence[TradeFacts], zone: tzinfo
) -> list[tuple[Condition, tuple[int, ...], float]]:
    # every condition with enough trades to be judged, whether it won or lost
    groups: dict[Condition, list[int]] = {}
    for place, fact in enumerate(facts):
        for condition in _conditions(fact, zone):
            groups.setdefault(condition, []).append(place)
    found = []
    for condition, places in groups.items():
        results = finite([facts[place].trade.result_r for place in places])
        chance = chance_of_loss_by_luck(results)
        if results.size >= LEAST_TRADES and chance is not None:
            found.append((condition, tuple(places), chance))
    return found


def _conditions(fact: TradeFacts, zone: tzinfo) -> list[Condition]:
    singles = [(dimension, key) for dimension in SINGLES for key in keys_of(fact, dimension, zone)]
    paired = [single for single in singles if single[0] in PAIRED]
    return [(single,) for single in singles] + list(combinations(paired, 2))


def _words(condition: Condition, zone: str) -> str:
    known = dict(condition)
    who = " ".join(
        word
        for word in (
            known.get(Dimension.SYMBOL, "").partition("/")[0],
            known.get(Dimension.STRATEGY, "").replace("_", " "),
            {"long": "longs", "short": "shorts"}.get(known.get(Dimension.SIDE, ""), ""),
        )
        if word
    )
    regime = known.get(Dimension.REGIME, "")
    where = f"in {REGIMES.get(regime, regime)}" if regime else ""
    when = "".join(_single_words(dimension, key, zone) for dimension, key in condition)
    return " ".join(word for word in (who or "entries", where, when) if word)


def _single_words(dimension: Dimension, key: str, zone: str) -> str:
    if dimension is Dimension.HOUR:
        return f"from {key}:00 to {key}:59 {zone}"
    if dimension is Dimension.WEEKDAY:
        return f"on {key}s"
    if dimension is Dimension.CONFIDENCE:
        return f"at a confidence of {key}"
    if dimension is Dimension.VOTER:
        voter, _, word = key.rpartition(": ")
        return f"with {voter} undecided" if word == "no lean" else f"with {voter} {word} them"
    return ""
