"""What a streamed market still asks for: quotes of quiet symbols, and what holes swallowed."""

import asyncio
from datetime import datetime, timedelta

from engine.core.clockwork import to_ms
from engine.core.errors import SettingsError, Temporary
from engine.core.ports import Clock
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.stream_live import LiveMarket
from engine.venues.stream_reads import Reads

POLL_S = 1.0
QUIET = timedelta(seconds=3)  # a symbol that says nothing for so long is asked for
DOUBTS = 3  # polls in a row that knew what the stream did not tell
OLDEST_HOLE = timedelta(minutes=5)  # what is older is in the bars


class Asking:
    """Asks by REST beside the streams: two loops, to be run as tasks.

    A symbol that moves by REST while its stream is silent has lost its stream: its connections
    are ended, and its lanes begin again. A symbol that the venue refuses falls silent alone.
    """

    def __init__(self, market: CcxtMarket, reads: Reads, live: LiveMarket, clock: Clock) -> None:
        self._market = market
        self._reads = reads
        self._live = live
        self._clock = clock
        self._doubts: dict[str, int] = {}
        self._holes: dict[str, datetime] = {}
        self._has_holes = asyncio.Event()

    def hole(self, symbol: str, since_at: datetime) -> None:
        """The symbol's prints since that moment are asked for soon."""
        self._holes[symbol] = min(since_at, self._holes.get(symbol, since_at))
        self._has_holes.set()

    async def poll(self) -> None:
        """Asks for the quotes of symbols whose stream is silent, for ever."""
        while True:
            quiet = self._quiet()
            if quiet:
                await self._ask(quiet)
            await self._clock.sleep(POLL_S)

    async def mend(self) -> None:
        """Asks for the prints of holes, for ever."""
        while True:
            await self._has_holes.wait()
            self._has_holes.clear()
            for symbol in list(self._holes):
                since_at = self._holes.pop(symbol)
                if not await self._fill(symbol, since_at):
                    self.hole(symbol, since_at)
            if self._holes:
                await self._clock.sleep(POLL_S)

    def _quiet(self) -> list[str]:
        border_at = self._clock.now() - QUIET
        return [
            symbol
            for symbol, tape in self._live.tapes.items()
            if not self._live.streams_quotes(symbol)
            or tape.heard_at is None
            or tape.heard_at < border_at
        ]

    async def _ask(self, symbols: list[str]) -> None:
        asked_at = self._clock.now()
        try:
            quotes = await self._market.quotes()
        except (Temporary, SettingsError):
            return
        for symbol in symbols:
            tape, quote = self._live.tapes[symbol], quotes.get(symbol)
            spoke = tape.heard_at is not None and tape.heard_at > asked_at
            if quote is None or spoke:
                self._doubts.pop(symbol, None)
            elif tape.polled(quote):
                self._doubt(symbol)
            else:
                self._doubts.pop(symbol, None)
        self._live.news.set()

    def _doubt(self, symbol: str) -> None:
        doubts = self._doubts.get(symbol, 0) + 1
        self._doubts[symbol] = doubts
        if doubts >= DOUBTS:
            self._doubts[symbol] = 0
            self._live.drop(symbol)

    async def _fill(self, symbol: str, since_at: datetime) -> bool:
        # False to be asked again; a hole that grows too old is left to the ranges of bars
        oldest_at = self._clock.now() - OLDEST_HOLE
        if since_at < oldest_at:
            return True
        try:
            skew_s = await self._market.skew_s()
            since_ms = to_ms(since_at + timedelta(seconds=skew_s))
            prints = await self._reads.prints(symbol, since_ms + 1)
        except Temporary:
            return False
        except SettingsError:
            return True
        self._live.tapes[symbol].printed(prints)
        self._live.news.set()
        return True
