"""Orders out, answers in: journalled before they are sent, never sent twice, never given up.

An order ends confirmed, refused or unknown. Unknown freezes the symbol for entries and is asked
after until the venue knows it, or has said "no such order" after the fence, when a request that
left could no longer be on its way.
"""

import asyncio
from dataclasses import dataclass, replace
from decimal import Decimal

from loguru import logger

from engine.core.errors import StorageError, Temporary
from engine.core.ids import OrderName, client_order_id
from engine.core.kinds import OrderKind, OrderState, Purpose
from engine.core.orders import (
    OPEN,
    Confirmed,
    Order,
    OrderRequest,
    Outcome,
    Payment,
    RefusedBy,
    Report,
    Trigger,
    Unknown,
    moved,
)
from engine.core.ports import Clock, Record, Venue
from engine.core.positions import EntryTerms, Position
from engine.core.reasons import Reason
from engine.execution.absorb import absent, absorb, adopted, paid, refused, unknown
from engine.execution.books import Books
from engine.execution.scribe import Scribe

ASKED = frozenset({OrderState.SENT, OrderState.UNKNOWN})  # absence is news only for these
SUBMIT_TIMEOUT_S = 30.0  # the venue's own time-out is shorter; this one only ends a hang
FIRST_ASK_S, LONGEST_ASK_S = 0.25, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitWish:
    """What the guard, panic or a person wants to leave with."""

    purpose: Purpose
    exit_reason: int
    qty_base: Decimal
    decision_price: float


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

    def name(self, position_id: int, purpose: Purpose) -> tuple[str, int]:
        """The client_order_id of the next attempt, and the attempt's number."""
        attempt = self._books.next_attempt(position_id, purpose)
        return client_order_id(OrderName(self._prefix, position_id, purpose, attempt)), attempt

    async def enter(
        self, position_id: int, terms: EntryTerms, symbol: str, qty_base: Decimal, also: Record
    ) -> Order:
        """Sends an entry at market. `also` becomes durable with the intent.

        Raises StorageError when the intent cannot be stored: then nothing was sent.
        """
        purpose = Purpose.ADD if terms.adds else Purpose.ENTRY
        cid, attempt = self.name(position_id, purpose)
        request = OrderRequest(
            client_order_id=cid,
            symbol=symbol,
            side=terms.side.entry_side,
            kind=OrderKind.MARKET,
            qty_base=qty_base,
            decision_price=terms.facts.decision_price,
        )
        order = self._sent(request, position_id, purpose, attempt, terms=terms)
        self._books.orders[cid] = order
        try:
            await self._scribe.write(replace(also, orders=(*also.orders, order)))
        except StorageError:
            del self._books.orders[cid]
            raise
        return await self._send(order)

    async def leave(self, position: Position, wish: ExitWish, also: Record) -> Order:
        """Sends a reduce-only exit at market. An exit is sent even while the database refuses."""
        await self.free_coins(position)
        order = self.prepare_exit(position, wish)
        await self._scribe.keep(replace(also, orders=(*also.orders, order)))
        return await self._send(order)

    async def protect(self, position: Position, trigger_price: Decimal, qty_base: Decimal) -> Order:
        """Sends the stop that is to rest at the venue; sent even while the database refuses."""
        cid, attempt = self.name(position.position_id, Purpose.PROTECT)
        request = OrderRequest(
            client_order_id=cid,
            symbol=position.symbol,
            side=position.side.exit_side,
            kind=OrderKind.STOP,
            qty_base=qty_base,
            trigger_price=trigger_price,
            reduce_only=True,
            decision_price=float(trigger_price),
        )
        order = self._sent(
            request,
            position.position_id,
            Purpose.PROTECT,
            attempt,
            exit_reason=position.stop_kind,
        )
        self._books.orders[cid] = order
        await self._scribe.keep(Record(orders=(order,)))
        return await self._send(order)

    async def free_coins(self, position: Position) -> None:
        """Cancels a resting stop where it holds the coins that an exit is to sell."""
        if self._books.instruments[position.symbol].is_margined:
            return
        for order in self._books.orders_of(position.position_id):
            if order.purpose is Purpose.PROTECT and order.state in OPEN:
                await self.cancel(order)

    def prepare_exit(self, position: Position, wish: ExitWish) -> Order:
        """The exit order, put into the books at once so that nobody sends another for its part."""
        cid, attempt = self.name(position.position_id, wish.purpose)
        request = OrderRequest(
            client_order_id=cid,
            symbol=position.symbol,
            side=position.side.exit_side,
            kind=OrderKind.MARKET,
            qty_base=wish.qty_base,
            reduce_only=True,
            decision_price=wish.decision_price,
        )
        order = self._sent(
            request, position.position_id, wish.purpose, attempt, exit_reason=wish.exit_reason
        )
        self._books.orders[cid] = order
        return order

    def _sent(
        self,
        request: OrderRequest,
        position_id: int,
        purpose: Purpose,
        attempt: int,
        *,
        exit_reason: int = 0,
        terms: EntryTerms | None = None,
    ) -> Order:
        # Journalled as SENT in one commit: a crash before the sending asks the venue once too
        # often, which costs a question; a crash after an INTENT alone would cost an order.
        now = self._clock.now()
        intent = Order(
            request=request,
            position_id=position_id,
            purpose=purpose,
            attempt=attempt,
            state=OrderState.INTENT,
            created_at=now,
            sent_at=now,
            exit_reason=exit_reason,
            terms=terms,
        )
        return moved(intent, Trigger.SEND, at=now)

    async def send_all(self, orders: tuple[Order, ...]) -> None:
        """Sends journalled orders one after the other."""
        for order in orders:
            await self._send(order)

    async def _send(self, order: Order) -> Order:
        outcome = await self._submitted(order.request)
        return await self._take(order, outcome)

    async def _submitted(self, request: OrderRequest) -> Outcome:
        # Shielded: giving up waiting does not call the order back, and its answer still counts.
        sending = asyncio.ensure_future(self._venue.submit(request))
        try:
            async with asyncio.timeout(SUBMIT_TIMEOUT_S):
                return await asyncio.shield(sending)
        except TimeoutError:
            return Unknown(f"no answer within {SUBMIT_TIMEOUT_S:.0f} s")

    async def _take(self, order: Order, outcome: Outcome) -> Order:
        # a report or a question may have moved the order while we waited for the answer
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
            case Unknown(text) if order.state in OPEN:
                record = unknown(self._books, order, text, now=now)
                self.ask_later(order.client_order_id)
            case _:
                pass
        if record is not None:
            await self._scribe.keep(record)
            return record.orders[0]
        return order

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
            task.add_done_callback(lambda _: self._asking.pop(cid, None))

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
