"""Money and positions that moved without an order of ours: funding, liquidations, ADL."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.core.clockwork import to_ms
from engine.core.errors import Temporary
from engine.core.kinds import OrderState
from engine.core.orders import Payment, Report, VenueOrder
from engine.venues.ccxt_account import Account, NotThere
from engine.venues.ccxt_limiter import Lane
from engine.venues.ccxt_orders import NotReadable, payment_of
from engine.venues.ccxt_reads import Reads
from engine.venues.ccxt_row import Forced
from engine.venues.ccxt_words import Listing

PAGE_ROWS = 100  # the least that a venue gives at once
MAX_PAGES = 50
CATEGORIES = ("full_liquidation", "partial_liquidation", "adl")  # OKX
EXECUTIONS = ("BustTrade", "AdlTrade")  # Bybit
FORCED_PREFIX = "forced-"  # of our id for an order that has none

Raw = Mapping[str, Any]


class Payments:
    """What `reports_since` tells."""

    def __init__(self, account: Account, reads: Reads, listings: Mapping[str, Listing]) -> None:
        self._account = account
        self._row = account.row
        self._reads = reads
        self._listings = listings

    async def since(self, at: datetime) -> tuple[Report, ...]:
        """Every payment and forced order at or after `at`, oldest first; raises Temporary."""
        if not self._row.is_swap:
            return ()
        payments = await self._funding(at)
        forced = await self._forced(at)
        reports: list[tuple[datetime, Report]] = [(each.paid_at, each) for each in payments]
        reports += [(order.fills[0].filled_at, order) for order in forced if order.fills]
        return tuple(each for when, each in sorted(reports, key=_moment) if when >= at)

    async def _funding(self, at: datetime) -> list[Payment]:
        client, found = self._account.client, dict[str, Payment]()
        since_ms = to_ms(at)
        for _ in range(MAX_PAGES):
            rows = await self._ask(
                "funding",
                lambda since=since_ms: client.fetch_funding_history(None, since, PAGE_ROWS),
            )
            known = len(found)
            try:
                payments = [payment_of(row) for row in rows if row.get("symbol") in self._listings]
            except NotReadable as error:
                raise Temporary(f"{self._row.name} funding: {error}") from error
            found.update({payment.payment_id: payment for payment in payments})
            newest_ms = max((int(row["timestamp"]) for row in rows), default=since_ms)
            if len(rows) < PAGE_ROWS or (newest_ms <= since_ms and len(found) == known):
                break
            since_ms = newest_ms
        return list(found.values())

    async def _forced(self, at: datetime) -> list[VenueOrder]:
        if self._row.forced is Forced.FORCE_ORDERS:
            return await self._force_orders(at)
        if self._row.forced is Forced.CATEGORIES:
            return await self._by_category(at)
        return await self._by_execution(at)

    async def _force_orders(self, at: datetime) -> list[VenueOrder]:
        # Binance: liquidations ("autoclose-...") and ADL ("adl_autoclose"); both kinds at once
        client = self._account.client
        told = await self._ask(
            "forced orders",
            lambda: client.fapiPrivateGetForceOrders({"startTime": to_ms(at), "limit": 100}),
        )
        return await self._as_orders([client.parse_order(raw) for raw in told])

    async def _by_category(self, at: datetime) -> list[VenueOrder]:
        client, told = self._account.client, list[Raw]()
        for category in CATEGORIES:
            asked = {"category": category, "instType": "SWAP"}
            told += await self._ask(
                "forced orders",
                lambda p=asked: client.fetch_closed_orders(None, to_ms(at), PAGE_ROWS, p),
            )
        return await self._as_orders(told)

    async def _by_execution(self, at: datetime) -> list[VenueOrder]:
        client, found = self._account.client, dict[tuple[str, str], list[Raw]]()
        for kind in EXECUTIONS:
            trades = await self._ask(
                "forced orders",
                lambda p={"execType": kind}: client.fetch_my_trades(None, to_ms(at), PAGE_ROWS, p),
            )
            for trade in trades:
                key = (str(trade.get("symbol")), str(trade.get("order")))
                found.setdefault(key, []).append(trade)
        return [
            await self._forced_order(symbol, venue_order_id, trades)
            for (symbol, venue_order_id), trades in found.items()
            if symbol in self._listings
        ]

    async def _as_orders(self, told: Iterable[Raw]) -> list[VenueOrder]:
        orders = []
        for raw in told:
            symbol, venue_order_id = str(raw.get("symbol")), str(raw.get("id"))
            if symbol not in self._listings:
                continue
            cid = str(raw.get("clientOrderId") or f"{FORCED_PREFIX}{venue_order_id}")
            fills = await self._reads.fills_of(symbol, venue_order_id, cid, raw)
            orders.append(_forced(symbol, venue_order_id, cid, fills))
        return orders

    async def _forced_order(
        self, symbol: str, venue_order_id: str, trades: Iterable[Raw]
    ) -> VenueOrder:
        cid = f"{FORCED_PREFIX}{venue_order_id}"
        fills = await self._reads.read_fills(symbol, cid, trades)
        return _forced(symbol, venue_order_id, cid, fills)

    async def _ask(self, what: str, call: Any) -> Any:
        try:
            return await self._account.read(what, call, lane=Lane.RECONCILE)
        except NotThere as error:
            raise Temporary(f"{self._row.name} {what}: not told") from error


def _forced(symbol: str, venue_order_id: str, cid: str, fills: Iterable[Any]) -> VenueOrder:
    return VenueOrder(
        client_order_id=cid,
        symbol=symbol,
        state=OrderState.FILLED,
        fills=tuple(sorted(fills, key=lambda fill: (fill.filled_at, fill.fill_id))),
        venue_order_id=venue_order_id,
        is_forced=True,
    )


def _moment(pair: tuple[datetime, Report]) -> datetime:
    return pair[0]
