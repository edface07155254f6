"""Orders out, answers in: journalled before they are sent, never sent twice, never given up.

An order ends confirmed, refused or unknown. Unknown freezes the symbol for entries and is asked
after until the venue knows it, or has said "no such order" after the fence, when a request that
left could no longer be on its way.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from loguru import logger

from engine.core.errors import StorageError, Temporary
from engine.core.ids import OrderName, client_order_id
from engine.core.kinds import OrderState, Purpose
from engine.core.orders import (
    OPEN,
    Confirmed,
    Order,
    OrderRequest,
    Outcome,
    Payment,
    RefusedBy,
    Report,
    Unknown,
)
from engine.core.ports import Clock, Record, Venue
from engine.core.positions import EntryTerms, Position
from engine.core.reasons import REASON_TEXTS, Reason
from engine.execution.absorb import absent, absorb, adopted, paid, refused, unknown
from engine.execution.books import Books, resting_stops
from engine.execution.drafts import ExitWish, Name, Want, entry_order, exit_order, stop_order
from engine.execution.scribe import Scribe

ASKED = frozenset({OrderState.SENT, OrderState.UNKNOWN})  # absence is news only for these
SUBMIT_TIMEOUT_S = 30.0  # the venue's own time-out is shorter; this one only ends a hang
COINS_HELD = RefusedBy(Reason.OTHER, "the stop that holds its coins gives no answer; tried again")
LOCK_LOST = RefusedBy(Reason.LOCK_LOST, "not sent: another desk may work here by now")
NOTHING = Record()
FIRST_ASK_S, LONGEST_ASK_S = 0.25, 30.0


def always() -> bool:
    """Nobody else can send for this account."""
    return True


class Executor:
    """The only caller of the venue's order methods."""

    def __init__(
        self, books: Books, scribe: Scribe, venue: Venue, clock: Clock, wall: Clock, prefix: str
    ) -> None:
        self._books = books
        self._scribe = scribe
        self._venue = venue
        self._clock = clock  # the market's time: what is written down
        self._wall = wall  # real time: how long to wait before asking again
        self._prefix = prefix
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._may_send: Callable[[], bool] = always

    def send_while(self, may_send: Callable[[], bool]) -> None:
        """From now on orders and cancels leave only while `may_send` says so: asked each time,
        so it does no IO.
        """
        self._may_send = may_send

    def name(self, position_id: int, purpose: Purpose) -> Name:
        """What the next attempt is called."""
        attempt = self._books.next_attempt(position_id, purpose)
        name = OrderName(self._prefix, position_id, purpose, attempt)
        return Name(client_order_id(name), attempt)

    async def enter(
        self, position_id: int, terms: EntryTerms, want: Want, also: Record = NOTHING
    ) -> Order:
        """Sends an entry. `also` becomes durable with the intent.

        Raises StorageError when the intent cannot be stored, or the database may be another
        desk's by now: then nothing was sent.
        """
        if not self._may_send():
            raise StorageError("the lock is not proved", chat_text=REASON_TEXTS[Reason.LOCK_LOST])
        name = self.name(position_id, Purpose.ADD if terms.adds else Purpose.ENTRY)
        now = self._clock.now()
        order = entry_order(name, position_id, terms, want, at=now)
        self._books.orders[order.client_order_id] = order
        try:
            await self._scribe.write(replace(also, orders=(*also.orders, order)))
        except StorageError:
            del self._books.orders[order.client_order_id]
            raise
        return await self._send(order)

    async def leave(
        self, position_id: int, *wishes: ExitWish, also: Record = NOTHING
    ) -> tuple[Order, ...]:
        """Sends reduce-only exits at market, even while the database refuses; returns them.

        Of each wish at most what is still there: the stop at the venue may have come first. `also`
        becomes durable with the exits; with none to send it is left.
        """
        are_free = await self._free_coins(position_id)
        position = self._books.positions.get(position_id)
        if position is None:
            return ()
        orders: list[Order] = []
        left_base = position.qty_base - self._books.leaving_base(position_id)
        for wish in wishes:
            qty_base = min(wish.qty_base, left_base)
            if qty_base > 0:
                orders.append(self._prepared(position, replace(wish, qty_base=qty_base)))
                left_base -= qty_base
        also = also if orders else NOTHING
        await self._scribe.keep(replace(also, orders=tuple(orders), positions=(position,)))
        if not are_free:
            return tuple([await self._take(order, COINS_HELD) for order in orders])
        return tuple([await self._send(order) for order in orders])

    async def protect(self, position: Position, trigger_price: Decimal, qty_base: Decimal) -> Order:
        """Sends the stop that is to rest at the venue; sent even while the database refuses."""
        name = self.name(position.position_id, Purpose.PROTECT)
        order = stop_order(name, position, trigger_price, qty_base, at=self._clock.now())
        self._books.orders[order.client_order_id] = order
        await self._scribe.keep(Record(orders=(order,)))
        return await self._send(order)

    async def _free_coins(self, position_id: int) -> bool:
        # on spot a resting stop holds the coins that an exit is to sell; while it is not proved to
        # be over it may sell them too, and the exit would sell coins that are the owner's
        position = self._books.positions.get(position_id)
        if position is None or self._books.instruments[position.symbol].is_margined:
            return True
        for order in resting_stops(self._books, position_id):
            await self.cancel(order)
        return not resting_stops(self._books, position_id)

    def _prepared(self, position: Position, wish: ExitWish) -> Order:
        # put into the books at once, so that nobody sends another exit for its part
        name = self.name(position.position_id, wish.purpose)
        order = exit_order(name, position, wish, at=self._clock.now())
        self._books.orders[order.client_order_id] = order
        return order

    async def _send(self, order: Order) -> Order:
        outcome = await self._submitted(order.request)
        return await self._take(order, outcome)

    async def _submitted(self, request: OrderRequest) -> Outcome:
        if not self._may_send():
            return LOCK_LOST
        # Shielded: giving up waiting does not call the order back, and its answer still counts.
        sending = asyncio.ensure_future(self._venue.submit(request))
        try:
            async with asyncio.timeout(SUBMIT_TIMEOUT_S):
                return await asyncio.shield(sending)
        except TimeoutError:
            return Unknown(f"no answer within {SUBMIT_TIMEOUT_S:.0f} s")

    async def _take(self, order: Order, outcome: Outcome) -> Order:
        # a report or a question may have moved the order while we waited for the answer
        is_overtaken = await self._is_overtaken(order, outcome)
        order = self._books.orders.get(order.client_order_id, order)
        now = self._clock.now()
        record: Record | None = None
        match outcome:
            case Confirmed(told):
                record = absorb(self._books, order, told, now=now)
            case RefusedBy(Reason.DUPLICATE, text) if order.state in OPEN:
                # proof of arrival: an earlier sending of this very order is there
                record = unknown(self._books, order, text, now=now)
                self.ask_later(order.client_order_id)
            case RefusedBy(reason, text) if order.state in OPEN:
                record = refused(self._books, order, reason, text, now=now)
                record = replace(record, events=()) if is_overtaken else record
            case Unknown(text) if order.state in OPEN:
                record = unknown(self._books, order, text, now=now)
                self.ask_later(order.client_order_id)
            case _:
                pass
        if record is not None:
            await self._scribe.keep(record)
            return record.orders[0]
        return order

    async def _is_overtaken(self, order: Order, outcome: Outcome) -> bool:
        # nothing is left to reduce: most often the stop at the venue was faster than our exit
        refusal = getattr(outcome, "reason", None)
        if refusal is not Reason.REDUCE_ONLY or not order.purpose.is_leaving:
            return False
        for stop in resting_stops(self._books, order.position_id):
            await self.ask(stop.client_order_id, fence_passed=False)
        return order.position_id not in self._books.positions

    async def hear(self, told: Report) -> None:
        """Takes the venue's own news in; orders that are neither ours nor forced are left alone."""
        record = self._heard(told)
        if record is not None:
            await self._scribe.keep(record)

    def _heard(self, told: Report) -> Record | None:
        if isinstance(told, Payment):
            return paid(self._books, told)
        now = self._clock.now()
        order = self._books.orders.get(told.client_order_id)
        if order is None and told.is_forced:
            order = adopted(self._books, told, now=now)
        return None if order is None else absorb(self._books, order, told, now=now)

    async def cancel(self, order: Order) -> Order:
        """Asks the venue to cancel; the answer is what the venue then says of the order."""
        if not self._may_send():
            return order
        outcome = await self._venue.cancel(order.request.symbol, order.client_order_id)
        match outcome:
            case Confirmed(told):
                await self.hear(told)
            case RefusedBy() | Unknown():
                self.ask_later(order.client_order_id)  # a refused cancel often means: it filled
        return self._books.orders.get(order.client_order_id, order)

    def ask_later(self, cid: str) -> None:
        """Asks after an order until its fate is known."""
        if cid not in self._asking:
            task = asyncio.create_task(self._ask_until_known(cid), name=f"ask {cid}")
            self._asking[cid] = task
            task.add_done_callback(lambda _: self._asked(cid, task))

    def _asked(self, cid: str, task: asyncio.Task[None]) -> None:
        self._asking.pop(cid, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            # the minute's comparison has it asked after again
            logger.error("asking after {} failed: {!r}", cid, error)

    async def _ask_until_known(self, cid: str) -> None:
        pause_s, asked_for_s = FIRST_ASK_S, 0.0
        while True:
            await self._wall.sleep(pause_s)
            asked_for_s += pause_s
            if await self.ask(cid, fence_passed=asked_for_s > self._venue.fence_s):
                return
            pause_s = min(pause_s * 2.0, LONGEST_ASK_S)

    async def ask(self, cid: str, *, fence_passed: bool) -> bool:
        """One question after an order; True when there is nothing more to ask."""
        order = self._books.orders.get(cid)
        if order is None or order.state not in OPEN:
            return True
        try:
            told = await self._venue.find(order.request.symbol, cid)
        except Temporary as error:  # an unreachable venue has not said "no such order"
            logger.warning("asking after {} failed: {}", cid, error.log_text)
            return False
        order = self._books.orders.get(cid, order)
        if told is not None:
            await self.hear(told)
            return True
        if not fence_passed or order.state not in ASKED:
            return False
        await self._scribe.keep(absent(self._books, order, now=self._clock.now()))
        return True

    async def close(self) -> None:
        """Stops asking; what is not known stays journalled as it is."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
