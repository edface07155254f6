"""Ours against the venue's: what differs, found by a pure function, and what is done about it.

Holdings that differ stop entries until a person has looked; orders of ours that the venue no longer
lists are asked after; one that we took for refused, or for never arrived, is adopted when it is
listed; an order with our prefix that we do not know is cancelled; orders of others are left alone
and told once.
"""

from collections.abc import Iterable
from typing import NamedTuple

from loguru import logger

from engine.core.errors import Temporary
from engine.core.events import ForeignOrderSeen
from engine.core.ids import parse_client_order_id
from engine.core.kinds import OrderState
from engine.core.orders import UNFILLED, WORKING, Order, VenueOrder
from engine.core.ports import Clock, Record, Venue
from engine.execution.books import Books
from engine.execution.executor import Executor
from engine.execution.scribe import Scribe

FORGET_OVER = 1000  # foreign orders remembered as told


class OrderDifferences(NamedTuple):
    """Open orders, ours against the venue's."""

    missing: tuple[str, ...]  # ours are working, the venue lists none: ask after each
    strays: tuple[VenueOrder, ...]  # of our prefix, unknown to the books
    foreign: tuple[VenueOrder, ...]
    late: tuple[VenueOrder, ...] = ()  # ours, given up, and there after all


def order_differences(
    ours: Iterable[Order], theirs: Iterable[VenueOrder], prefix: str
) -> OrderDifferences:
    """Compares sets by client id; absence proves nothing but that a question is due. Pure."""
    mine = {order.client_order_id: order for order in ours}
    listed = tuple(theirs)
    seen = {order.client_order_id for order in listed}
    working = (order for order in mine.values() if order.state in WORKING)
    missing = tuple(o.client_order_id for o in working if o.client_order_id not in seen)
    unknown = [order for order in listed if order.client_order_id not in mine]
    strays = [order for order in unknown if _is_of(order.client_order_id, prefix)]
    foreign = [order for order in unknown if order not in strays]
    late = [order for order in listed if _is_given_up(mine.get(order.client_order_id))]
    return OrderDifferences(missing, tuple(strays), tuple(foreign), tuple(late))


class Reconciler:
    """Compares open orders; the holdings are `recovery`'s."""

    def __init__(
        self,
        books: Books,
        executor: Executor,
        scribe: Scribe,
        venue: Venue,
        clock: Clock,
        prefix: str,
    ) -> None:
        self._books = books
        self._executor = executor
        self._scribe = scribe
        self._venue = venue
        self._clock = clock
        self._prefix = prefix
        self._told: dict[str, None] = {}

    async def compare_orders(self) -> OrderDifferences | None:
        """One comparison with its repairs; None where the venue did not answer."""
        for order in tuple(self._books.orders.values()):
            if order.state is OrderState.UNKNOWN:
                self._executor.ask_later(order.client_order_id)  # no-op where it is asked after
        try:
            theirs = await self._venue.open_orders()
        except Temporary as error:
            logger.warning("the venue did not tell its open orders: {}", error.log_text)
            return None
        found = order_differences(self._books.orders.values(), theirs, self._prefix)
        for cid in found.missing:
            await self._executor.ask(cid, fence_passed=False)
        for told in found.late:
            await self._executor.hear(told)
        for stray in found.strays:
            await self._cancel(stray)
        await self._tell(found.foreign)
        return found

    def doubtful(self, found: OrderDifferences) -> set[str]:
        """Symbols with an order that the venue does not list, and whose fate it has not told."""
        orders = (self._books.orders.get(cid) for cid in found.missing)
        return {o.request.symbol for o in orders if o is not None and o.state in WORKING}

    async def _cancel(self, stray: VenueOrder) -> None:
        # a restored backup or a lost write: nothing in the books would ever guard what it fills
        logger.warning("cancelling {} on {}: not in the books", stray.client_order_id, stray.symbol)
        await self._venue.cancel(stray.symbol, stray.client_order_id)

    async def _tell(self, foreign: tuple[VenueOrder, ...]) -> None:
        fresh = [order for order in foreign if _name(order) not in self._told]
        for order in fresh:
            self._told[_name(order)] = None
        while len(self._told) > FORGET_OVER:
            self._told.pop(next(iter(self._told)))
        now = self._clock.now()
        events = tuple(
            ForeignOrderSeen(at=now, symbol=order.symbol, name=_name(order)) for order in fresh
        )
        if events:
            await self._scribe.keep(Record(events=events))


def _is_given_up(order: Order | None) -> bool:
    return order is not None and order.state in UNFILLED


def _is_of(client_order_id: str, prefix: str) -> bool:
    name = parse_client_order_id(client_order_id)
    return name is not None and name.prefix == prefix


def _name(order: VenueOrder) -> str:
    return order.client_order_id or order.venue_order_id
