"""Which streams of a venue tell quotes, prints and bars, and how they are read from its client.

ccxt keeps what its streams told in caches; a watch call says only that there is news. So whoever
comes late still finds everything: the newest quote, the last prints, the last bars.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.core.market import Quote
from engine.core.timeframes import Timeframe
from engine.venues.ccxt_words import bar_of, quote_of
from engine.venues.feed_told import Series
from engine.venues.stream_lanes import BATCH
from engine.venues.stream_words import Print, print_of, sequence_of

COUNTS_UP = frozenset({"binance"})  # venues that number the prints of a spot symbol without holes
LAST_ROWS = 3  # of a series: the bar in the making, and what closed since the last look

Watch = Callable[[], Awaitable[object]]


def batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The items, ten at a time."""
    for first in range(0, len(items), BATCH):
        yield items[first : first + BATCH]


class Channels:
    """The streams of one ccxt.pro client. What its caches hold from before is forgotten."""

    def __init__(self, client: Any, symbols: Sequence[str]) -> None:
        self._client = client
        self._contract_base = {
            symbol: float(client.market(symbol).get("contractSize") or 1.0) for symbol in symbols
        }
        self._last_ticker: dict[str, object] = {}
        self._last_print: dict[str, object] = {}
        for cache in (client.bidsasks, client.tickers, client.trades, client.ohlcvs):
            cache.clear()

    @property
    def counts_up(self) -> bool:
        """Whether a jump in the prints' ids means that one was lost."""
        return self._client.id in COUNTS_UP and all(":" not in s for s in self._contract_base)

    def watch_quotes(self, symbols: Sequence[str]) -> Watch | None:
        """A watch of best bids and asks; None where the venue streams none."""
        for name in ("watchBidsAsks", "watchTickers"):
            if self._has(name):
                call = self._client.watch_bids_asks if name == "watchBidsAsks" else None
                call = call or self._client.watch_tickers
                return lambda: call(list(symbols))
        return None

    def watch_prints(self, symbols: Sequence[str]) -> Watch | None:
        """A watch of public trades; None where the venue streams none for several symbols."""
        if not self._has("watchTradesForSymbols"):
            return None
        return lambda: self._client.watch_trades_for_symbols(list(symbols))

    def watch_bars(self, series: Sequence[Series]) -> Watch | None:
        """A watch of bars; None where the venue streams none for several series."""
        if not self._has("watchOHLCVForSymbols"):
            return None
        pairs = [[symbol, timeframe.value] for symbol, timeframe in series]
        return lambda: self._client.watch_ohlcv_for_symbols(pairs)

    def quote(self, symbol: str) -> tuple[Quote, tuple[int, int]] | None:
        """The symbol's newest best bid and ask with its place in the order; None without news."""
        ticker = self._client.bidsasks.get(symbol) or self._client.tickers.get(symbol)
        if ticker is None or ticker is self._last_ticker.get(symbol):
            return None
        self._last_ticker[symbol] = ticker
        quote = quote_of(ticker, self._contract_base[symbol])
        return None if quote is None else (quote, sequence_of(ticker))

    def prints(self, symbol: str) -> tuple[list[Print], bool]:
        """The symbol's prints since the last look, as they came, and whether these are all."""
        cache = self._client.trades.get(symbol)
        if cache is None:
            return [], True
        last = self._last_print.get(symbol)
        fresh: list[Mapping[str, Any]] = []
        whole = last is None
        for trade in reversed(cache):
            if trade is last:
                whole = True
                break
            fresh.append(trade)
        if not fresh:
            return [], True
        self._last_print[symbol] = fresh[0]
        told = (print_of(trade, self._contract_base[symbol]) for trade in reversed(fresh))
        return [each for each in told if each is not None], whole

    def bars(self, series: Series) -> list[Any]:
        """The newest bars of the series, oldest first, the one in the making included."""
        symbol, timeframe = series
        cache = (self._client.ohlcvs.get(symbol) or {}).get(timeframe.value)
        if not cache:
            return []
        contract_base = self._contract_base[symbol]
        told = (bar_of(row, contract_base) for row in cache[-LAST_ROWS:])
        return [bar for bar in told if bar is not None]

    def forget_bars(self, series: Series) -> None:
        """The stream was cut: its last word on a bar must not pass for a new one."""
        symbol, timeframe = series
        (self._client.ohlcvs.get(symbol) or {}).pop(timeframe.value, None)

    def _has(self, name: str) -> bool:
        return self._client.has.get(name) is True


def series_of(symbols: Sequence[str], timeframes: Sequence[Timeframe]) -> list[Series]:
    """Every series, the shortest bars first: they are missed soonest."""
    return [(symbol, timeframe) for timeframe in timeframes for symbol in symbols]
