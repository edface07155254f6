"""What must hold before real money is traded: keys, rights, clock, maintenance. And the mends.

The doctor prints these findings; a live desk refuses to start with the first fatal one.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from engine.core.errors import Temporary
from engine.venues.ccxt_account import MAX_SKEW_S, Account, NotThere
from engine.venues.ccxt_limiter import Lane
from engine.venues.ccxt_rights import RIGHTS, Rights, rights_of

CLOCK_WARN_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    value: str
    good: bool
    hint: str = ""
    is_fatal: bool = False  # no live trading with it
    is_urgent: bool = False  # to be told when it comes up in mid-run


async def findings(account: Account) -> AsyncIterator[Finding]:
    """Each finding as it is made, the ones that explain the others first."""
    status = await _status(account)
    yield status
    yield await _clock(account)
    async for finding in _key(account):
        yield finding
    used = _limits(account)
    if used is not None:
        yield used


async def listing_findings(account: Account, symbols: Iterable[str]) -> tuple[Finding, ...]:
    """Those of `symbols` that the venue does not trade now; none where it does not tell."""
    try:
        told = await account.read("markets", account.client.fetch_markets, lane=Lane.RECONCILE)
    except (Temporary, NotThere):
        return ()
    is_active = {str(each.get("symbol")): each.get("active") is not False for each in told}
    return tuple(
        Finding(
            name=f"Listing of {symbol}",
            value=f"{account.row.name} does not trade it now: halted or delisted",
            good=False,
            hint="Look at the venue's announcements; a position there may have to be closed.",
            is_urgent=True,
        )
        for symbol in symbols
        if not is_active.get(symbol, False)
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
        )
    if told.get("status") in {"maintenance", "shutdown"}:
        return Finding(
            name=name,
            value=f"{account.row.name} is in maintenance",
            good=False,
            hint="Start again when it is over.",
            is_fatal=True,
        )
    return Finding(name=name, value=f"{account.row.name} is open", good=True)


async def _clock(account: Account) -> Finding:
    skew_s = await account.measure()
    mend = "Set the clock: turn on NTP."
    if skew_s is None:
        value = "the venue does not tell its time"
        return Finding(name="Clock", value=value, good=False, hint=mend, is_fatal=True)
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
