"""Public endpoints, the same on spot and for perpetuals but for their path and a few words."""

import json
from decimal import Decimal
from typing import Protocol

from tests.fakes.exchange.books import Book
from tests.fakes.exchange.listings import Listing, spot_info, swap_info
from tests.fakes.exchange.orders import Refused
from tests.fakes.exchange.tape import INTERVALS_MS, kline, plain
from tests.fakes.exchange.words import Body
from tests.fakes.exchange.world import Route, Routes, Words, World, whole

DAY_MS = 86_400_000


class Teller(Protocol):
    """What says one row of a list of tickers."""

    def __call__(self, row: Listing, book: Book) -> Body: ...


class MarketRest:
    """Prices, books and bars of one kind of market."""

    def __init__(self, world: World, *, is_swap: bool) -> None:
        self._world = world
        self._is_swap = is_swap
        self._base = "/fapi/v1" if is_swap else "/api/v3"

    def routes(self) -> Routes:
        answers = {
            "ping": lambda words: {},
            "time": self._time,
            "exchangeInfo": self._info,
            "klines": self._klines,
            "depth": self._depth,
            "ticker/bookTicker": self._book_tickers,
            "ticker/24hr": self._day_tickers,
            "ticker/price": self._last_prices,
            "aggTrades": self._trades,
        }
        return {("GET", f"{self._base}/{name}"): Route(each) for name, each in answers.items()}

    def _time(self, words: Words) -> object:
        return {"serverTime": self._world.gate.wall_ms()}

    def _info(self, words: Words) -> object:
        rows = self._world.listed(is_swap=self._is_swap)
        return swap_info(rows) if self._is_swap else spot_info(rows)

    def _klines(self, words: Words) -> object:
        listing = self._world.listing(words, is_swap=self._is_swap)
        interval = words.get("interval", "")
        if interval not in INTERVALS_MS:
            raise Refused(-1120, "Invalid interval.")
        since_ms = whole(words, "startTime", -1)
        until_ms = whole(words, "endTime", self._world.now_ms())
        tape = self._world.tapes[listing.symbol]
        tape.close_until(self._world.now_ms())
        limit = min(whole(words, "limit", 500), 1500 if self._is_swap else 1000)
        rows = tape.rows(interval, None if since_ms < 0 else since_ms, until_ms, limit)
        return [kline(bar, INTERVALS_MS[interval]) for bar in rows]

    def _depth(self, words: Words) -> object:
        book = self._world.book(self._world.listing(words, is_swap=self._is_swap).symbol)
        limit = whole(words, "limit", 100)
        sides = {
            name: [[plain(price), plain(qty)] for price, qty in levels[:limit]]
            for name, levels in (("bids", book.bids), ("asks", book.asks))
        }
        now_ms = self._world.now_ms()
        return {"lastUpdateId": book.version, "E": now_ms, "T": now_ms, **sides}

    def _book_tickers(self, words: Words) -> object:
        return self._each(words, self._book_ticker)

    def _day_tickers(self, words: Words) -> object:
        return self._each(words, self._day_ticker)

    def _last_prices(self, words: Words) -> object:
        return self._each(
            words,
            lambda row, book: {"symbol": row.market, "price": plain(book.last_price)},
        )

    def _each(self, words: Words, tell: Teller) -> object:
        rows = self._world.listed(is_swap=self._is_swap)
        if "symbol" in words:
            row = self._world.listing(words, is_swap=self._is_swap)
            return tell(row, self._world.book(row.symbol))
        if "symbols" in words:
            asked = set(json.loads(words["symbols"]))
            if asked - {row.market for row in rows}:
                raise Refused(-1121, "Invalid symbol.")
            rows = [row for row in rows if row.market in asked]
        return [tell(row, self._world.book(row.symbol)) for row in rows]

    def _book_ticker(self, row: Listing, book: Book) -> Body:
        best = {
            "bidPrice": plain(book.bids[0][0]) if book.bids else "0",
            "bidQty": plain(book.bids[0][1]) if book.bids else "0",
            "askPrice": plain(book.asks[0][0]) if book.asks else "0",
            "askQty": plain(book.asks[0][1]) if book.asks else "0",
        }
        time = {"time": self._world.now_ms()} if self._is_swap else {}
        return {"symbol": row.market, **best, **time}

    def _day_ticker(self, row: Listing, book: Book) -> Body:
        return {**self._quoted(row, book), **day_words(self._world, row.symbol, book)}

    def _quoted(self, row: Listing, book: Book) -> Body:
        if self._is_swap:
            return {"symbol": row.market}
        return self._book_ticker(row, book)

    def _trades(self, words: Words) -> object:
        listing = self._world.listing(words, is_swap=self._is_swap)
        book = self._world.book(listing.symbol)
        if not book.last_price:
            return []
        last = {"a": book.version, "p": plain(book.last_price), "q": plain(listing.qty_step)}
        return [{**last, "f": 1, "l": 1, "T": self._world.now_ms(), "m": False, "M": True}]


def day_words(world: World, symbol: str, book: Book) -> Body:
    """The day's figures of a 24 hour ticker."""
    bar = world.tapes[symbol].last("1d")
    now_ms = world.now_ms()
    opened, high, low = (bar.open, bar.high, bar.low) if bar else (book.last_price,) * 3
    volume = bar.volume if bar else book.last_price * 0
    change = book.last_price - opened
    return {
        "priceChange": plain(change),
        "priceChangePercent": plain((change / (opened or 1) * 100).quantize(Decimal("0.001"))),
        "weightedAvgPrice": plain(book.last_price),
        "lastPrice": plain(book.last_price),
        "lastQty": "0",
        "openPrice": plain(opened),
        "highPrice": plain(high),
        "lowPrice": plain(low),
        "volume": plain(volume),
        "quoteVolume": plain(volume * book.last_price),
        "openTime": now_ms - DAY_MS,
        "closeTime": now_ms,
        "firstId": 1,
        "lastId": 2,
        "count": 2,
    }
