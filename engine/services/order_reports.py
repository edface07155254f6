"""Open orders, and the comparison with the venue, for whoever asks."""

from engine.core.orders import OPEN
from engine.execution.desk import Desk
from engine.services.answers import Comparison, OpenOrders


class OrderReports:
    """What is on its way, and whether the venue sees the same."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def open_orders(self) -> OpenOrders:
        """Every order whose fate is open, resting stops included."""
        books = self._desk.books
        open_ = [order for order in books.orders.values() if order.state in OPEN]
        ordered = sorted(open_, key=lambda order: (order.created_at, order.client_order_id))
        return OpenOrders(orders=tuple(ordered), market_at=books.state.cursor_at)

    async def reconcile(self) -> Comparison:
        """Compares now, with the repairs that follow from it."""
        desk = self._desk
        await desk.compare_books()
        found = desk.order_differences
        return Comparison(
            holdings=tuple(mismatch.symbol for mismatch in desk.differences),
            asked_after=None if found is None else found.missing,
            cancelled=None
            if found is None
            else tuple(order.client_order_id for order in found.strays),
            foreign=None if found is None else tuple(order.symbol for order in found.foreign),
            market_at=desk.books.state.cursor_at,
        )
