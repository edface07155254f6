"""Fees that a third coin paid (BNB on Binance): what they were worth when the fill happened."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from loguru import logger

from engine.core.clockwork import to_ms
from engine.core.money import QUOTE_STEP, ZERO
from engine.core.orders import Fill
from engine.venues.ccxt_account import Account
from engine.venues.ccxt_limiter import Lane
from engine.venues.ccxt_words import Listing, decimal_of

MINUTE = timedelta(minutes=1)
LOOK_BACK = timedelta(minutes=5)  # a coin may not trade each minute
ASK_AGAIN_S = 60.0  # after a price that was not told
KEPT = 5_000  # fills and prices remembered


class FeeCoins:
    """Prices of fee coins, from the minute's bar; each fill is worth the same at every look."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._worth: dict[str, Decimal] = {}  # fill id -> quote
        self._prices: dict[tuple[str, datetime], Decimal] = {}  # market, minute -> price
        self._asked_s: dict[str, float] = {}  # market -> when it was asked for in vain

    async def valued(self, fill: Fill, fees: Mapping[str, Decimal], listing: Listing) -> Fill:
        """`fill` with the worth of `fees` (coin -> how much of it) in its fee.

        A coin without a price counts as the fee of a taker on the whole fill: never less.
        """
        worth_quote = self._worth.get(fill.fill_id)
        if worth_quote is None:
            worth_quote = ZERO
            for code, cost in fees.items():
                worth_quote += await self._worth_of(code, cost, fill, listing)
            self._worth[fill.fill_id] = worth_quote
            _forget(self._worth)
        return replace(
            fill,
            fee_quote=fill.fee_quote + worth_quote,
            fee_elsewhere_quote=worth_quote,
        )

    async def _worth_of(self, code: str, cost: Decimal, fill: Fill, listing: Listing) -> Decimal:
        price = await self._price(code, listing.instrument.quote, fill.filled_at)
        if price is not None:
            self._account.unpriced.pop(code, None)
            return (cost * price).quantize(QUOTE_STEP)
        if code not in self._account.unpriced:
            logger.warning("a fee in {} without a price: counted as a taker's", code)
        self._account.unpriced[code] = None
        ratio = listing.instrument.taker_fee_ratio
        return (fill.notional_quote * ratio).quantize(QUOTE_STEP)

    async def _price(self, code: str, quote: str, at: datetime) -> Decimal | None:
        markets = self._account.client.markets or {}
        names = (f"{code}/{quote}", f"{code}/{quote}:{quote}")
        symbol = next((name for name in names if name in markets), None)
        if symbol is None:
            return None
        minute = at.replace(second=0, microsecond=0)
        known = self._prices.get((symbol, minute))
        if known is None and self._may_ask(symbol):
            known = await self._close(symbol, minute)
            if known is not None:
                self._prices[symbol, minute] = known
                _forget(self._prices)
        return known

    def _may_ask(self, symbol: str) -> bool:
        asked_s = self._asked_s.get(symbol)
        return asked_s is None or self._account.wall.monotonic_s() - asked_s > ASK_AGAIN_S

    async def _close(self, symbol: str, minute: datetime) -> Decimal | None:
        # one attempt: the fill must not wait for the price of its fee
        client, since_ms = self._account.client, to_ms(minute - LOOK_BACK)
        try:
            with self._account.in_lane(Lane.RECONCILE):
                rows = await client.fetch_ohlcv(symbol, "1m", since_ms, LOOK_BACK // MINUTE + 1)
            closes = [decimal_of(row[4]) for row in rows if int(row[0]) <= to_ms(minute)]
        except self._account.errors as error:
            await self._account.heed(error)
            closes = []
        price = closes[-1] if closes else None
        if price is None or price <= 0:
            self._asked_s[symbol] = self._account.wall.monotonic_s()
            return None
        return price


def _forget(kept: dict[str, Decimal] | dict[tuple[str, datetime], Decimal]) -> None:
    while len(kept) > KEPT:
        del kept[next(iter(kept))]  # type: ignore[arg-type]
