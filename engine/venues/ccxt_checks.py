"""What must hold before real money is traded: keys, rights, clock, maintenance. And the mends.

The doctor prints these findings; a live desk refuses to start with the first fatal one.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.core.clockwork import from_ms, to_ms
from engine.core.errors import Temporary
from engine.venues.ccxt_account import MAX_SKEW_S, Account, NotThere
from engine.venues.ccxt_limiter import Lane
from engine.venues.ccxt_rights import RIGHTS, Rights, rights_of

CLOCK_WARN_S = 1.0
# Binance, Bybit, OKX: of a perpetual it is the day of its delisting, a century away until then
END_KEYS = ("deliveryDate", "deliveryTime", "expTime")
FAR = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    value: str
    good: bool
    hint: str = ""
    is_fatal: bool = False  # no live trading with it
    is_passing: bool = False  # fatal, and may end by itself: a start waits for it
    is_urgent: bool = False  # to be told when it comes up in mid-run
    symbol: str = ""  # that takes no entries while it stands
    brief: str = ""  # what that symbol is, in three or four words


async def findings(account: Account) -> AsyncIterator[Finding]:
    """Each finding as it is made, the ones that explain the others first.

    After one that may end by itself nothing more is looked at: it would be the same trouble again.
    """
    for look in (_status, _clock):
        found = await look(account)
        yield found
        if found.is_passing:
            return
    async for found in _key(account):
        yield found
        if found.is_passing:
            return
    used = _limits(account)
    if used is not None:
        yield used
    for found in fee_findings(account.unpriced):
        yield found


async def listing_findings(account: Account, symbols: Iterable[str]) -> tuple[Finding, ...]:
    """Those of `symbols` that the venue does not trade now, or names an end of; raises Temporary
    where it does not tell.
    """
    try:
        told = await account.read("markets", account.client.fetch_markets, lane=Lane.RECONCILE)
    except NotThere as error:
        raise Temporary(f"{account.row.name} markets: not told") from error
    markets = {str(each.get("symbol")): each for each in told}
    now_at = account.wall.now()
    found = (_listing(account.row.name, each, markets.get(each), now_at) for each in symbols)
    return tuple(each for each in found if each is not None)


def _listing(
    name: str, symbol: str, market: Mapping[str, Any] | None, now_at: datetime
) -> Finding | None:
    if market is None or market.get("active") is False:
        return Finding(
            name=f"Listing of {symbol}",
            value=f"{name} does not trade it now: halted or delisted",
            good=False,
            hint="No entries there. While it is halted an open position can be neither closed nor"
            " stopped out; if it is delisted, the venue settles it. See its announcements.",
            is_urgent=True,
            symbol=symbol,
            brief="not traded at the venue now",
        )
    ends_at = ends_of(market, now_at)
    if ends_at is None:
        return None
    return Finding(
        name=f"Listing of {symbol}",
        value=f"{name} ends it on {ends_at:%Y-%m-%d %H:%M} UTC",
        good=False,
        hint="No entries there. Close an open position before then, or the venue closes it at a"
        " price of its own.",
        is_urgent=True,
        symbol=symbol,
        brief=f"to end on {ends_at:%Y-%m-%d %H:%M} UTC",
    )


def ends_of(market: Mapping[str, Any], now_at: datetime) -> datetime | None:
    """When the venue says that it will end the market; None: it does not say, or in many years."""
    info = market.get("info") or {}
    for key in END_KEYS:
        word = str(info.get(key) or "")
        if word.isdigit() and 0 < int(word) < to_ms(now_at + FAR):
            return from_ms(int(word))
    return None


def stop_findings(name: str, symbols: Iterable[str]) -> tuple[Finding, ...]:
    """Symbols on which the venue holds no stops."""
    return tuple(
        Finding(
            name=f"Stops on {symbol}",
            value=f"{name} holds none there: the desk guards positions itself, while it runs",
            good=False,
            hint="When the desk is away, nobody guards them. Prefer a market with stops.",
            is_urgent=True,
        )
        for symbol in symbols
    )


def fee_findings(codes: Iterable[str]) -> tuple[Finding, ...]:
    """Coins that paid fees, and whose price the venue did not tell."""
    return tuple(
        Finding(
            name=f"Fees in {code}",
            value=f"the price of {code} is not known: its fees count as the full taker fee",
            good=False,
            hint=f"To have them counted exactly, stop paying fees in {code} at the venue.",
            is_urgent=True,
        )
        for code in codes
    )


async def _status(account: Account) -> Finding:
    name = "Venue"
    if not account.row.has_status:
        return Finding(name=name, value=f"{account.row.name} tells no status", good=True)
    try:
        told = await account.read("status", account.client.fetch_status, lane=Lane.RECONCILE)
    except (Temporary, NotThere):
        return Finding(
            name=name,
            value=f"{account.row.name} does not answer",
            good=False,
            hint="Check the network, and the venue's status page.",
            is_fatal=True,
            is_passing=True,
        )
    if told.get("status") in {"maintenance", "shutdown"}:
        return Finding(
            name=name,
            value=f"{account.row.name} is in maintenance",
            good=False,
            hint="A start waits until it is over.",
            is_fatal=True,
            is_passing=True,
        )
    return Finding(name=name, value=f"{account.row.name} is open", good=True)


async def _clock(account: Account) -> Finding:
    skew_s = await account.measure()
    mend = "Set the clock: turn on NTP."
    if skew_s is None:
        value = "the venue does not tell its time"
        return Finding(
            name="Clock", value=value, good=False, hint=mend, is_fatal=True, is_passing=True
        )
    return Finding(
        name="Clock",
        value=f"differs from the venue's by {-skew_s:+.1f} s, corrected",
        good=abs(skew_s) < CLOCK_WARN_S,
        hint="" if abs(skew_s) < CLOCK_WARN_S else mend,
        is_fatal=abs(skew_s) > MAX_SKEW_S,
    )


async def _key(account: Account) -> AsyncIterator[Finding]:
    client, balance = account.client, dict(account.row.balance_params)
    try:
        await account.read("balance", lambda: client.fetch_balance(balance), lane=Lane.RECONCILE)
    except (Temporary, NotThere) as error:
        refused = "refuses the key" in getattr(error, "chat_text", "")
        yield Finding(
            name="Key",
            value=f"{account.row.name} refuses it" if refused else "the balance cannot be read",
            good=False,
            hint="Check EXCHANGE_API_KEY and EXCHANGE_API_SECRET, and the key's allowed addresses."
            if refused
            else "Try again; check the venue's status page.",
            is_fatal=True,
            is_passing=not refused,
        )
        return
    yield Finding(name="Key", value="is accepted", good=True)
    async for finding in _rights(account):
        yield finding


async def _rights(account: Account) -> AsyncIterator[Finding]:
    row = account.row
    question, answer = RIGHTS.get(row.venue_id), None
    if question is not None:
        asked = getattr(account.client, question.method)
        with suppress(Temporary, NotThere):
            answer = await account.read("rights", asked, lane=Lane.RECONCILE)
    rights = Rights(can_trade=None, can_withdraw=None)
    if isinstance(answer, Mapping):
        rights = rights_of(row.venue_id, answer, is_swap=row.is_swap)
    yield withdrawal_finding(rights, row.name)
    if rights.can_trade is False:
        kind = "perpetuals" if row.is_swap else "spot"
        yield Finding(
            name="Trading",
            value=f"the key may not trade {kind}",
            good=False,
            hint="Give the key that right in the venue's settings.",
            is_fatal=True,
        )
    if rights.is_bound_to_ip is False:
        yield Finding(
            name="Addresses",
            value="the key works from anywhere",
            good=False,
            hint="Bind it to this machine's address in the venue's settings.",
        )


def withdrawal_finding(rights: Rights, name: str) -> Finding:
    """What the right to withdraw means: yes is fatal, "not told" a warning."""
    if rights.can_withdraw is None:
        return Finding(
            name="Withdrawals",
            value=f"cannot verify: {name} does not tell what the key may do",
            good=False,
            hint="Look yourself that the key cannot withdraw.",
        )
    if rights.can_withdraw:
        return Finding(
            name="Withdrawals",
            value="the key may move money out of the account",
            good=False,
            hint="Make a key that can only read and trade; a desk needs no other.",
            is_fatal=True,
        )
    return Finding(name="Withdrawals", value="the key cannot withdraw", good=True)


def _limits(account: Account) -> Finding | None:
    headers = account.client.last_response_headers or {}
    told = {str(name).lower(): str(word) for name, word in headers.items()}
    used = told.get("x-mbx-used-weight-1m")
    pace = 1e3 / float(account.client.rateLimit)
    value = f"{pace:.0f} weights a second" + (f", {used} used this minute" if used else "")
    return Finding(name="Limits", value=value, good=not account.banned_for_s)
