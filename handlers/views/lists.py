"""Lists and switches of the desk, as a person reads them."""

from collections.abc import Mapping, Sequence

from engine.services.answers import Mode
from handlers.views.text import card, escape, pair, short_symbol, table


def blacklist_text(names: Sequence[str], badge: str) -> str:
    """The symbols that are never entered."""
    shown = ", ".join(escape(name) for name in names) or "nothing"
    return "\n".join(
        [
            f"<b>Never entered</b>: {shown} · {escape(badge)}",
            "What is open there is guarded and left as before.",
            "<code>/blacklist add DOGE</code>, <code>/blacklist remove DOGE</code>",
        ]
    )


def watch_text(
    mode: Mode, allowed: Sequence[str], blocked: Sequence[str], paused: Sequence[str]
) -> str:
    """Each symbol that is followed, and whether it may be entered."""
    rows = [
        pair(short_symbol(symbol), _state(symbol, allowed, blocked, paused))
        for symbol in mode.symbols
    ]
    return card(
        [
            f"<b>Followed here</b> · {escape(mode.badge)}",
            table(rows),
            "<code>/watch only BTC ETH</code>, <code>/watch all</code>",
            "Which markets are followed at all is the setting SYMBOLS.",
        ]
    )


def _state(
    symbol: str, allowed: Sequence[str], blocked: Sequence[str], paused: Sequence[str]
) -> str:
    names = {symbol.upper(), symbol.partition(":")[0].upper(), symbol.partition("/")[0].upper()}
    if names & set(blocked):
        return "blacklisted"
    if symbol in paused:
        return "paused"
    return "entered" if not allowed or names & set(allowed) else "watched only"


def strategies_text(states: Mapping[str, bool], badge: str) -> str:
    """Every strategy with its switch."""
    rows = [pair(name, "on" if is_on else "off") for name, is_on in states.items()]
    return "\n".join(
        [
            f"<b>Strategies</b> · {escape(badge)}",
            table(rows),
            "One that is off proposes nothing; its open positions go on.",
        ]
    )
