"""Private endpoints of perpetuals: orders, conditional orders, fills, income, listen keys."""

from collections.abc import Callable, Iterable

from tests.fakes.exchange.gate import Security
from tests.fakes.exchange.orders import Refused, VenueOrder, wanted
from tests.fakes.exchange.tape import plain
from tests.fakes.exchange.words import Body, algo_order, swap_order, swap_trade
from tests.fakes.exchange.world import Route, Routes, Words, World, whole

ALL_DONE = {"code": 200, "msg": "The operation of cancel all open order is done."}


class SwapRest:
    """/fapi: what trades."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._matching = world.matching

    def routes(self) -> Routes:
        signed, trade, v1 = Security.READ, Security.SWAP, "/fapi/v1"
        return {
            ("POST", f"{v1}/order"): Route(self._place, trade),
            ("GET", f"{v1}/order"): Route(self._query, signed),
            ("DELETE", f"{v1}/order"): Route(self._cancel, trade),
            ("GET", f"{v1}/openOrder"): Route(self._query_open, signed),
            ("GET", f"{v1}/openOrders"): Route(self._open, signed),
            ("DELETE", f"{v1}/allOpenOrders"): Route(self._cancel_all, trade),
            ("GET", f"{v1}/allOrders"): Route(self._all, signed, 5),
            ("POST", f"{v1}/algoOrder"): Route(self._place_algo, trade),
            ("GET", f"{v1}/algoOrder"): Route(self._query_algo, signed),
            ("DELETE", f"{v1}/algoOrder"): Route(self._cancel_algo, trade),
            ("GET", f"{v1}/openAlgoOrders"): Route(self._open_algo, signed),
            ("GET", f"{v1}/allAlgoOrders"): Route(self._all_algo, signed, 5),
            ("DELETE", f"{v1}/algoOpenOrders"): Route(self._cancel_all_algo, trade),
            ("GET", f"{v1}/userTrades"): Route(self._trades, signed, 5),
            ("GET", f"{v1}/income"): Route(self._income, signed, 30),
            ("GET", f"{v1}/forceOrders"): Route(self._forced, signed, 20),
            ("POST", f"{v1}/listenKey"): Route(self._listen, Security.KEY),
            ("PUT", f"{v1}/listenKey"): Route(self._keep_listening, Security.KEY),
            ("DELETE", f"{v1}/listenKey"): Route(self._stop_listening, Security.KEY),
        }

    def _place(self, words: Words) -> object:
        listing = self._world.listing(words, is_swap=True)
        if words.get("type") not in ("LIMIT", "MARKET"):
            raise Refused(
                -4120,
                "Order type not supported for this endpoint. Please use the Algo Order API"
                " endpoints instead.",
            )
        return swap_order(self._matching.submit(wanted(listing, words)))

    def _query(self, words: Words) -> object:
        return swap_order(self._named(words, Refused(-2013, "Order does not exist.")))

    def _query_open(self, words: Words) -> object:
        order = self._named(words, Refused(-2013, "Order does not exist."))
        if not order.is_open:
            raise Refused(-2013, "Order does not exist.")
        return swap_order(order)

    def _cancel(self, words: Words) -> object:
        order = self._named(words, Refused(-2011, "Unknown order sent."))
        self._matching.cancel(order)
        return swap_order(order)

    def _open(self, words: Words) -> object:
        return [swap_order(order) for order in self._resting(words)]

    def _all(self, words: Words) -> object:
        return _page(self._own(words), words, swap_order)

    def _cancel_all(self, words: Words) -> object:
        for order in self._resting(words):
            self._matching.cancel(order)
        return ALL_DONE

    def _place_algo(self, words: Words) -> object:
        listing = self._world.listing(words, is_swap=True)
        if words.get("algoType") != "CONDITIONAL":
            raise Refused(-1102, "Mandatory parameter 'algoType' was not sent, was empty/null.")
        order = self._matching.submit(wanted(listing, words, is_algo=True))
        return algo_order(order)

    def _query_algo(self, words: Words) -> object:
        order = self._named(words, Refused(-2013, "Order does not exist."), is_algo=True)
        return algo_order(order)

    def _cancel_algo(self, words: Words) -> object:
        order = self._named(words, Refused(-2011, "Unknown order sent."), is_algo=True)
        self._matching.cancel(order)
        ids = {"algoId": order.order_id, "clientAlgoId": order.want.cid}
        return {**ids, "code": "200", "msg": "success"}

    def _open_algo(self, words: Words) -> object:
        return [algo_order(order) for order in self._resting(words, is_algo=True)]

    def _all_algo(self, words: Words) -> object:
        return _page(self._own(words, is_algo=True), words, algo_order)

    def _cancel_all_algo(self, words: Words) -> object:
        for order in self._resting(words, is_algo=True):
            self._matching.cancel(order)
        return ALL_DONE

    def _trades(self, words: Words) -> object:
        listing = self._world.listing(words, is_swap=True)
        floor = self._matching.floor
        rows = [
            fill
            for fill in floor.fills_of[listing.symbol]
            if fill.trade_id >= whole(words, "fromId", 0)
            and whole(words, "orderId", fill.order_id) == fill.order_id
            and whole(words, "startTime", 0) <= fill.at_ms <= whole(words, "endTime", 1 << 62)
        ]
        limit = whole(words, "limit", 500)
        rows = rows[:limit] if "fromId" in words or "startTime" in words else rows[-limit:]
        return [
            swap_trade(fill, listing.market, floor.orders[fill.order_id].want.position_side)
            for fill in rows
        ]

    def _income(self, words: Words) -> object:
        floor, kind = self._matching.floor, words.get("incomeType", "")
        rows = [
            {
                "symbol": floor.listings[row.symbol].market,
                "incomeType": row.kind,
                "income": plain(row.flow_quote),
                "asset": floor.listings[row.symbol].quote,
                "info": row.kind,
                "time": row.at_ms,
                "tranId": row.tran_id,
                "tradeId": "",
            }
            for row in floor.swap.income
            if kind in ("", row.kind)
            and words.get("symbol", "") in ("", floor.listings[row.symbol].market)
            and whole(words, "startTime", 0) <= row.at_ms <= whole(words, "endTime", 1 << 62)
        ]
        return rows[: whole(words, "limit", 100)]

    def _forced(self, words: Words) -> object:
        rows = [order for order in self._own(words) if order.is_forced]
        since_ms = whole(words, "startTime", 0)
        return [swap_order(order) for order in rows if order.created_ms >= since_ms]

    def _listen(self, words: Words) -> object:
        self._world.listen_key = self._world.listen_key or "loopback-listen-key"
        return {"listenKey": self._world.listen_key}

    def _keep_listening(self, words: Words) -> object:
        if not self._world.listen_key:
            raise Refused(-1125, "This listenKey does not exist.")
        return {"listenKey": self._world.listen_key}

    def _stop_listening(self, words: Words) -> object:
        self._world.listen_key = ""
        return {}

    def _own(self, words: Words, *, is_algo: bool = False) -> list[VenueOrder]:
        symbol = self._world.listing(words, is_swap=True).symbol if "symbol" in words else ""
        return [
            order
            for order in self._matching.floor.orders.values()
            if order.want.listing.is_swap
            and order.want.is_algo == is_algo
            and symbol in ("", order.want.listing.symbol)
        ]

    def _resting(self, words: Words, *, is_algo: bool = False) -> list[VenueOrder]:
        symbol = self._world.listing(words, is_swap=True).symbol if "symbol" in words else ""
        rows = self._matching.floor.open_orders(symbol)
        return [row for row in rows if row.want.listing.is_swap and row.want.is_algo == is_algo]

    def _named(self, words: Words, missing: Refused, *, is_algo: bool = False) -> VenueOrder:
        names = ("algoId", "clientAlgoId") if is_algo else ("orderId", "origClientOrderId")
        order_id, cid = whole(words, names[0], 0), words.get(names[1], "")
        # an algo id needs no symbol
        listings = (
            [self._world.listing(words, is_swap=True)]
            if "symbol" in words
            else self._world.listed(is_swap=True)
        )
        for listing in listings:
            found = self._matching.floor.find(listing, order_id=order_id, cid=cid, is_algo=is_algo)
            if found is not None:
                return found
        raise missing


def _page(
    orders: Iterable[VenueOrder], words: Words, tell: Callable[[VenueOrder], Body]
) -> list[Body]:
    since_ms = whole(words, "startTime", 0)
    rows = [tell(order) for order in orders if order.created_ms >= since_ms]
    return rows[-whole(words, "limit", 500) :]
