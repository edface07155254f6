"""What the venue says of our orders, fills and holdings, asked by REST: the truth.

Raises Temporary when the venue did not answer, or answered with what cannot be read. A WebSocket
is only a hint; each hint leads here.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from engine.core.errors import Temporary
from engine.core.kinds import OrderState
from engine.core.money import ZERO
from engine.core.orders import Fill, VenueOrder
from engine.core.ports import Holdings
from engine.venues.ccxt_account import Account, NotThere
from engine.venues.ccxt_fees import FeeCoins
from engine.venues.ccxt_limiter import Lane
from engine.venues.ccxt_orders import (
    NotReadable,
    Told,
    fill_of,
    foreign_fees,
    own_id,
    signed_base,
    spot_balance,
    told_of,
    venue_order,
    wallet_balance,
)
from engine.venues.ccxt_places import Place, Places
from engine.venues.ccxt_row import NONE, FillsBy, Params
from engine.venues.ccxt_words import Listing

FILLS_WAITS_S = (0.1, 0.3, 1.0)  # a venue shows fills a moment after the order
FILLS_PAGE = 500

Raw = Mapping[str, Any]


class Reads:
    """The questions; `places` knows where an order of ours stands at the venue."""

    def __init__(self, account: Account, listings: Mapping[str, Listing]) -> None:
        self._account = account
        self._row = account.row
        self._listings = listings
        self.fee_coins = FeeCoins(account)
        self.places = Places(account)

    async def order(self, symbol: str, cid: str) -> VenueOrder | None:
        """The order of our id with all its fills, or None when the venue does not know it."""
        for _ in range(2):  # once more when fills came between the two questions
            raw, place = await self.places.located(symbol, cid)
            if raw is None:
                return None
            found = await self._complete(raw, symbol, cid, place)
            if found is not None:
                self.places.remember(found, place)
                return found
        raise Temporary(f"{self._row.name}: the fills of {cid} do not add up yet")

    async def replied(self, raw: Raw, symbol: str, cid: str, place: Place) -> VenueOrder:
        """The order that a reply shows, with its fills; raises NotReadable and Temporary."""
        told = told_of(raw, self._listings[symbol].contract_base, cid=cid)
        if told.client_order_id != cid:
            raise NotReadable("a reply about somebody else's order")
        found = await self._complete(raw, symbol, cid, place)
        if found is None:
            raise Temporary(f"{self._row.name}: the fills of {cid} do not add up yet")
        self.places.remember(found, place)
        return found

    async def open_orders(self) -> tuple[VenueOrder, ...]:
        """Every open order on our symbols, also those that are not ours."""
        found: dict[str, VenueOrder] = {}
        for params in self._row.open_params:
            is_conditional = len(self._row.open_params) > 1 and params is not NONE
            for raw in await self._open_raw(params):
                symbol = str(raw.get("symbol"))
                if symbol not in self._listings:
                    continue
                place = Place(str(raw.get("id")), is_conditional)
                cid = own_id(raw, self._row.stop_cid_key)
                order = await self._complete(raw, symbol, cid, place)
                if order is not None:
                    found[order.venue_order_id] = order
        return tuple(found.values())

    async def _open_raw(self, params: Params) -> list[Raw]:
        few = len(self._listings) <= self._row.open_symbols_max
        client, told = self._account.client, list[Raw]()
        for symbol in tuple(self._listings) if few else (None,):
            asked = partial(client.fetch_open_orders, symbol, None, None, dict(params))
            told += await self._ask("open orders", asked)
        return told

    async def holdings(self) -> Holdings:
        """Cash and what is held, in the desk's way: equity = cash + sum(base x mark)."""
        client, row = self._account.client, self._row
        balance = await self._ask("balance", lambda: client.fetch_balance(dict(row.balance_params)))
        held: dict[str, Decimal] = {}
        quote = next(iter(self._listings.values())).instrument.quote
        try:
            if not row.is_swap:
                for symbol, listing in self._listings.items():
                    held[symbol] = spot_balance(balance, listing.instrument.base)
                cash_quote = spot_balance(balance, quote)
            else:
                cash_quote = wallet_balance(balance, quote, row.wallet_keys)
                for position, symbol in await self._positions():
                    base = signed_base(position, self._listings[symbol].contract_base)
                    held[symbol] = held.get(symbol, ZERO) + base
                    # a margin account keeps the entry's cost in the wallet; our cash has paid it
                    cash_quote -= base * Decimal(str(position.get("entryPrice") or 0))
        except (NotReadable, ArithmeticError) as error:
            raise Temporary(f"{row.name} balance: {error}") from error
        return Holdings(cash_quote, {symbol: base for symbol, base in held.items() if base})

    async def fills_of(
        self, symbol: str, venue_order_id: str, cid: str, raw: Raw | None = None
    ) -> tuple[Fill, ...]:
        """The fills of one order by the venue's id of it."""
        row, client = self._row, self._account.client
        params: dict[str, Any] = {row.fills_param: venue_order_id} if row.fills_param else {}
        if row.fills_by is FillsBy.TRADE_IDS:
            listed = ((raw or {}).get("info") or {}).get("trades") or []
            if not listed:
                return ()
            params = {row.fills_param: [str(each) for each in listed]}
        if row.fills_by is FillsBy.MY_TRADES:
            trades = await self._ask(
                "fills", lambda: client.fetch_my_trades(symbol, None, FILLS_PAGE, params)
            )
        else:
            trades = await self._ask(
                "fills",
                lambda: client.fetch_order_trades(venue_order_id, symbol, None, None, params),
            )
        mine = [t for t in trades if str(t.get("order") or venue_order_id) == venue_order_id]
        return await self.read_fills(symbol, cid, mine)

    async def read_fills(self, symbol: str, cid: str, trades: Iterable[Raw]) -> tuple[Fill, ...]:
        """The fills that ccxt's trades say; raises Temporary for what cannot be read."""
        listing, fills = self._listings[symbol], dict[str, Fill]()
        for trade in trades:
            try:
                fill = fill_of(trade, cid, listing)
            except (NotReadable, ValueError) as error:
                raise Temporary(f"{self._row.name} fills: {error}") from error
            foreign = foreign_fees(trade, listing)
            fills[fill.fill_id] = (
                await self.fee_coins.valued(fill, foreign, listing) if foreign else fill
            )
        return tuple(fills.values())

    async def _complete(self, raw: Raw, symbol: str, cid: str, place: Place) -> VenueOrder | None:
        # the order with exactly the fills that it counts; None: ask for the order again
        listing = self._listings[symbol]
        becomes_another = place.is_conditional and bool(self._row.child_keys)
        try:
            told = told_of(raw, listing.contract_base, cid=cid, never_fills=becomes_another)
            child = self._child(raw) if becomes_another else ""
            if child:
                raw = await self.places.by_venue_id(child, symbol)
                became = told_of(raw, listing.contract_base, cid=cid)
                told = became._replace(client_order_id=told.client_order_id or cid)
            elif becomes_another and told.state is OrderState.FILLED:
                raise NotReadable("triggered, and its order is not told yet")
        except NotReadable as error:
            raise Temporary(f"{self._row.name} order {cid}: {error}") from error
        told = told._replace(symbol=symbol)
        if told.filled_base == 0:
            return venue_order(told, ())
        return await self._with_fills(raw, told, cid)

    async def _with_fills(self, raw: Raw, told: Told, cid: str) -> VenueOrder | None:
        in_reply = await self._readable(told.symbol, cid, raw.get("trades") or ())
        if _sum(in_reply) == told.filled_base:
            return venue_order(told, in_reply)
        for wait_s in (*FILLS_WAITS_S, None):
            fills = await self.fills_of(told.symbol, told.venue_order_id, cid, raw)
            if _sum(fills) == told.filled_base:
                return venue_order(told, fills)
            if _sum(fills) > told.filled_base or wait_s is None:
                break
            await self._account.wall.sleep(wait_s)
        return None

    async def _readable(self, symbol: str, cid: str, trades: Iterable[Raw]) -> tuple[Fill, ...]:
        # fills inside an order are a convenience: some venues give only their ids there
        try:
            return await self.read_fills(symbol, cid, trades)
        except Temporary:
            return ()

    def _child(self, raw: Raw) -> str:
        info = raw.get("info") or {}
        for key in self._row.child_keys:
            told = info.get(key)
            told = told[0] if isinstance(told, list) and told else told
            if told and str(told) not in {"0", "[]"}:
                return str(told)
        return ""

    async def _positions(self) -> list[tuple[Raw, str]]:
        client, symbols = self._account.client, list(self._listings)
        told = await self._ask("positions", lambda: client.fetch_positions(symbols))
        return [(each, str(each.get("symbol"))) for each in told if each["symbol"] in symbols]

    async def _ask(self, what: str, call: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await self._account.read(what, call, lane=Lane.RECONCILE)
        except NotThere as error:  # said of a list, it means nothing
            raise Temporary(f"{self._row.name} {what}: not told") from error


def _sum(fills: Iterable[Fill]) -> Decimal:
    return sum((fill.qty_base for fill in fills), ZERO)
