"""News as voters may see it: headlines of a market within a span of time. Pure.

A headline is text of strangers. It is made plain and quoted as data (llm/hygiene.py), one that
instructs is left out, and none is shown before it was published.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

NEWS_AGE = timedelta(hours=24)  # older ones are in the price
MOST_HEADLINES = 5
# what headlines call the markets that have them every day
NAMES = {
    "BTC": "bitcoin",
    "ETH": "ethereum",
    "SOL": "solana",
    "BNB": "binance coin",
    "XRP": "ripple",
    "DOGE": "dogecoin",
    "LINK": "chainlink",
    "AVAX": "avalanche",
    "ADA": "cardano",
    "LTC": "litecoin",
}


@dataclass(frozen=True, slots=True)
class Headline:
    """One line of a feed, as it came."""

    published_at: datetime  # aware UTC
    text: str


class News(Protocol):
    """Where headlines come from. It answers at once, of what it has; it never raises."""

    def headlines(self, symbol: str, since: datetime, until: datetime) -> tuple[str, ...]:
        """Headlines on the symbol published after `since` and up to `until`, newest first."""
        ...


class NoNews:
    """No source is named: none is shown."""

    def headlines(self, symbol: str, since: datetime, until: datetime) -> tuple[str, ...]:
        del symbol, since, until
        return ()


def chosen(
    found: Iterable[Headline], symbol: str, since: datetime, until: datetime
) -> tuple[str, ...]:
    """The newest headlines that name the symbol's base, each text once."""
    words = words_of(symbol)
    named = {
        each
        for each in found
        if since < each.published_at <= until and words.search(each.text) is not None
    }
    newest = sorted(named, key=lambda each: (each.published_at, each.text), reverse=True)
    return tuple(dict.fromkeys(each.text for each in newest))[:MOST_HEADLINES]


def words_of(symbol: str) -> re.Pattern[str]:
    """What a headline on the symbol says: its base as a word in capitals, or the coin's name."""
    base = re.escape(symbol.partition("/")[0].upper())
    name = NAMES.get(symbol.partition("/")[0].upper())
    also = rf"|(?i:\b{re.escape(name)}\b)" if name else ""
    return re.compile(rf"\b{base}\b{also}")
