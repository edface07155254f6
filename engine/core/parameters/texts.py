"""Parameters that are lists in one line of text, read once and remembered.

Every reader raises ValueError with one sentence; Parameters are not valid while one of them does.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from engine.core.clockwork import parse_utc
from engine.core.parameters.approvals import expiry_named
from engine.core.parameters.asking import fallback_named, mode_named
from engine.core.parameters.entering import entry_order_named
from engine.core.parameters.exit_plans import plan_named, plans_by_strategy
from engine.core.parameters.research import zone_named

NOTHING = frozenset({"none", "all", "off", ""})  # words for an empty list
DAY_MINUTES = 1440
# what the checks of llm/checks warn of; a test keeps this equal to their table
WARNING_CODES = (
    "rsi_overbought_buy",
    "rsi_oversold_sell",
    "adx_weak_high_confidence",
    "against_trend_and_macd",
    "trend_macd_contradiction",
    "against_higher",
    "vol_shock",
    "reward_risk_low",
    "evidence_unknown_key",
    "evidence_wrong_value",
    "number_not_in_snapshot",
)


@lru_cache(maxsize=64)
def names_of(text: str) -> frozenset[str]:
    """The names of "BTC, ETH", in capitals; empty where the text is a word for nothing."""
    return frozenset(part.upper() for part in _parts(text))


@lru_cache(maxsize=64)
def sectors_of(text: str) -> Mapping[str, str]:
    """The sector by base of "BTC:major, PEPE:meme"; bases in capitals, sectors in lower case."""
    found = {}
    for part in _parts(text):
        base, _, sector = (word.strip() for word in part.partition(":"))
        if not base or not sector or ":" in sector:
            raise ValueError(f'"{part}" is not like BTC:major')
        found[base.upper()] = sector.lower()
    return MappingProxyType(found)


@lru_cache(maxsize=64)
def warnings_of(text: str) -> frozenset[str]:
    """The codes of "rsi_overbought_buy, vol_shock"; raises ValueError for one nobody warns of."""
    found = frozenset(part.lower() for part in _parts(text))
    unknown = sorted(found - set(WARNING_CODES))
    if unknown:
        raise ValueError(f'no check warns of "{unknown[0]}": {", ".join(WARNING_CODES)}')
    return found


@lru_cache(maxsize=64)
def daily_windows(text: str) -> tuple[tuple[int, int], ...]:
    """Minutes of the UTC day of "22:00-06:00": from the first, up to but without the second."""
    return tuple(_daily(part) for part in _parts(text))


@lru_cache(maxsize=64)
def moment_windows(text: str) -> tuple[tuple[datetime, datetime], ...]:
    """Aware UTC moments of "2026-11-21T13:00/2026-11-21T15:00": from, up to but without."""
    return tuple(_moments(part) for part in _parts(text))


def in_daily_window(at: datetime, window: tuple[int, int]) -> bool:
    """Whether the time of day lies in the window; one that ends before it starts spans midnight."""
    start, end = window
    minute = at.hour * 60 + at.minute
    return start <= minute < end if start < end else minute >= start or minute < end


READERS: dict[str, Callable[[str], object]] = {
    "sectors": sectors_of,
    "blocked_symbols": names_of,
    "allowed_symbols": names_of,
    "quiet_hours": daily_windows,
    "news_windows": moment_windows,
    "approval_expiry": expiry_named,
    "parley_mode": mode_named,
    "parley_fallback": fallback_named,
    "entry_order": entry_order_named,
    "exit_plan": plan_named,
    "exit_plan_exceptions": plans_by_strategy,
    "veto_checks": warnings_of,
    "home_zone": zone_named,
}


def _parts(text: str) -> tuple[str, ...]:
    if text.strip().lower() in NOTHING:
        return ()
    parts = tuple(part.strip() for part in text.split(","))
    if not all(parts):
        raise ValueError("there is nothing between two commas")
    return parts


def _daily(part: str) -> tuple[int, int]:
    first, _, second = part.partition("-")
    start, end = _minute(first, part), _minute(second, part)
    if start == end:
        raise ValueError(f'"{part}" is empty')
    return start, end % DAY_MINUTES


def _minute(word: str, part: str) -> int:
    hour, _, minute = word.strip().partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and len(minute) == 2):
        raise ValueError(f'"{part}" is not like 22:00-06:00')
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > DAY_MINUTES:
        raise ValueError(f'"{part}" names no time of the day')
    return found


def _moments(part: str) -> tuple[datetime, datetime]:
    first, _, second = part.partition("/")
    try:
        start_at, end_at = parse_utc(first.strip()), parse_utc(second.strip())
    except ValueError:
        raise ValueError(f'"{part}" is not like 2026-11-21T13:00/2026-11-21T15:00') from None
    if not start_at < end_at:
        raise ValueError(f'"{part}" ends before it starts')
    return start_at, end_at
