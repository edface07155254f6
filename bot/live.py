"""Real money: what must be so before a live desk starts, and its venue."""

import math
import stat
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.markets import Market
from bot.settings import Settings
from engine.core.errors import SettingsError
from engine.core.ports import Venue
from engine.execution.books import Books
from engine.execution.clocks import SystemClock
from engine.execution.recovery import differences
from engine.venues.ccxt_account import Keys
from engine.venues.ccxt_checks import Finding, findings, listing_findings


class Live(NamedTuple):
    """A live venue and what runs beside it."""

    venue: Venue
    tasks: Mapping[str, Callable[[], Awaitable[None]]]
    close: Callable[[], Awaitable[None]]
    look: Callable[[], Awaitable[Sequence[Finding]]]  # what the start looked at, now


def keys_of(settings: Settings) -> Keys:
    """The keys that the settings hold; empty where there are none."""
    return Keys(
        key=settings.exchange_api_key.get_secret_value(),
        secret=settings.exchange_api_secret.get_secret_value(),
        password=settings.exchange_api_password.get_secret_value(),
    )


def check_env_file(path: Path = Path(".env")) -> None:
    """Raises SettingsError when others on this machine can read the keys."""
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsError(
            f"TRADING=live does not start while others can read {path.name}.",
            hint=f"Run: chmod 600 {path.name}",
        )


async def open_live(
    settings: Settings,
    market: Market,
    wall: SystemClock,
    max_leverage: float,
) -> Live:
    """The live venue, checked and set; raises SettingsError with the one thing to mend."""
    from engine.venues.ccxt_setup import opened
    from engine.venues.ccxt_watch import Watch
    from engine.venues.stream_own import OwnStream

    check_env_file()
    venue = await opened(
        settings.market,
        market.mode.symbols,
        keys_of(settings),
        wall,
        api_base=settings.exchange_api_base,
        # every position then finds its margin as long as the desk keeps its own limit
        leverage=max(1, math.ceil(max_leverage)),
    )
    watch = Watch(venue)

    async def listen() -> None:
        own = OwnStream(venue.account.client, market.mode.symbols, wall)
        await own.carry(watch.hint, watch.gap)

    async def look() -> Sequence[Finding]:
        found = [each async for each in findings(venue.account)]
        return [*found, *await listing_findings(venue.account, market.mode.symbols)]

    tasks = {"venue watch": watch.run, "own orders": listen}
    return Live(venue, tasks, venue.close, look)


async def check_books(books: Books, venue: Venue) -> None:
    """Raises SettingsError when the venue holds something else than the recovered books."""
    found = await differences(books, venue)
    if found:
        each = ", ".join(
            f"{m.symbol}: ours {m.ours_base:f}, the venue's {m.venue_base:f}" for m in found
        )
        raise SettingsError(
            f"The books are not the venue's ({each}).",
            hint="Settle the difference in the venue's own app, then start again.",
        )
