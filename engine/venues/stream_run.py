"""One run of a streamed feed: what is told when."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.core.errors import SettingsError, Temporary
from engine.core.market import MarketEvent, TimePassed
from engine.core.ports import Clock
from engine.core.timeframes import Timeframe
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.feed_funding import Fundings
from engine.venues.feed_past import Past
from engine.venues.feed_told import INSTANT, Series, Told
from engine.venues.stream_asking import POLL_S, Asking
from engine.venues.stream_client import StreamClient
from engine.venues.stream_live import LiveMarket
from engine.venues.stream_reads import Reads
from engine.venues.stream_settling import PATIENCE, Settling

PACE = timedelta(milliseconds=20)  # between two moments: a storm of quotes becomes 50 a second
WORK = timedelta(milliseconds=10)  # the longest stretch without letting the others run
STAND = timedelta(seconds=90)  # the market's clock stands before a border only if it was near


class Run:
    """Tells moments: `moment` what there is now, `pause` until there may be more."""

    def __init__(
        self,
        parts: tuple[CcxtMarket, StreamClient, Reads, Past, Clock],
        symbols: Sequence[str],
        timeframes: Sequence[Timeframe],
        after_at: datetime,
    ) -> None:
        market, client, reads, self._past, self._clock = parts
        self._driver = timeframes[0]
        self._told = Told(after_at, symbols, timeframes)
        self._live = LiveMarket(client, symbols, timeframes, self._clock, self._hole)
        self._asking = Asking(market, reads, self._live, self._clock)
        self._fundings = Fundings(reads, symbols, self._clock)
        self._settling: Settling | None = None
        self._reading: asyncio.Task[None] | None = None
        self._sleepy: set[Series] = set()  # did not come to the last border: nobody waits again
        self._tasks: list[asyncio.Task[None]] = []
        self._paced_at: datetime | None = None
        self._rested_at = self._clock.now()

    def start(self) -> None:
        """Begins to listen and to ask."""
        self._live.start()
        for work in (self._beat(), self._asking.poll(), self._asking.mend(), self._forecast()):
            self._tasks.append(self._begun(work))

    async def stop(self) -> None:
        """Ends everything that was begun."""
        await self._live.stop()
        tasks, self._tasks = [*self._tasks, *filter(None, [self._reading])], []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self) -> None:
        """Ends a `pause`."""
        self._live.news.set()

    async def caught_up(self) -> list[MarketEvent]:
        """What closed and was paid since the run's beginning; nothing while the venue is away."""
        border_at = self._driver.open_at(min(self._clock.now(), await self._settled_at()))
        if border_at <= self._told.border_at:
            return []
        try:
            bars = await self._past.missing(self._told.due(border_at), border_at)
            fundings = await self._fundings.missed(self._told.at, border_at)
        except Temporary:
            return []
        return self._told.take(bars, fundings, border_at)

    async def pause(self) -> None:
        """Returns when there is news, at once or after the pace; raises what killed a task."""
        await self._live.news.wait()
        if self._paced_at is not None:
            waiting = self._paced_at + PACE - self._clock.now()
            if waiting > timedelta(0):
                await self._clock.sleep(waiting.total_seconds())
        self._live.news.clear()
        self._paced_at = self._rested_at = self._clock.now()
        self._raise_dead()

    async def breathe(self) -> None:
        """Lets the others run, when the desk was long at the last events.

        A minute's border brings a bar of every symbol, and each may become a proposal.
        """
        if self._clock.now() - self._rested_at > WORK:
            await self._clock.sleep(0.0)
            self._rested_at = self._clock.now()

    def moment(self) -> list[MarketEvent]:
        """What is told now: first what closed, then what it costs.

        While the bars of a border are awaited the market's clock stands just before it: prices go
        on, and the order of a moment holds.
        """
        told, now_at = self._told, self._clock.now()
        if now_at <= told.at:
            return []
        events: list[MarketEvent] = []
        border_at = self._border_at(now_at)
        if border_at is not None:
            settling = self._settled_by(border_at)
            waits = now_at < border_at + PATIENCE and not settling.is_complete(self._sleepy)
            if waits:
                return self._prices(told.at + INSTANT) if now_at - told.at < STAND else []
            events += self._take(settling)
        elif self._settling is not None:
            events += self._late(self._settling)
        if now_at > told.at:
            events += self._prices(now_at) or [TimePassed(at=now_at)]
            told.at = now_at
        return events

    def _border_at(self, now_at: datetime) -> datetime | None:
        # the border that is not told yet: of bars, or of a funding
        bars_at = self._driver.open_at(now_at)
        paid_at = self._fundings.due_at(now_at)
        due = [bars_at] if bars_at > self._told.border_at else []
        if paid_at is not None:
            due.append(paid_at)
        return max(due, default=None)

    def _settled_by(self, border_at: datetime) -> Settling:
        settling = self._settling
        if settling is None or settling.border_at != border_at:
            if self._reading is not None:
                self._reading.cancel()
            settling = Settling(self._told, border_at, self._live.rows, self._past, self._fundings)
            self._settling = settling
            self._reading = self._begun(settling.read(self._clock, self._live.news))
        return settling

    def _take(self, settling: Settling) -> list[MarketEvent]:
        self._sleepy = set(settling.missing())
        settling.is_told = True
        return self._told.take(settling.take(), settling.take_fundings(), settling.border_at)

    def _late(self, settling: Settling) -> list[MarketEvent]:
        settling.missing()  # looks whether a stream has proved more
        bars = settling.take()
        self._sleepy.difference_update((bar.symbol, bar.timeframe) for bar in bars)
        return self._told.take(bars, (), settling.border_at) if bars else []

    def _prices(self, at: datetime) -> list[MarketEvent]:
        # with the moment's end; nothing when nobody said anything
        told = self._told
        events: list[MarketEvent] = []
        for symbol, tape in self._live.tapes.items():
            if not tape.is_fresh:
                continue
            spare_base = 0.0
            if not self._live.streams_prints(symbol):
                silent_s = (at - told.priced_at[symbol]).total_seconds()
                spare_base = told.volume_a_second.get(symbol, 0.0) * max(silent_s, 0.0)
            events.append(tape.take(at, spare_base))
            told.priced(symbol, at)
        if events:
            told.at = at
            events.append(TimePassed(at=at))
        return events

    def _hole(self, symbol: str) -> None:
        self._asking.hole(symbol, self._told.priced_at[symbol])

    async def _beat(self) -> None:
        # time passes also when nobody says anything
        while True:
            await self._clock.sleep(POLL_S)
            self._live.drain()
            self._live.news.set()

    async def _forecast(self) -> None:
        while True:
            await self._fundings.refresh()
            await self._clock.sleep(POLL_S)

    async def _settled_at(self) -> datetime:
        try:
            return await self._past.settled_at()
        except (Temporary, SettingsError):
            return self._clock.now()

    def _begun(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return asyncio.create_task(work)

    def _raise_dead(self) -> None:
        dead = self._live.dead()
        if dead is not None:
            raise dead
        for task in filter(None, [*self._tasks, self._reading]):
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error
