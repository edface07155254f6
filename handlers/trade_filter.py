"""What /trades is asked for, in words and in buttons: which trades, and how many on a page."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from engine.core.errors import UserError
from engine.core.kinds import PositionSide
from engine.core.queries import TradeFilter
from handlers.confirm import short_digest
from handlers.desk import Desk
from handlers.payloads import TradesTap

PAGE_TRADES = 8
MOST_TRADES = 20
MOST_DAYS = 3660
CODE = 6  # characters of a name in a button

_NUMBER = re.compile(r"[0-9]{1,3}", re.ASCII)
_DAYS = re.compile(r"([0-9]{1,4})(?:d|days?)", re.ASCII)
_SIDES = {side.value: side for side in PositionSide}
_OUTCOMES = {"won": True, "win": True, "wins": True, "lost": False, "loss": False, "losses": False}


class Asked(NamedTuple):
    """One page of which trades."""

    wanted: TradeFilter
    days: int | None  # behind `wanted.since`
    limit: int


async def from_words(desk: Desk, words: Sequence[str]) -> Asked:
    """What the words mean: a number, a symbol, a strategy, long, short, won, lost, 7d, today.

    Raises UserError for a word that is none of these.
    """
    wanted, days, limit = TradeFilter(), None, PAGE_TRADES
    strategies = {name.lower(): name for name in await desk.reports.strategies()}
    for word in words:
        said = word.lower()
        if _NUMBER.fullmatch(said):
            limit = _limit(int(said))
        elif said in _SIDES:
            wanted = replace(wanted, side=_SIDES[said])
        elif said in _OUTCOMES:
            wanted = replace(wanted, won=_OUTCOMES[said])
        elif said == "today" or _DAYS.fullmatch(said):
            days = 1 if said == "today" else _days(said)
        elif said in strategies:
            wanted = replace(wanted, strategy=strategies[said])
        else:
            wanted = replace(wanted, symbol=await _symbol(desk, word))
    return Asked(_since(desk, wanted, days), days, limit)


async def from_tap(desk: Desk, tap: TradesTap) -> Asked:
    """What a button means; a name that nothing has any more is left out."""
    symbols = {short_digest(name, CODE): name for name in desk.mode.symbols}
    strategies: dict[str, str] = {}
    if tap.strategy:
        strategies = {short_digest(name, CODE): name for name in await desk.reports.strategies()}
    wanted = TradeFilter(
        symbol=symbols.get(tap.symbol, ""),
        strategy=strategies.get(tap.strategy, ""),
        side=_SIDES.get(tap.side),
        won=tap.won,
    )
    days = None if tap.days is None else min(max(1, tap.days), MOST_DAYS)
    return Asked(_since(desk, wanted, days), days, min(max(1, tap.limit), MOST_TRADES))


def tap_of(asked: Asked, **page: int | None) -> TradesTap:
    """The button for a page (`before`, `number`) of the same trades, in place."""
    wanted = asked.wanted
    return TradesTap(
        again=True,
        limit=asked.limit,
        symbol=short_digest(wanted.symbol, CODE) if wanted.symbol else "",
        strategy=short_digest(wanted.strategy, CODE) if wanted.strategy else "",
        side="" if wanted.side is None else wanted.side.value,
        won=wanted.won,
        days=asked.days,
        **page,
    )


def _since(desk: Desk, wanted: TradeFilter, days: int | None) -> TradeFilter:
    if days is None:
        return wanted
    return replace(wanted, since=desk.reports.today() - timedelta(days=days - 1))


def _limit(number: int) -> int:
    if 1 <= number <= MOST_TRADES:
        return number
    raise UserError(f"A page takes 1 to {MOST_TRADES} trades.", hint="Such as /trades 5")


def _days(said: str) -> int:
    number = int(said.rstrip("days"))
    if 1 <= number <= MOST_DAYS:
        return number
    raise UserError(f"Days go from 1 to {MOST_DAYS}.", hint="Such as /trades 7d")


async def _symbol(desk: Desk, word: str) -> str:
    try:
        return await desk.reports.symbol(word)
    except UserError as error:
        raise UserError(
            f"/trades does not know «{word[:24]}».",
            hint="It takes a symbol, a strategy, long, short, won, lost, 7d, or a number.",
        ) from error
