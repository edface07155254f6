"""Where an order of ours stands at the venue: under which id, and on which shelf."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.core.errors import Temporary
from engine.core.ids import parse_client_order_id
from engine.core.kinds import Purpose
from engine.core.orders import TERMINAL, VenueOrder
from engine.venues.ccxt_account import Account, NotThere
from engine.venues.ccxt_limiter import Lane
from engine.venues.ccxt_orders import own_id
from engine.venues.ccxt_row import NONE, Find

SCAN_ORDERS = 250  # of the newest, where a venue has no question by our id

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an order of ours stands at the venue."""

    venue_order_id: str
    is_conditional: bool


class Places:
    """Finds orders by our id of them, and remembers those that are not over."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._row = account.row
        self._known: dict[str, Place] = {}

    def get(self, cid: str) -> Place | None:
        """The place of an order that is not over, as far as it was seen by this process."""
        return self._known.get(cid)

    def working(self) -> tuple[str, ...]:
        """Our ids of the orders that are not over."""
        return tuple(self._known)

    def expect(self, cid: str, place: Place) -> None:
        """Keeps the place that a reply named, before the order itself was seen."""
        self._known[cid] = place

    def remember(self, order: VenueOrder, place: Place) -> None:
        """Keeps the place of an order until it is over."""
        if order.state in TERMINAL:
            self._known.pop(order.client_order_id, None)
        else:
            self._known[order.client_order_id] = place

    async def located(self, symbol: str, cid: str) -> tuple[Raw | None, Place]:
        """ccxt's order of our id and its place; on both shelves where a venue keeps two."""
        for is_conditional in self._shelves(cid):
            raw = await self._on_shelf(symbol, cid, is_conditional=is_conditional)
            if raw is not None and (own_id(raw, self._row.stop_cid_key) or cid) != cid:
                raise Temporary(f"{self._row.name}: asked for {cid}, told another order")
            if raw is not None:
                return raw, Place(str(raw.get("id")), is_conditional)
        return None, Place("", is_conditional=False)

    def _shelves(self, cid: str) -> Sequence[bool]:
        if self._row.stop_find_params is None:
            return (False,)
        place, name = self._known.get(cid), parse_client_order_id(cid)
        protects = name is not None and name.purpose is Purpose.PROTECT
        likely = place.is_conditional if place is not None else protects
        return (likely, not likely)

    async def _on_shelf(self, symbol: str, cid: str, *, is_conditional: bool) -> Raw | None:
        row, client = self._row, self._account.client
        shelf = (row.stop_find_params or NONE) if is_conditional else NONE
        params = {**row.find_params, row.find_param: cid, **shelf}
        if row.find is Find.BY_ID:
            return await self._or_none(lambda: client.fetch_order(None, symbol, dict(params)))
        known = self._known.get(cid)
        if row.find is Find.BY_SCAN and known is not None:
            return await self._or_none(lambda: client.fetch_order(known.venue_order_id, symbol))
        for method, limit, asked in self._lists(params):
            told: list[Raw] = await self._account.read(
                "orders",
                partial(getattr(client, method), symbol, None, limit, asked),
                lane=Lane.RECONCILE,
            )
            mine = [raw for raw in told if raw.get("clientOrderId") == cid]
            if mine:
                return mine[0]
        return None

    def _lists(self, params: dict[str, Any]) -> tuple[tuple[str, int | None, dict[str, Any]], ...]:
        if self._row.find is Find.BY_SCAN:
            return (("fetch_orders", SCAN_ORDERS, {}),)
        closed = "fetch_closed_orders"
        if self._account.client.has.get("fetchCanceledAndClosedOrders"):
            closed = "fetch_canceled_and_closed_orders"
        return (("fetch_open_orders", None, dict(params)), (closed, None, dict(params)))

    async def by_venue_id(self, venue_order_id: str, symbol: str) -> Raw:
        """The order that a triggered one became."""
        client = self._account.client
        raw = await self._or_none(lambda: client.fetch_order(venue_order_id, symbol))
        if raw is None:
            raise Temporary(f"{self._row.name}: a triggered order is not there yet")
        return raw

    async def _or_none(self, call: Callable[[], Awaitable[Any]]) -> Raw | None:
        try:
            raw: Raw = await self._account.read("order", call, lane=Lane.RECONCILE)
        except NotThere:
            return None
        return raw
