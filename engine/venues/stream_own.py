"""News of the account's own orders over a venue's private streams: hints, never the truth.

A stream loses what happened while it was away, and what came while nobody listened; ccxt turns a
late message into a step back. So everything here is raw, and says when to ask the venue again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from engine.core.ports import Clock
from engine.venues.stream_client import steady, stream_errors
from engine.venues.stream_lanes import Lane, Lanes

KNOWN = 5_000  # orders and executions remembered; ccxt keeps a thousand of each
SWEEP_S = 1.0  # a watch may sleep through the last message: the caches are looked at anyway
ENDED = frozenset({"closed", "canceled", "expired", "rejected"})
Raw = Mapping[str, Any]  # a ccxt structure
Key = tuple[str, str]  # a symbol, and the venue's id
State = tuple[bool, float, str]  # of an order: whether it has ended, filled, status


class OwnNews(NamedTuple):
    """What came since the last look, oldest first, as ccxt's structures.

    `reread`: something may have been missed, so orders and fills must be asked for by REST.
    """

    orders: tuple[Raw, ...] = ()
    trades: tuple[Raw, ...] = ()
    liquidations: tuple[Raw, ...] = ()
    reread: bool = False


class OwnStream:
    """Listens to an account's orders, executions and liquidations; `take` never blocks.

    - An execution is told once, by the venue's id of it. No consumer is too slow: what is not
      taken waits, and what ccxt's caches could not hold is a `reread`.
    - An order never steps back: a state older than one already told is left out.
    - After each interruption, and at the beginning, `reread` is true once.

    The client needs keys and loaded markets. `news` is set when there is something to take.
    """

    def __init__(self, client: Any, symbols: Sequence[str], clock: Clock) -> None:
        """`client` is a ccxt.pro venue, and nobody has watched with it yet."""
        steady(client)
        self.news = asyncio.Event()
        self._client = client
        self._symbols = tuple(symbols)
        self._clock = clock
        self._lanes = Lanes(clock, stream_errors())
        self._sweeper: asyncio.Task[None] | None = None
        self._orders: list[Raw] = []
        self._trades: list[Raw] = []
        self._liquidations: list[Raw] = []
        self._states: dict[Key, tuple[State, State]] = {}  # the furthest, and the last said
        self._seen: dict[str, object] = {}  # the last row of each cache that was read
        self._trade_ids: dict[Key, None] = {}
        self._reread = True

    @property
    def is_live(self) -> bool:
        """Whether all streams that the venue has are listened to, as far as anybody knows."""
        lanes = self._lanes.lanes
        return bool(lanes) and all(lane.is_asked for lane in lanes)

    def start(self) -> None:
        """Begins to listen; a venue without private streams leaves everything to REST."""
        self._lanes.start([*self._lane_of_orders(), *self._lane_of_trades(), *self._forced()])
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        await self._lanes.stop()
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)

    def take(self) -> OwnNews:
        """What there is, once."""
        self._look()
        self.news.clear()
        told = OwnNews(
            tuple(self._orders), tuple(self._trades), tuple(self._liquidations), self._reread
        )
        self._orders, self._trades, self._liquidations = [], [], []
        self._reread = False
        return told

    async def carry(self, hint: Callable[[str], None], gap: Callable[[], None]) -> None:
        """Listens until it is cancelled, and tells which orders to look at again.

        `hint` hears client_order_ids. `gap` hears that anything may have been missed: at the
        beginning, after an interruption, when the venue names an order that has no such id, and
        when it closed a position itself.
        """
        self.start()
        try:
            while True:
                told = self.take()
                names = [order.get("clientOrderId") for order in told.orders]
                names += [self._name_of(trade) for trade in told.trades]
                if told.reread or told.liquidations or not all(names):
                    gap()
                for name in dict.fromkeys(names):
                    if name:
                        hint(str(name))
                await self.news.wait()
                self._raise_dead()
        finally:
            await self.stop()

    def _name_of(self, trade: Raw) -> str | None:
        # an execution names the venue's order; the orders' stream may have told ours
        orders = self._client.orders
        known = {} if orders is None else orders.hashmap.get(trade.get("symbol"), {})
        name = known.get(str(trade.get("order")), {}).get("clientOrderId")
        return None if name is None else str(name)

    def _raise_dead(self) -> None:
        dead = self._lanes.dead()
        if dead is not None:
            raise dead

    def _lane_of_orders(self) -> list[Lane]:
        return self._lane("watchOrders", "own orders", lambda: self._client.watch_orders())

    def _lane_of_trades(self) -> list[Lane]:
        return self._lane("watchMyTrades", "own trades", lambda: self._client.watch_my_trades())

    def _forced(self) -> list[Lane]:
        swaps = [symbol for symbol in self._symbols if ":" in symbol]
        if not swaps:
            return []
        return self._lane(
            "watchMyLiquidationsForSymbols",
            "own liquidations",
            lambda: self._client.watch_my_liquidations_for_symbols(swaps),
        )

    def _lane(self, ability: str, name: str, watch: Callable[[], Awaitable[object]]) -> list[Lane]:
        if self._client.has.get(ability) is not True:
            return []
        lane = Lane(
            name=name,
            symbols=self._symbols,
            watch=watch,
            heard=self._look,
            cut=self._interrupted,
            joined=lambda: None,
        )
        return [lane]

    async def _sweep(self) -> None:
        while True:
            await self._clock.sleep(SWEEP_S)
            self._look()
            if self._lanes.dead() is not None:
                self.news.set()  # whoever waits for news is told why there is none

    def _interrupted(self) -> None:
        self._reread = True
        self.news.set()

    def _look(self) -> None:
        # reads the caches from where it stopped; a cache that ran over is a hole
        for order in self._client.orders or ():
            self._ordered(order)
        for trade in self._fresh("myTrades"):
            self._traded(trade)
        self._liquidations += self._fresh("myLiquidations")
        if self._orders or self._trades or self._liquidations:
            self.news.set()

    def _ordered(self, order: Raw) -> None:
        key = (str(order.get("symbol")), str(order.get("id")))
        filled = float(order.get("filled") or 0.0)
        status = str(order.get("status"))
        state = (status in ENDED, filled, status)
        best, last = self._states.get(key, (None, None))
        if state in (best, last):
            return
        if best is not None and (state[0] < best[0] or filled < best[1]):
            _remember(self._states, key, (best, state))
            self._reread = True  # the venue speaks out of order: only REST knows
            return
        _remember(self._states, key, (state, state))
        self._orders.append(dict(order))

    def _traded(self, trade: Raw) -> None:
        key = (str(trade.get("symbol")), str(trade.get("id")))
        if key not in self._trade_ids:
            _remember(self._trade_ids, key, None)
            self._trades.append(dict(trade))

    def _fresh(self, name: str) -> list[Raw]:
        cache: Iterable[Raw] = getattr(self._client, name, None) or ()
        last, found = self._seen.get(name), []
        is_whole = last is None
        for row in reversed(list(cache)):
            if row is last:
                is_whole = True
                break
            found.append(row)
        if found:
            self._seen[name] = found[0]
            self._reread = self._reread or not is_whole
        return found[::-1]


def _remember(known: dict[Key, Any], key: Key, word: object) -> None:
    known[key] = word
    if len(known) > KNOWN:
        del known[next(iter(known))]
