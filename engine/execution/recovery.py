"""Start-up is recovery: every order that is not over is asked after, then the books are compared.

Safe to be killed at any point: a second run finds the same questions and the same answers.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from loguru import logger

from engine.core.errors import Temporary
from engine.core.events import BooksMismatched
from engine.core.kinds import OrderState, TradingState
from engine.core.market import is_margined
from engine.core.money import ZERO
from engine.core.orders import OPEN
from engine.core.ports import Clock, Holdings, Record, Venue
from engine.core.positions import Position
from engine.core.state import Cause
from engine.execution.books import Books
from engine.execution.executor import Executor
from engine.execution.scribe import Scribe
from engine.execution.switch import Switch

TELL_AGAIN = timedelta(days=1)  # how far before the cursor a venue's reports are compared
DUST_STEPS = 5  # fees taken in coins leave less than a step behind, each time
ASK_FOR_S = 60.0  # then start anyway: what is unknown stays frozen and is asked after


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A symbol of which the venue holds something else than we do."""

    symbol: str
    ours_base: Decimal
    venue_base: Decimal


def mismatches(positions: tuple[Position, ...], holdings: Holdings) -> tuple[Mismatch, ...]:
    """Where ours and the venue's signed holdings differ, by symbol. Pure."""
    ours: dict[str, Decimal] = {}
    for position in positions:
        signed = position.qty_base * position.side.sign
        ours[position.symbol] = ours.get(position.symbol, ZERO) + signed
    symbols = sorted({*ours, *holdings.base_by_symbol})
    pairs = ((s, ours.get(s, ZERO), holdings.base_by_symbol.get(s, ZERO)) for s in symbols)
    return tuple(Mismatch(*pair) for pair in pairs if pair[1] != pair[2])


async def recover(books: Books, executor: Executor, venue: Venue, wall: Clock) -> int:
    """How many orders had to be asked after; all of them are settled, or frozen and asked on."""
    doubtful = [order for order in books.orders.values() if order.state in OPEN]
    waited_s, pause_s = 0.0, 0.1
    asking = {order.client_order_id for order in doubtful}
    while asking:
        # the lock proved that the process that sent them is gone: the fence counts from our start
        fence_passed = waited_s >= venue.fence_s
        for cid in sorted(asking):
            if await executor.ask(cid, fence_passed=fence_passed):
                asking.discard(cid)
        if not asking or waited_s > ASK_FOR_S:
            break
        await wall.sleep(pause_s)
        waited_s, pause_s = waited_s + pause_s, min(pause_s * 2.0, 5.0)
    for cid in asking:
        executor.ask_later(cid)
    return len(doubtful)


async def catch_up(books: Books, executor: Executor, venue: Venue) -> None:
    """Takes in what the venue did to the account while nobody listened: funding, forced orders."""
    cursor_at = books.state.cursor_at
    if cursor_at is None:
        return
    try:
        told = await venue.reports_since(cursor_at - TELL_AGAIN)
    except Temporary as error:
        logger.warning("the venue did not tell its payments: {}", error.log_text)
        return
    for report in told:
        await executor.hear(report)


async def differences(books: Books, venue: Venue) -> tuple[Mismatch, ...]:
    """Where the venue holds something else than we think, symbols with open orders aside.

    Nothing while the venue does not answer: that is no difference.
    """
    try:
        holdings = await venue.holdings()
    except Temporary as error:
        logger.warning("the venue did not tell its holdings: {}", error.log_text)
        return ()
    found = mismatches(tuple(books.positions.values()), holdings)
    return tuple(each for each in found if is_difference(books, each))


def is_difference(books: Books, found: Mismatch) -> bool:
    """Whether a person must look: dust of coins is none, nor what an open order explains."""
    if books.has_open_order(found.symbol):
        return False
    if is_margined(found.symbol):
        return found.ours_base != found.venue_base
    # the owner may hold coins of the same name: only what is missing is a difference
    instrument = books.instruments.get(found.symbol)
    dust_base = ZERO if instrument is None else DUST_STEPS * instrument.qty_step
    return found.ours_base - found.venue_base > dust_base


async def tell(found: tuple[Mismatch, ...], scribe: Scribe, switch: Switch, clock: Clock) -> None:
    """Tells each difference and stops entries until a person has looked."""
    now = clock.now()
    events = tuple(
        BooksMismatched(at=now, symbol=m.symbol, ours_base=m.ours_base, venue_base=m.venue_base)
        for m in found
    )
    await scribe.keep(Record(events=events))
    names = ", ".join(mismatch.symbol for mismatch in found)
    await switch.tighten(
        TradingState.REDUCING, Cause.MISMATCH, f"the venue holds something else: {names}"
    )


def decided_again(books: Books) -> dict[str, int]:
    """Proposals after the cursor whose entry never arrived: proposal key -> position id.

    When the feed tells their bar again (a replay does), they are decided once more.
    """
    arrived = {position.facts.proposal_key for position in books.positions.values()}
    for order in books.orders.values():
        if order.terms is not None and order.state is not OrderState.NEVER_ARRIVED:
            arrived.add(order.terms.facts.proposal_key)
    decided = books.decided.items()
    return {key: pid for key, pid in decided if pid is not None and key not in arrived}
