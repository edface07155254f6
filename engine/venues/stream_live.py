"""A venue's market as its streams tell it: a tape of each symbol, rows of each series."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from engine.core.ports import Clock
from engine.core.timeframes import Timeframe
from engine.venues.feed_told import Series
from engine.venues.stream_channels import Channels, batches, series_of
from engine.venues.stream_client import StreamClient
from engine.venues.stream_lanes import Lane, Lanes, drop
from engine.venues.stream_rows import Rows
from engine.venues.stream_tape import Tape

YOUNG = timedelta(seconds=10)


class LiveMarket:
    """Keeps the streams of `symbols` and collects what they tell; `news` is set when it is new.

    `hole` hears of each symbol whose stream may have missed something. The client's markets must
    be loaded before `start`.
    """

    def __init__(
        self,
        client: StreamClient,
        symbols: Sequence[str],
        timeframes: Sequence[Timeframe],
        clock: Clock,
        hole: Callable[[str], None],
    ) -> None:
        self.news = asyncio.Event()
        self.tapes = {symbol: Tape(symbol) for symbol in symbols}
        self.rows = {series: Rows(series[1]) for series in series_of(symbols, timeframes)}
        self._client = client
        self._channels = Channels(client.client, symbols)
        self._clock = clock
        self._hole = hole
        self._lanes = Lanes(clock, client.errors)
        self._quote_lane: dict[str, Lane] = {}
        self._print_lane: dict[str, Lane] = {}

    def start(self) -> None:
        """Subscribes, the most urgent first: quotes, prints, bars."""
        quotes, prints, bars = [], [], []
        for symbols in self._kinds():
            for batch in batches(symbols):
                quotes += self._quotes(batch)
                prints += self._prints(batch)
            series = [series for series in self.rows if series[0] in symbols]
            for some in batches(series):
                bars += self._bars(some)
        self._lanes.start([*quotes, *prints, *bars])

    async def stop(self) -> None:
        await self._lanes.stop()

    def streams_quotes(self, symbol: str) -> bool:
        """Whether the symbol's best bid and ask comes by itself now."""
        lane = self._quote_lane.get(symbol)
        return lane is not None and lane.is_live

    def streams_prints(self, symbol: str) -> bool:
        """Whether the symbol's public trades come by themselves now."""
        lane = self._print_lane.get(symbol)
        return lane is not None and lane.is_live

    def drain(self) -> None:
        """Takes in whatever the streams told last: a watch may have slept through it."""
        for lane in self._lanes.lanes:
            if lane.is_live:
                lane.heard()

    def drop(self, symbol: str) -> int:
        """Ends the connections of a symbol whose stream has gone silent; how many.

        None while its subscription is young: a venue takes its time to say the first word.
        """
        lane = self._quote_lane.get(symbol)
        if lane is None or lane.asked_at is None or self._clock.now() - lane.asked_at < YOUNG:
            return 0
        return drop(self._client.client, symbol)

    def dead(self) -> BaseException | None:
        """Why a lane has ended that should live for ever: an error of ours."""
        return self._lanes.dead()

    def _kinds(self) -> list[list[str]]:
        # a subscription holds spot markets or perpetuals, never both: they live on other hosts
        spot = [symbol for symbol in self.tapes if ":" not in symbol]
        swaps = [symbol for symbol in self.tapes if ":" in symbol]
        return [kind for kind in (spot, swaps) if kind]

    def _quotes(self, symbols: Sequence[str]) -> list[Lane]:
        watch = self._channels.watch_quotes(symbols)
        if watch is None:
            return []
        lane = Lane(
            name=f"quotes of {symbols[0]}",
            symbols=symbols,
            watch=watch,
            heard=lambda: self._heard_quotes(symbols),
            cut=lambda: self._broke(symbols),
            joined=lambda: self._joined(symbols),
        )
        self._quote_lane.update(dict.fromkeys(symbols, lane))
        return [lane]

    def _prints(self, symbols: Sequence[str]) -> list[Lane]:
        watch = self._channels.watch_prints(symbols)
        if watch is None:
            return []
        lane = Lane(
            name=f"prints of {symbols[0]}",
            symbols=symbols,
            watch=watch,
            heard=lambda: self._heard_prints(symbols),
            cut=lambda: self._broke(symbols),
            joined=lambda: self._joined(symbols),
        )
        self._print_lane.update(dict.fromkeys(symbols, lane))
        return [lane]

    def _bars(self, series: Sequence[Series]) -> list[Lane]:
        watch = self._channels.watch_bars(series)
        if watch is None:
            return []

        def cut() -> None:
            for each in series:
                self.rows[each].broke()
                self._channels.forget_bars(each)

        return [
            Lane(
                name=f"bars of {series[0][0]} {series[0][1]}",
                symbols=[symbol for symbol, _ in series],
                watch=watch,
                heard=lambda: self._heard_bars(series),
                cut=cut,
                joined=lambda: None,  # what is not proved is read by REST
            )
        ]

    def _heard_quotes(self, symbols: Sequence[str]) -> None:
        for symbol in symbols:
            told = self._channels.quote(symbol)
            if told is not None and self.tapes[symbol].quoted(*told):
                self._heard(symbol)

    def _heard_prints(self, symbols: Sequence[str]) -> None:
        for symbol in symbols:
            prints, is_whole = self._channels.prints(symbol)
            if not prints:
                continue
            counts_up = self._channels.counts_up
            is_whole = self.tapes[symbol].printed(prints, counts_up=counts_up) and is_whole
            self._heard(symbol)
            if not is_whole:
                self._hole(symbol)

    def _heard_bars(self, series: Sequence[Series]) -> None:
        for each in series:
            for bar in self._channels.bars(each):
                self.rows[each].told(bar)
        self.news.set()

    def _heard(self, symbol: str) -> None:
        self.tapes[symbol].heard_at = self._clock.now()
        self.news.set()

    def _broke(self, symbols: Sequence[str]) -> None:
        for symbol in symbols:
            tape = self.tapes[symbol]
            tape.broke()
            if tape.heard_at is not None:
                self._hole(symbol)

    def _joined(self, symbols: Sequence[str]) -> None:
        for symbol in symbols:
            self._hole(symbol)
