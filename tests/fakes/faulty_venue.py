"""A venue behind a bad line: replies get lost, orders hang or are refused, questions fail."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

from engine.core.errors import Temporary
from engine.core.orders import OrderRequest, Outcome, RefusedBy, Report, Unknown, VenueOrder
from engine.core.ports import Holdings
from engine.core.reasons import Reason
from engine.venues.paper import PaperVenue

Fault = Callable[[OrderRequest], bool]


class FaultyVenue:
    """The paper venue, with faults for the next orders that match."""

    fence_s = 1.0

    def __init__(self, venue: PaperVenue) -> None:
        self.inner = venue
        self.sent: list[OrderRequest] = []  # every order that left the desk
        self.faults: deque[tuple[str, Fault]] = deque()
        self.questions_fail = 0
        self.hanging = asyncio.Event()
        self.is_away = False

    def fault(self, kind: str, when: Fault = lambda _: True, times: int = 1) -> None:
        """kind: lose_reply, never_arrive, refuse, hang (until `hanging` is set)."""
        self.faults.extend([(kind, when)] * times)

    async def submit(self, order: OrderRequest) -> Outcome:
        self.sent.append(order)
        for index, (kind, when) in enumerate(self.faults):
            if when(order):
                del self.faults[index]
                return await self._failed(kind, order)
        return await self.inner.submit(order)

    async def _failed(self, kind: str, order: OrderRequest) -> Outcome:
        match kind:
            case "lose_reply":
                await self.inner.submit(order)
                return Unknown("the reply was lost")
            case "never_arrive":
                return Unknown("the line was cut")
            case "refuse":
                return RefusedBy(Reason.OTHER, "the venue is in a bad mood")
            case "hang":
                await self.hanging.wait()
                return await self.inner.submit(order)
        raise AssertionError(kind)

    async def cancel(self, symbol: str, client_order_id: str) -> Outcome:
        return await self.inner.cancel(symbol, client_order_id)

    async def find(self, symbol: str, client_order_id: str) -> VenueOrder | None:
        if self.questions_fail > 0:
            self.questions_fail -= 1
            raise Temporary("the venue does not answer")
        return await self.inner.find(symbol, client_order_id)

    async def open_orders(self) -> tuple[VenueOrder, ...]:
        return await self.inner.open_orders()

    async def holdings(self) -> Holdings:
        if self.is_away:
            raise Temporary("the venue does not answer")
        return await self.inner.holdings()

    def take_reports(self) -> tuple[Report, ...]:
        return self.inner.take_reports()

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        return await self.inner.reports_since(at)

    def holds_stops(self, symbol: str) -> bool:
        return self.inner.holds_stops(symbol)
