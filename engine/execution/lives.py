"""Limit entries and the end of their lives: cancelled, and then priced anew or given up.

The life is counted in market time and ends before the venue is shown a price that comes after it:
a bar that is longer than what is left of the life fills nothing, because nobody knows when in it
the price was there. The next attempt has a new id and leaves only when the venue has said that the
order before is over, with all that it filled; so one intent never has two live orders.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from loguru import logger

from engine.core.errors import StorageError
from engine.core.events import EntryLapsed
from engine.core.kinds import TradingState
from engine.core.market import PriceMoved
from engine.core.orders import LAPSED, OPEN, WORKING, Order
from engine.core.ports import Clock, Record
from engine.core.positions import EntryTerms
from engine.execution.books import Books, resting_entries
from engine.execution.dial import Dial
from engine.execution.drafts import Want
from engine.execution.executor import Executor
from engine.execution.resting import Scene, is_crumb, rest_at_market, want_anew
from engine.execution.scribe import Scribe

CANCEL_AGAIN = timedelta(seconds=5)  # market time between two cancels of one order
REMEMBERED = timedelta(hours=1)  # a lapsed entry: so long a late fill of it is its own


class Lives:
    """Ends what has rested long enough, and what is not wanted any more."""

    def __init__(
        self, books: Books, executor: Executor, scribe: Scribe, clock: Clock, dial: Dial
    ) -> None:
        self._books = books
        self._executor = executor
        self._scribe = scribe
        self._clock = clock
        self._dial = dial
        self._ending: set[str] = set()  # with a cancel on its way
        self._tried_at: dict[str, datetime] = {}
        self._at_start: set[str] = set()
        self._outlived: set[str] = set()  # cancelled at the end of their life: something follows

    async def before(self, event: PriceMoved) -> None:
        """Ends what does not live to see the price; before the venue or anybody else sees it."""
        for order, expires_at in resting_entries(self._books):
            if order.request.symbol == event.symbol:
                await self._end(order, event.at, event.at > expires_at)

    async def tend(self, at: datetime) -> None:
        """Ends what is over at the moment, and goes on with what has ended."""
        for order, expires_at in resting_entries(self._books):
            await self._end(order, at, at >= expires_at)
        for cid in sorted(self._outlived):
            lapsed = self._books.orders.get(cid)
            if lapsed is not None and lapsed.state in OPEN:
                continue
            self._outlived.discard(cid)
            if lapsed is not None and lapsed.state in LAPSED:
                await self._clock.hold(self._follow(lapsed))
        self._forget(at)

    def remember(self) -> None:
        """At a start, before anybody is asked: what was resting, or has lapsed since the cursor."""
        cursor_at = self._books.state.cursor_at
        for cid, order in self._books.orders.items():
            done_at = order.done_at
            is_cut = done_at is not None and (cursor_at is None or done_at > cursor_at)
            if order.expires_at is not None and (order.state in OPEN or is_cut):
                self._at_start.add(cid)

    async def recover(self) -> None:
        """At a start, once the venue was asked: what outlived itself is cancelled, others rest on.

        What has lapsed in the moment that was cut is followed up, while the decision is no older
        than another life.
        """
        now = self._clock.now()
        for order, expires_at in resting_entries(self._books):
            if order.state in WORKING and now >= expires_at:
                await self._executor.cancel(order)
        for cid in self._at_start:
            lapsed = self._books.orders.get(cid)
            if lapsed is not None and lapsed.state in LAPSED and self._is_fresh(lapsed, now):
                self._outlived.add(cid)
        self._at_start.clear()

    def _is_fresh(self, order: Order, now: datetime) -> bool:
        siblings = self._books.orders_of(order.position_id)
        is_last = all(o.attempt <= order.attempt for o in siblings if o.purpose is order.purpose)
        life_s = 0.0 if order.terms is None else order.terms.life_s
        expires_at = order.expires_at
        is_young = expires_at is not None and now < expires_at + timedelta(seconds=life_s)
        return is_last and is_young

    async def _end(self, order: Order, at: datetime, is_over: bool) -> None:
        cid = order.client_order_id
        tried_at = self._tried_at.get(cid)
        if order.state not in WORKING or cid in self._ending:
            return  # on its way, or its fate is being asked after
        if not (is_over or self._is_unwanted(order)):
            return
        if tried_at is not None and at - tried_at < CANCEL_AGAIN:
            return
        self._ending.add(cid)
        self._tried_at[cid] = at
        if is_over:
            self._outlived.add(cid)
        await self._clock.hold(self._cancel(order))

    async def _cancel(self, order: Order) -> None:
        try:
            # known for good first: a restart then repeats this moment, and none before it
            await self._scribe.keep(Record())
            await self._executor.cancel(order)
        finally:
            self._ending.discard(order.client_order_id)

    def _is_unwanted(self, order: Order) -> bool:
        # the desk has stopped, its position is being left or was, or an earlier attempt has filled
        books = self._books
        if books.state.trading is not TradingState.ACTIVE:
            return True
        is_open = order.position_id in books.positions
        if order.filled_base > 0:
            return not is_open or books.leaving_base(order.position_id) > 0
        return is_open

    async def _follow(self, order: Order) -> None:
        """What comes after a life: another attempt, the rest of a crumb, or nothing."""
        terms, scene = order.terms, self._scene(order.request.symbol)
        if terms is None or scene is None:
            return  # no price has come yet: what lapsed was told
        held = self._books.positions.get(order.position_id)
        if order.filled_base > 0:
            want = None
            if held is not None and is_crumb(held.qty_base, scene) and not self._is_barred(order):
                want = rest_at_market(order, scene)
            if want is not None:
                await self._send(order, replace(terms, life_s=0.0, reprices_left=0), want)
        elif terms.reprices_left > 0:
            answer = self._is_barred(order) or want_anew(order, scene)
            if isinstance(answer, Want):
                anew = replace(terms, reprices_left=terms.reprices_left - 1)
                await self._send(order, anew, answer)
            else:
                await self._give_up(order, answer)

    def _is_barred(self, order: Order) -> str:
        """Why nothing more may be sent for the entry; empty: it may."""
        books, symbol = self._books, order.request.symbol
        position = books.position_on(symbol)
        if books.state.trading is not TradingState.ACTIVE:
            return "the desk takes no entries now"
        is_own = position is not None and position.position_id == order.position_id
        if position is not None and not (is_own and order.filled_base > 0):
            return "a position is open by now"  # also one of an earlier attempt's late fill
        if books.has_open_order(symbol):
            return "another order is on its way"
        return "prices are stale" if symbol in books.stale else ""

    async def _send(self, order: Order, terms: EntryTerms, want: Want) -> None:
        try:
            await self._executor.enter(order.position_id, terms, want)
        except StorageError as error:
            logger.warning("{} is given up: {}", order.client_order_id, error.log_text)
            await self._give_up(order, error.chat_text)

    async def _give_up(self, order: Order, text: str) -> None:
        event = EntryLapsed(at=self._clock.now(), order=order, text=text)
        await self._scribe.keep(Record(events=(event,)))

    def _scene(self, symbol: str) -> Scene | None:
        books = self._books
        price, moved = books.mark_price(symbol), books.last_price.get(symbol)
        if price is None or moved is None:
            return None
        return Scene(books.instruments[symbol], price, moved.quote, self._dial.parameters)

    def _forget(self, at: datetime) -> None:
        for cid, order in tuple(self._books.orders.items()):
            if order.expires_at is None or order.state in OPEN:
                continue
            self._tried_at.pop(cid, None)
            is_old = order.done_at is None or at - order.done_at >= REMEMBERED
            if is_old and order.position_id not in self._books.positions:
                del self._books.orders[cid]
