"""Real money: what must be so before a live desk starts, and its venue."""

import math
import stat
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.markets import CCXT_SYMBOLS, Market
from bot.patience import patiently
from bot.settings import Settings, Trading
from engine.core.errors import SettingsError
from engine.core.ports import Venue
from engine.execution.books import Books
from engine.execution.clocks import SystemClock
from engine.execution.recovery import differences
from engine.venues.ccxt_account import Keys
from engine.venues.ccxt_checks import Finding, findings, listing_findings, stop_findings
from engine.venues.ccxt_venue import CcxtVenue


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


async def look_beforehand(settings: Settings, wall: SystemClock) -> None:
    """Whether real money may be traded with these settings: seconds, before any market is opened.

    Nothing on paper. Waits for a venue that is away; raises SettingsError with what is wrong.
    """
    if settings.trading is not Trading.LIVE:
        return
    from engine.venues.ccxt_setup import check, unopened

    check_env_file()
    symbols = settings.symbol_list or CCXT_SYMBOLS
    account = unopened(
        settings.market, symbols, keys_of(settings), wall, api_base=settings.exchange_api_base
    )
    try:
        await account.open()
        await patiently(lambda: check(account), wall)
    finally:
        await account.close()


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
        limiter=market.limiter,
    )
    watch = Watch(venue)

    async def listen() -> None:
        own = OwnStream(venue.account.client, market.mode.symbols, wall)
        await own.carry(watch.hint, watch.gap)

    async def look() -> Sequence[Finding]:
        return await look_at(venue, market.mode.symbols)

    tasks = {"venue watch": watch.run, "own orders": listen}
    return Live(venue, tasks, venue.close, look)


async def look_at(venue: CcxtVenue, symbols: Sequence[str]) -> Sequence[Finding]:
    """What a start looks at, and what may come up afterwards; raises Temporary."""
    account = venue.account
    found = [each async for each in findings(account)]
    if any(each.is_passing for each in found):
        return found  # the venue is away: there is nobody to ask for more
    bare = [symbol for symbol in symbols if not venue.holds_stops(symbol)]
    return [
        *found,
        *await listing_findings(account, symbols),
        *stop_findings(account.row.name, bare),
    ]


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
