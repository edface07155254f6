"""How an account trades perpetuals: one position a symbol, isolated margin, a known leverage.

Each is read, set where it differs, and read again: a venue may answer "done" and keep its own.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from loguru import logger

from engine.core.errors import SettingsError, Temporary
from engine.venues.ccxt_account import Account, NotThere
from engine.venues.ccxt_limiter import Lane
from engine.venues.ccxt_words import decimal_of

MARGIN = "isolated"  # a liquidation then costs one position's margin, not the account
# what venues answer when there is nothing to change
NO_CHANGE = ("NoChange", "MarginModeAlreadySet")
NO_CHANGE_CODES = ("-4046", "-4059", "110043", "34036", "110025", "110026")


class Modes(NamedTuple):
    """What a symbol is set to; None where the venue does not tell."""

    is_hedged: bool | None
    margin: str | None
    leverage: int | None


async def set_modes(account: Account, symbols: Sequence[str], leverage: int) -> None:
    """Sets one-way mode, isolated margin and leverage; raises SettingsError when one stays.

    A symbol that holds a position is left as it is, and said: venues refuse to change it then,
    and a desk that comes back must guard what it holds.
    """
    found = await modes_of(account, symbols)
    changed = await _one_way(account, symbols, found)
    held = await _held(account, symbols)
    for symbol in symbols:
        if symbol not in held:
            changed = await _set_symbol(account, symbol, found[symbol], leverage) or changed
    if changed:
        found = await modes_of(account, symbols)
    for symbol in symbols:
        wrong = _wrong(found[symbol], leverage)
        if wrong and symbol in held and not found[symbol].is_hedged:
            logger.warning("{} holds a position and stays {}", symbol, wrong)
        elif wrong:
            raise SettingsError(
                f"{account.row.name}: {symbol} stays {wrong}.",
                hint=f"The desk needs one-way mode, isolated margin, {leverage} times leverage.",
            )


async def modes_of(account: Account, symbols: Sequence[str]) -> dict[str, Modes]:
    """What the symbols are set to now; raises SettingsError when the venue does not answer."""
    client = account.client
    try:
        hedged = margin = None
        if client.has.get("fetchPositionMode"):  # one for the whole account
            told = await _read(account, "position mode", client.fetch_position_mode, symbols[0])
            hedged = bool(told.get("hedged"))
        if account.row.has_account_margin:
            told = await _read(account, "margin mode", client.fetch_margin_mode, symbols[0])
            margin = told.get("marginMode")
        leverages = await _leverages(account, symbols)
    except (Temporary, NotThere) as error:
        raise SettingsError(
            f"{account.row.name} does not tell how the account is set ({error})."
        ) from error
    return {
        symbol: Modes(hedged, margin or told.get("marginMode"), _whole(told.get("longLeverage")))
        for symbol, told in leverages.items()
    }


async def _leverages(account: Account, symbols: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    client = account.client
    if client.has.get("fetchLeverages"):
        told = await _read(account, "leverage", client.fetch_leverages, list(symbols))
        return {symbol: told.get(symbol) or {} for symbol in symbols}
    params = dict(account.row.leverage_params)
    return {
        symbol: await _read(account, "leverage", client.fetch_leverage, symbol, params)
        for symbol in symbols
    }


async def _read(account: Account, what: str, call: Any, *arguments: Any) -> Mapping[str, Any]:
    told: Mapping[str, Any] = await account.read(
        what, lambda: call(*arguments), lane=Lane.RECONCILE
    )
    return told


async def _held(account: Account, symbols: Sequence[str]) -> set[str]:
    call = account.client.fetch_positions
    try:
        told = await account.read("positions", lambda: call(list(symbols)), lane=Lane.RECONCILE)
    except (Temporary, NotThere) as error:
        raise SettingsError(f"{account.row.name} does not tell its positions.") from error
    return {str(each.get("symbol")) for each in told if decimal_of(each.get("contracts"))}


async def _one_way(account: Account, symbols: Sequence[str], found: Mapping[str, Modes]) -> bool:
    is_hedged = found[symbols[0]].is_hedged
    if is_hedged is False:
        return False
    # where the venue does not tell the mode, it is set for each symbol
    for symbol in symbols if is_hedged is None else symbols[:1]:
        await _change(account, "one-way mode", account.client.set_position_mode, False, symbol)
    return True


async def _set_symbol(account: Account, symbol: str, found: Modes, leverage: int) -> bool:
    client, row = account.client, account.row
    has_margin = found.margin in {MARGIN, None}  # None: each order says it itself
    if not has_margin:
        place = () if row.has_account_margin else (symbol,)
        await _change(account, "isolated margin", client.set_margin_mode, MARGIN, *place)
    if found.leverage != leverage:
        params = dict(row.leverage_params)
        await _change(account, "leverage", client.set_leverage, leverage, symbol, params)
    return not has_margin or found.leverage != leverage


def _whole(word: object) -> int | None:
    return None if word is None else int(float(str(word)))


async def _change(account: Account, what: str, call: Any, *arguments: Any) -> None:
    try:
        with account.in_lane(Lane.RECONCILE):
            await call(*arguments)
    except account.errors as error:
        names = {each.__name__ for each in type(error).__mro__}
        if names.isdisjoint(NO_CHANGE) and not any(code in str(error) for code in NO_CHANGE_CODES):
            raise SettingsError(
                f"{account.row.name} did not set {what} ({type(error).__name__}).",
                hint="Close open positions and orders there, or set it in the venue's own app.",
            ) from error


def _wrong(found: Modes, leverage: int) -> str:
    """What is not as the desk needs it, in words; empty when all is."""
    wrong = []
    if found.is_hedged:
        wrong.append("in hedge mode")
    if found.margin not in {MARGIN, None}:
        wrong.append(f"on {found.margin} margin")
    if found.leverage not in {leverage, None}:
        wrong.append(f"at {found.leverage} times leverage")
    return ", ".join(wrong)
