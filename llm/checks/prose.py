"""Whether the numbers in a reason are in the sheet: made-up readings are the commonest fault.

Label-aware: "RSI of 72.3" is compared with the RSI alone. A number without a label may be any
value of the sheet, a difference of two prices, or either as a percentage. Skipped: periods
("EMA 200", "4h"), dates, small counts, and the thresholds that everybody quotes.
"""

import re
from collections.abc import Iterable, Iterator

from llm.checks.contract import Ballot

NEAR_RATIO = 0.003
COUNT_LIMIT = 10  # whole numbers up to here are counts: "3 bars", "2 ATR"
THRESHOLDS = frozenset({20.0, 25.0, 30.0, 50.0, 70.0, 75.0, 80.0, 100.0})
LABELS = {
    "rsi": ("rsi", "rsi_wilder", "higher.rsi"),
    "adx": ("adx", "higher.adx"),
    "atr": ("atr_price", "atr_wilder_price", "atr_ratio", "barrier_atr"),
    "macd": ("macd_atr", "higher.macd_atr"),
    "cci": ("cci",),
    "mfi": ("mfi",),
    "cmo": ("cmo",),
    "aroon": ("aroon",),
    "stochastic": ("stoch_k", "stoch_d"),
    "stoch": ("stoch_k", "stoch_d"),
    "williams": ("williams",),
    "z-score": ("z_score", "higher.z_score"),
    "vwap": ("vwap_gap_ratio",),
    "momentum": ("momentum_ratio", "roc_ratio", "cmo"),
    "expansion": ("expansion_ratio",),
    "efficiency": ("efficiency_ratio",),
    "base rate": ("base_up", "base_down"),
    "open interest": (),
    "funding": (),
}
_NUMBER = re.compile(r"(?<![\w.])[-+\u2212]?\d[\d,]*(?:\.\d+)?(?!\w*-?(?:bar|day|week|hour))%?")
_PERIOD_AFTER = re.compile(
    r"\A\s*-?(?:bars?|candles?|h|hours?|m|min(?:utes)?|d|days?|weeks?|x|th|st|nd|rd|:\d)\b", re.I
)
_PERIOD_BEFORE = re.compile(
    r"\b(?:ema|sma|ma|rsi|adx|atr|bb|period|last|of the|past)[\s(-]*\Z", re.I
)
_LABEL = re.compile("|".join(re.escape(label) for label in sorted(LABELS, key=len, reverse=True)))
_REACH = 28  # characters between a label and its number
_DATE = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?(?:T[\d:.]+)?\b|\b\d{1,2}:\d{2}\b")


def numbers(ballot: Ballot) -> str | None:
    """The first number of the reason that the sheet does not hold."""
    text = _DATE.sub(lambda found: " " * len(found[0]), ballot.reply.reason)
    known = ballot.question.known
    for place, end, digits in _spoken(text):
        label = _label_before(text, place)
        if _skipped(text, (place, end), digits, labelled=label is not None):
            continue
        keys: Iterable[str] = known if label is None else LABELS[label]
        values = [known[key] for key in keys if key in known]
        if not _is_among(digits, values, loose=label is None):
            return f"says {digits.strip()[:20]}, which the sheet does not have"
    return None


def _spoken(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _NUMBER.finditer(text):
        yield found.start(), found.end(), found[0]


def _label_before(text: str, place: int) -> str | None:
    window = text[max(0, place - _REACH) : place].lower()
    found = [*_LABEL.finditer(window)]
    if not found:
        return None
    between = window[found[-1].end() :]
    # another number or the end of a clause stands between: not this label's reading
    far = re.search(r"\d(?!\d*\))|[.;,]\s", between.replace("(14)", ""))
    return None if far else found[-1][0]


def _skipped(text: str, span: tuple[int, int], digits: str, *, labelled: bool) -> bool:
    value = abs(_value(digits))
    whole = "." not in digits and "%" not in digits
    if whole and _PERIOD_AFTER.match(text[span[1] :]):
        return True
    if whole and value in THRESHOLDS:
        return True
    if whole and re.search(r"[a-z]-\Z", text[: span[0]], re.I):
        return True  # "RSI-14"
    bracketed = text[: span[0]].endswith("(") and text[span[1] :].startswith(")")
    if whole and _PERIOD_BEFORE.search(text[: span[0]]) and (bracketed or not labelled):
        return True
    return (whole and bracketed) or (whole and value <= COUNT_LIMIT and not labelled)


def _is_among(digits: str, values: list[float], *, loose: bool) -> bool:
    said = abs(_value(digits))
    decimals = len(digits.rstrip("%").partition(".")[2])
    room = 0.5 * 10.0**-decimals + 1e-9
    candidates = [abs(value) for value in values]
    if "%" in digits or loose:
        candidates += [100.0 * value for value in candidates]
        candidates += [abs(100.0 - 100.0 * abs(value)) for value in values if abs(value) <= 1.0]
    if loose:
        large = [value for value in values if abs(value) > COUNT_LIMIT]
        candidates += [abs(one - other) for one in large for other in large]
    return any(abs(said - value) <= max(room, NEAR_RATIO * value) for value in candidates)


def _value(digits: str) -> float:
    return float(digits.rstrip("%").replace(",", "").replace("\u2212", "-"))
