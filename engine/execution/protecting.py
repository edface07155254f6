"""The stop that rests at the venue: it holds a position when the desk does not run.

One live stop for each position where the venue can hold one, of its whole quantity, no further
from the price than the guard's own stop was a moment ago. The guard goes on watching every price;
both orders only reduce, so together they never sell more than there is.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from loguru import logger

from engine.core.events import Event, ProtectionMissing, ProtectionPlaced
from engine.core.kinds import OrderState, Purpose
from engine.core.market import Instrument
from engine.core.money import ceil_to_step, floor_to_step
from engine.core.orders import OPEN, TERMINAL, WORKING, Order
from engine.core.ports import Clock, Record, Venue
from engine.core.positions import Position
from engine.execution.booking import guard_of
from engine.execution.books import Books, resting_stops
from engine.execution.drafts import ExitWish
from engine.execution.executor import Executor
from engine.execution.scribe import Scribe
from engine.rules.plans import PROTECTION
from engine.rules.protection import unprotected_exit

GONE = TERMINAL - {OrderState.FILLED, OrderState.NEVER_ARRIVED}  # it does not rest there
MOVES_BY_R = 0.1  # a stop at the venue follows the guard's in steps of this
MOST_REFUSALS = 4  # in a row; then the position is not kept
LONGEST_UNPROTECTED_S = 120.0
RETRY_S = 15.0  # market time after the first refusal; longer after each, up to ten times


class Stop(NamedTuple):
    """What should rest at the venue."""

    trigger_price: Decimal
    qty_base: Decimal


@dataclass(slots=True)
class Bare:
    """A position without a stop at the venue, since when, and how often it was refused."""

    since_at: datetime
    refusals: int = 0
    tried_at: datetime | None = None
    is_told: bool = False


def wanted_stop(position: Position, instrument: Instrument) -> Stop | None:
    """The stop of the position on the venue's steps; None where there is nothing to place."""
    if not position.stop_price > 0.0 or not position.is_open:
        return None
    away = floor_to_step if position.side.sign > 0 else ceil_to_step
    trigger_price = away(position.stop_price, instrument.price_step)
    qty_base = floor_to_step(position.qty_base, instrument.qty_step)
    if trigger_price <= 0 or qty_base < instrument.min_qty_base:
        return None  # dust: nothing that a venue would take
    return Stop(trigger_price, qty_base)


def is_kept_by(order: Order, wanted: Stop, tolerance_price: float) -> bool:
    """Whether a resting stop is as good as the wanted one."""
    trigger_price = order.request.trigger_price
    if trigger_price is None or order.leaves_base != wanted.qty_base:
        return False
    return abs(float(trigger_price - wanted.trigger_price)) <= tolerance_price


