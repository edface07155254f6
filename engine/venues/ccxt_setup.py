"""From settings to a live venue: account opened, checked, its modes set and read back."""

from collections.abc import Sequence

from loguru import logger

from engine.core.errors import SettingsError, Temporary
from engine.venues.ccxt_account import TIMEOUT_S, Account, Keys, NotThere, Wall
from engine.venues.ccxt_checks import findings
from engine.venues.ccxt_limiter import Lane, Limiter
from engine.venues.ccxt_modes import set_modes
from engine.venues.ccxt_venue import CcxtVenue
from engine.venues.ccxt_words import Listing, listing_of
from engine.venues.quirks import live_row


async def opened(
    venue_id: str,
    symbols: Sequence[str],
    keys: Keys,
    wall: Wall,
    *,
    api_base: str = "",
    leverage: int = 1,
    limiter: Limiter | None = None,
) -> CcxtVenue:
    """A venue that may be traded on; raises SettingsError with the first thing that is wrong.

    Perpetuals are set to one-way mode, isolated margin and `leverage`, and read back.
    """
    account = unopened(venue_id, symbols, keys, wall, api_base=api_base, limiter=limiter)
    return await made_ready(account, symbols, leverage)


async def made_ready(account: Account, symbols: Sequence[str], leverage: int) -> CcxtVenue:
    """The venue of an account that is opened, checked and set here; closed when it is not fit."""
    try:
        await account.open()
        await check(account)
        listings = await listed(account, symbols)
        if account.row.is_swap:
            await set_modes(account, symbols, leverage)
    except BaseException:
        await account.close()
        raise
    return CcxtVenue(account, listings)


async def check(account: Account) -> None:
    """Looks at an opened account; raises SettingsError with what is wrong, and Temporary where
    that may end by itself.
    """
    async for finding in findings(account):
        if finding.is_fatal:
            text = f"{finding.name}: {finding.value}."
            if finding.is_passing:
                raise Temporary(text, chat_text=text)
            raise SettingsError(text, hint=finding.hint)
        if not finding.good:
            logger.warning("{}: {}. {}", finding.name, finding.value, finding.hint)


def unopened(
    venue_id: str,
    symbols: Sequence[str],
    keys: Keys,
    wall: Wall,
    *,
    api_base: str = "",
    timeout_s: float = TIMEOUT_S,
    limiter: Limiter | None = None,
) -> Account:
    """The account of these settings; raises SettingsError for what cannot be, before any call."""
    row = live_row(venue_id, symbols)
    if not keys.key or not keys.secret:
        raise SettingsError(
            "TRADING=live needs EXCHANGE_API_KEY and EXCHANGE_API_SECRET.",
            hint="Make a key at the venue that can read and trade, and nothing else.",
        )
    if row.needs_password and not keys.password:
        raise SettingsError(f"{row.name} keys have a passphrase: set EXCHANGE_API_PASSWORD.")
    return Account(row, keys, wall, api_base=api_base, timeout_s=timeout_s, limiter=limiter)


async def listed(account: Account, symbols: Sequence[str]) -> dict[str, Listing]:
    """The symbols as the venue lists them; raises SettingsError for one that it does not trade."""
    client = account.client
    try:
        markets = await account.read("markets", client.load_markets, lane=Lane.RECONCILE)
    except (Temporary, NotThere) as error:
        text = f"{account.row.name} does not tell its markets."
        raise Temporary(text, chat_text=text) from error
    listings = {}
    for symbol in symbols:
        if symbol not in markets:
            raise SettingsError(f"SYMBOLS: {account.row.name} has no '{symbol}'.")
        listings[symbol] = listing_of(markets[symbol], int(client.precisionMode))
    return listings
