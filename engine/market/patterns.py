"""The 61 candlestick patterns of TA-Lib, as one family.

Names, what each looks at and its thresholds are TA-Lib's (`ta_CDL*.c`, after Bulkowski and
Morris); a pattern is measured against the candles before it, so a fixed tail is enough.
"""

from typing import NamedTuple

from engine.market.bars import Bars
from engine.market.feature import Feature
from engine.market.talib_calls import load, tail_feature

PATTERN_BARS = 32  # the longest looks 15 back; the rest lets hikkakes before it run out

# TA-Lib's name without CDL, in lower case
PATTERNS: tuple[str, ...] = (
    "2crows", "3blackcrows", "3inside", "3linestrike", "3outside", "3starsinsouth",
    "3whitesoldiers", "abandonedbaby", "advanceblock", "belthold", "breakaway",
    "closingmarubozu", "concealbabyswall", "counterattack", "darkcloudcover", "doji",
    "dojistar", "dragonflydoji", "engulfing", "eveningdojistar", "eveningstar",
    "gapsidesidewhite", "gravestonedoji", "hammer", "hangingman", "harami", "haramicross",
    "highwave", "hikkake", "hikkakemod", "homingpigeon", "identical3crows", "inneck",
    "invertedhammer", "kicking", "kickingbylength", "ladderbottom", "longleggeddoji",
    "longline", "marubozu", "matchinglow", "mathold", "morningdojistar", "morningstar",
    "onneck", "piercing", "rickshawman", "risefall3methods", "separatinglines",
    "shootingstar", "shortline", "spinningtop", "stalledpattern", "sticksandwich", "takuri",
    "tasukigap", "thrusting", "tristar", "unique3river", "upsidegap2crows", "xsidegap3methods",
)  # fmt: skip


class Seen(NamedTuple):
    """One pattern on the last bar."""

    name: str
    strength: int  # TA-Lib's: +100 or +200 speaks for a rise, -100 or -200 for a fall


def patterns_at(bars: Bars) -> tuple[Seen, ...]:
    """The patterns that the last bar completes, in the table's order; none in the warm-up."""
    if len(bars) < PATTERN_BARS:
        return ()
    recent, talib = bars.tail(PATTERN_BARS), load()
    candles = (recent.open, recent.high, recent.low, recent.close)
    strengths = (int(getattr(talib, f"CDL{name.upper()}")(*candles)[-1]) for name in PATTERNS)
    return tuple(
        Seen(name, found) for name, found in zip(PATTERNS, strengths, strict=True) if found
    )


def _lean(bars: Bars) -> float:
    return float(sum(1 if seen.strength > 0 else -1 for seen in patterns_at(bars)))


PATTERN_ROWS: dict[str, Feature] = {
    "pattern_lean": tail_feature(
        _lean, "patterns", -len(PATTERNS), len(PATTERNS),
        "candlestick patterns that speak for a rise, less those for a fall",
        tail_bars=PATTERN_BARS,
    ),
}  # fmt: skip