class Protector:
    """Keeps one stop at the venue for each open position, in tasks beside the loop."""

    def __init__(
        self, books: Books, executor: Executor, scribe: Scribe, venue: Venue, clock: Clock
    ) -> None:
        self._books = books
        self._executor = executor
        self._scribe = scribe
        self._venue = venue
        self._clock = clock
        self._bare: dict[int, Bare] = {}
        self._tending: dict[int, asyncio.Task[None]] = {}

    def tend(self) -> None:
        """Starts what is missing, for open positions and for stops of closed ones."""
        left_over = {o.position_id for o in self._books.orders.values() if _rests(o)}
        for position_id in left_over | set(self._books.positions):
            if position_id not in self._tending and self._has_work(position_id):
                self._start(position_id, self._tended(position_id))

    def resting(self, position_id: int) -> list[Order]:
        """The stops of a position that rest at the venue, or may."""
        return resting_stops(self._books, position_id)

    def is_protected(self, position: Position) -> bool | None:
        """Whether a stop rests at the venue; None where the venue holds none."""
        if not self._venue.holds_stops(position.symbol):
            return None
        return any(order.state in WORKING for order in self.resting(position.position_id))

    async def close(self) -> None:
        """Ends the tasks; what rests at the venue stays there."""
        tasks = list(self._tending.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, position_id: int, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=f"protect {position_id}")
        self._tending[position_id] = task
        task.add_done_callback(lambda _: self._tended_to(position_id, task))

    def _tended_to(self, position_id: int, task: asyncio.Task[None]) -> None:
        self._tending.pop(position_id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("{} failed: {!r}", task.get_name(), error)  # the next moment tries again

    def _has_work(self, position_id: int) -> bool:
        position = self._books.positions.get(position_id)
        resting = self.resting(position_id)
        if position is None:
            return bool(resting)
        if any(order.state not in WORKING for order in resting):
            return False  # its fate is being asked after
        if self._waits_for_exit(position):
            return False
        return not self._is_kept(position, resting) and self._may_try(position)

    def _is_kept(self, position: Position, resting: list[Order]) -> bool:
        if not self._venue.holds_stops(position.symbol):
            return True
        wanted = wanted_stop(position, self._books.instruments[position.symbol])
        if wanted is None:
            return not resting
        kept = [order for order in resting if is_kept_by(order, wanted, _tolerance(position))]
        return len(kept) == len(resting) == 1

    def _waits_for_exit(self, position: Position) -> bool:
        # on spot the coins are the exit's; what it leaves is protected after it
        is_margined = self._books.instruments[position.symbol].is_margined
        return not is_margined and self._books.leaving_base(position.position_id) > 0

    def _may_try(self, position: Position) -> bool:
        bare = self._bare.get(position.position_id)
        if bare is None or bare.tried_at is None:
            return True
        pause_s = RETRY_S * min(max(bare.refusals - MOST_REFUSALS, 1), 10)
        return (self._clock.now() - bare.tried_at).total_seconds() >= pause_s

    async def _tended(self, position_id: int) -> None:
        position = self._books.positions.get(position_id)
        if position is None:
            await self._cancel(self.resting(position_id))
            self._bare.pop(position_id, None)
            return
        instrument = self._books.instruments[position.symbol]
        wanted = wanted_stop(position, instrument)
        resting = self.resting(position_id)
        kept = [o for o in resting if wanted and is_kept_by(o, wanted, _tolerance(position))][:1]
        if kept or wanted is None:
            await self._cancel([order for order in resting if order not in kept])
            return
        if not instrument.is_margined:
            await self._cancel(resting)  # coins are held by one order at a time
            latest = self._books.positions.get(position_id)
            if latest is None or latest.qty_base != position.qty_base:
                return  # it filled meanwhile: the next moment looks again
            if self.resting(position_id) or self._waits_for_exit(latest):
                return
        order = await self._executor.protect(position, wanted.trigger_price, wanted.qty_base)
        if order.state in WORKING:
            await self._placed(position, wanted)
            if instrument.is_margined:
                await self._cancel(resting)  # the new one first: never a moment without
        elif order.state in GONE:
            await self._refused(position, order)

    async def _cancel(self, orders: list[Order]) -> None:
        for order in orders:
            await self._executor.cancel(order)

    async def _placed(self, position: Position, wanted: Stop) -> None:
        bare = self._bare.pop(position.position_id, None)
        if bare is not None and bare.is_told:
            event = ProtectionPlaced(
                at=self._clock.now(), position=position, trigger_price=wanted.trigger_price
            )
            await self._scribe.keep(Record(events=(event,)))

    async def _refused(self, position: Position, order: Order) -> None:
        now = self._clock.now()
        bare = self._bare.setdefault(position.position_id, Bare(now))
        bare.refusals += 1
        bare.tried_at = now
        await self._leave_if_hopeless(position, bare, now)
        if not bare.is_told:
            bare.is_told = True
            text = order.reason_text or "the venue refused the stop"
            event: Event = ProtectionMissing(at=now, position=position, text=text)
            await self._scribe.keep(Record(events=(event,)))

    async def _leave_if_hopeless(self, position: Position, bare: Bare, now: datetime) -> None:
        latest = self._books.positions.get(position.position_id)
        mark = self._books.mark_price(position.symbol)
        if latest is None or mark is None:
            return
        exit_ = unprotected_exit(
            guard_of(latest),
            bare.refusals,
            (now - bare.since_at).total_seconds(),
            MOST_REFUSALS,
            LONGEST_UNPROTECTED_S,
            mark,
        )
        left_base = latest.qty_base - self._books.leaving_base(latest.position_id)
        if exit_.reason == PROTECTION and left_base > 0:
            wish = ExitWish(
                purpose=Purpose.STOP,
                exit_reason=PROTECTION,
                qty_base=left_base,
                decision_price=mark,
            )
            await self._executor.leave(latest.position_id, wish)


def _rests(order: Order) -> bool:
    return order.purpose is Purpose.PROTECT and order.state in OPEN


def _tolerance(position: Position) -> float:
    risk_price = abs(float(position.entry_price) - position.initial_stop_price)
    return MOVES_BY_R * risk_price
