"""Private spot endpoints: the account, orders, fills, and what the key may do."""

from tests.fakes.exchange.gate import Security
from tests.fakes.exchange.orders import Refused, VenueOrder, wanted
from tests.fakes.exchange.tape import plain
from tests.fakes.exchange.words import Body, spot_order, spot_placed, spot_trade
from tests.fakes.exchange.world import Route, Routes, Words, World, whole


class SpotRest:
    """/api/v3 and the few /sapi endpoints that a desk needs."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._matching = world.matching

    def routes(self) -> Routes:
        signed, trade = Security.READ, Security.SPOT
        return {
            ("GET", "/api/v3/account"): Route(self._account, signed, 20),
            ("POST", "/api/v3/order"): Route(self.place, trade),
            ("GET", "/api/v3/order"): Route(self.query, signed, 4),
            ("DELETE", "/api/v3/order"): Route(self.cancel, trade),
            ("POST", "/api/v3/order/cancelReplace"): Route(self._replace, trade),
            ("GET", "/api/v3/openOrders"): Route(self._open, signed, 6),
            ("DELETE", "/api/v3/openOrders"): Route(self._cancel_all, trade),
            ("GET", "/api/v3/allOrders"): Route(self._all, signed, 20),
            ("GET", "/api/v3/myTrades"): Route(self._trades, signed, 20),
            ("GET", "/sapi/v1/account/apiRestrictions"): Route(self._permissions, signed),
            ("GET", "/sapi/v1/system/status"): Route(self._status),
        }

    def place(self, words: Words) -> object:
        listing = self._world.listing(words, is_swap=False)
        return spot_placed(self._matching.submit(wanted(listing, words)))

    def query(self, words: Words) -> object:
        return spot_order(self._named(words, Refused(-2013, "Order does not exist.")))

    def cancel(self, words: Words) -> object:
        order = self._named(words, Refused(-2011, "Unknown order sent."))
        return self._cancelled(order)

    def _account(self, words: Words) -> object:
        spot = self._matching.floor.spot
        assets = sorted({*spot.free, *spot.locked})
        balances = [
            {"asset": name, "free": plain(spot.free[name]), "locked": plain(spot.locked[name])}
            for name in assets
        ]
        return {
            "makerCommission": 10,
            "takerCommission": 10,
            "canTrade": True,
            "canWithdraw": True,  # of the account, not of the key
            "canDeposit": True,
            "updateTime": self._world.now_ms(),
            "accountType": "SPOT",
            "balances": balances,
            "permissions": ["SPOT"],
        }

    def _replace(self, words: Words) -> object:
        # STOP_ON_FAILURE: a failed cancel keeps the new order away
        listing = self._world.listing(words, is_swap=False)
        want = wanted(listing, words)
        named = {
            "symbol": words["symbol"],
            "orderId": words.get("cancelOrderId", ""),
            "origClientOrderId": words.get("cancelOrigClientOrderId", ""),
        }
        try:
            cancelled = self.cancel(named)
        except Refused as refused:
            raise Refused(-2022, f"Order cancel-replace failed: {refused.message}") from refused
        try:
            placed = self._matching.submit(want)
        except Refused as refused:
            raise Refused(-2021, "Order cancel-replace partially failed.", 409) from refused
        return {
            "cancelResult": "SUCCESS",
            "newOrderResult": "SUCCESS",
            "cancelResponse": cancelled,
            "newOrderResponse": spot_placed(placed),
        }

    def _open(self, words: Words) -> object:
        return [spot_order(order) for order in self._resting(words)]

    def _all(self, words: Words) -> object:
        rows = [spot_order(order) for order in self._own(words)]
        since_ms = whole(words, "startTime", 0)
        rows = [row for row in rows if _time(row) >= since_ms]
        return rows[-whole(words, "limit", 500) :]

    def _cancel_all(self, words: Words) -> object:
        orders = self._resting(words)
        if not orders:
            raise Refused(-2011, "Unknown order sent.")
        return [self._cancelled(order) for order in orders]

    def _trades(self, words: Words) -> object:
        listing = self._world.listing(words, is_swap=False)
        rows = self._matching.floor.fills_of[listing.symbol]
        order_id, from_id = whole(words, "orderId", 0), whole(words, "fromId", 0)
        since_ms, until_ms = whole(words, "startTime", 0), whole(words, "endTime", 1 << 62)
        rows = [
            fill
            for fill in rows
            if fill.trade_id >= from_id
            and order_id in (0, fill.order_id)
            and since_ms <= fill.at_ms <= until_ms
        ]
        limit = whole(words, "limit", 500)
        from_start = from_id or "startTime" in words
        rows = rows[:limit] if from_start else rows[-limit:]
        return [spot_trade(fill, listing.market) for fill in rows]

    def _permissions(self, words: Words) -> object:
        return self._world.gate.key.permissions()

    def _status(self, words: Words) -> object:
        if self._world.in_maintenance:
            return {"status": 1, "msg": "system_maintenance"}
        return {"status": 0, "msg": "normal"}

    def _own(self, words: Words) -> list[VenueOrder]:
        symbol = self._world.listing(words, is_swap=False).symbol if "symbol" in words else ""
        return [
            order
            for order in self._matching.floor.orders.values()
            if not order.want.listing.is_swap and symbol in ("", order.want.listing.symbol)
        ]

    def _resting(self, words: Words) -> list[VenueOrder]:
        symbol = self._world.listing(words, is_swap=False).symbol if "symbol" in words else ""
        rows = self._matching.floor.open_orders(symbol)
        return [order for order in rows if not order.want.listing.is_swap]

    def _named(self, words: Words, missing: Refused) -> VenueOrder:
        listing = self._world.listing(words, is_swap=False)
        order = self._matching.floor.find(
            listing,
            order_id=whole(words, "orderId", 0),
            cid=words.get("origClientOrderId", ""),
            is_algo=False,
        )
        if order is None:
            raise missing
        return order

    def _cancelled(self, order: VenueOrder) -> Body:
        self._matching.cancel(order)
        body = spot_order(order)
        cid = f"cancel_{order.order_id}"
        return {**body, "origClientOrderId": order.want.cid, "clientOrderId": cid}


def _time(row: Body) -> int:
    return int(str(row["time"]))
