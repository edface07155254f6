"""A live venue of any row, on a server that answers what a test wrote down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, NamedTuple

from engine.core.kinds import OrderKind, Side
from engine.core.orders import OrderRequest
from engine.execution.clocks import SystemClock
from engine.venues.ccxt_account import Account, Keys
from engine.venues.ccxt_limiter import Limiter
from engine.venues.ccxt_row import LiveRow
from engine.venues.ccxt_venue import CcxtVenue
from engine.venues.ccxt_words import Listing, listing_of
from engine.venues.quirks import LIVE
from tests.fakes.scripted_rest import ScriptedRest

CID = "abcde00000001e01"
STOP_CID = "abcde00000001v01"
# Kraken's secrets are base64; a Coinbase key of the old kind needs no certificate.
SECRETS = {"kraken": "bG9vcGJhY2s="}
BINANCE_KINDS = {
    False: ["LIMIT", "MARKET", "STOP_LOSS", "TAKE_PROFIT", "LIMIT_MAKER"],
    True: ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"],
}
IDS = {
    "binance": "BTCUSDT",
    "binanceusdm": "BTCUSDT",
    "bybit": "BTCUSDT",
    "kraken": "XBTUSDT",
    "coinbase": "BTC-USDT",
}


class LiveBench(NamedTuple):
    """What a test of one venue works with."""

    row: LiveRow
    rest: ScriptedRest
    venue: CcxtVenue
    symbol: str


def row_named(name: str) -> LiveRow:
    return next(row for row in LIVE if row.name == name)


def keys_for(row: LiveRow) -> Keys:
    secret = SECRETS.get(row.venue_id, "loopback")
    return Keys(key="loopbackloopback", secret=secret, password="loopback")  # noqa: S106


def market_of(row: LiveRow) -> dict[str, Any]:
    """BTC/USDT at this venue, in ccxt's words; OKX counts hundredths of a coin."""
    okx_id = "BTC-USDT-SWAP" if row.is_swap else "BTC-USDT"
    return {
        "id": IDS.get(row.venue_id, okx_id),
        "symbol": "BTC/USDT:USDT" if row.is_swap else "BTC/USDT",
        "base": "BTC",
        "quote": "USDT",
        "settle": "USDT" if row.is_swap else None,
        "baseId": "XXBT" if row.venue_id == "kraken" else "BTC",
        "quoteId": "USDT",
        "settleId": "USDT" if row.is_swap else None,
        "type": "swap" if row.is_swap else "spot",
        "spot": not row.is_swap,
        "swap": row.is_swap,
        "future": False,
        "option": False,
        "contract": row.is_swap,
        "linear": True if row.is_swap else None,
        "inverse": False if row.is_swap else None,
        "contractSize": {True: "0.01" if row.venue_id == "okx" else "1"}.get(row.is_swap),
        "active": True,
        "precision": {"amount": "0.001", "price": "0.1"},
        "limits": {"amount": {"min": "0.001"}, "cost": {"min": "5"}},
        "taker": 0.001,
        "maker": 0.001,
        "info": {"orderTypes": BINANCE_KINDS[row.is_swap], "altname": "XBTUSDT"},
    }


class HastyClock(SystemClock):
    """A hundred times as impatient; for waits that only give a venue time."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 100.0)


@asynccontextmanager
async def live_bench(row: LiveRow, *, clock_known: bool = True) -> AsyncIterator[LiveBench]:
    """The venue of `row`, its markets known, its clock taken for right."""
    wall = HastyClock(lambda _: None)
    async with ScriptedRest() as rest:
        account = Account(row, keys_for(row), wall, api_base=rest.base, timeout_s=2.0)
        try:
            await account.open()
            client = account.client
            client.throttler = Limiter(0.01, wall.monotonic_s)  # a card does not wait its turn
            client.set_markets([client.safe_market_structure(market_of(row))])
            client.options.update({"enableUnifiedMargin": False, "enableUnifiedAccount": True})
            if clock_known:
                believe_the_clock(account)
            yield LiveBench(row, rest, CcxtVenue(account, listings_of(account)), _symbol(row))
        finally:
            await account.close()
            await wall.close()


def listings_of(account: Account) -> dict[str, Listing]:
    client = account.client
    mode = int(client.precisionMode)
    return {symbol: listing_of(market, mode) for symbol, market in client.markets.items()}


def believe_the_clock(account: Account) -> None:
    """As after a measurement that found nothing wrong."""
    account.skew_s = 0.0
    account.client.options["timeDifference"] = 0
    account._measured = (account.wall.now(), account.wall.monotonic_s())


def an_order(
    row: LiveRow,
    side: Side = Side.BUY,
    kind: OrderKind = OrderKind.MARKET,
    *,
    qty: str = "0.1",
    limit: str | None = None,
    trigger: str | None = None,
    **more: Any,
) -> OrderRequest:
    """An order of one tenth of a bitcoin."""
    is_conditional = kind in {OrderKind.STOP, OrderKind.TAKE_PROFIT}
    return OrderRequest(
        client_order_id=STOP_CID if is_conditional else CID,
        symbol=_symbol(row),
        side=side,
        kind=kind,
        qty_base=Decimal(qty),
        limit_price=None if limit is None else Decimal(limit),
        trigger_price=None if trigger is None else Decimal(trigger),
        decision_price=50_000.0,
        **more,
    )


def _symbol(row: LiveRow) -> str:
    return "BTC/USDT:USDT" if row.is_swap else "BTC/USDT"
