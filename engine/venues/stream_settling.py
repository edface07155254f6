"""The bars and fundings of one border: from the streams where they prove them, else by REST."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from engine.core.errors import SettingsError, Temporary
from engine.core.market import BarClosed, FundingSettled
from engine.core.ports import Clock
from engine.venues.feed_funding import Fundings
from engine.venues.feed_past import Past, closed
from engine.venues.feed_told import Series, Told
from engine.venues.stream_rows import Rows

PATIENCE = timedelta(seconds=5)  # for what does not come; then time goes on without it
RETRY_S = 1.0
GIVE_UP = timedelta(seconds=30)  # what comes later is told with the next border


class Settling:
    """Gathers what belongs to the moment `border_at`; `read` is to be run as a task."""

    def __init__(
        self,
        told: Told,
        border_at: datetime,
        rows: Mapping[Series, Rows],
        past: Past,
        fundings: Fundings,
    ) -> None:
        self.border_at = border_at
        self.bars: dict[Series, list[BarClosed]] = {}
        self.fundings: list[FundingSettled] = []
        self.is_told = False  # patience is over, or all is told: the rest comes late
        self._due = dict(told.due(border_at))
        self._rows = rows
        self._past = past
        self._sources = fundings

    def is_complete(self, sleepy: Collection[Series]) -> bool:
        """Whether all is there, but for the series that were not there last time either."""
        self._look()
        missing = [series for series in self._missing() if series not in sleepy]
        return not missing and self._sources.is_complete(self.fundings, self.border_at)

    def missing(self) -> list[Series]:
        """The series that did not come."""
        self._look()
        return self._missing()

    def take(self) -> list[BarClosed]:
        """The bars gathered since the last call."""
        found = [bar for bars in self.bars.values() for bar in bars]
        for series in self.bars:
            self._due.pop(series, None)
        self.bars.clear()
        return found

    def take_fundings(self) -> list[FundingSettled]:
        """The fundings due: as they were paid, or as they were forecast."""
        return self._sources.taken(self.fundings, self.border_at)

    async def read(self, clock: Clock, news: asyncio.Event) -> None:
        """Asks the venue for what its streams did not prove, until it is there or too late."""
        try:
            while (waiting := self.border_at - await self._past.settled_at()) > timedelta(0):
                await clock.sleep(waiting.total_seconds())
        except (Temporary, SettingsError):
            await clock.sleep(RETRY_S)
        end_at = clock.now() + GIVE_UP
        while clock.now() < end_at:
            missing = self.missing()
            await asyncio.gather(*(self._series(series, news) for series in missing))
            await self._paid()
            news.set()
            if not missing:
                return
            await clock.sleep(RETRY_S)

    def _missing(self) -> list[Series]:
        return [series for series in self._due if series not in self.bars]

    def _look(self) -> None:
        for series in self._missing():
            until_at = series[1].open_at(self.border_at)
            bars = self._rows[series].closed(self._due[series], until_at)
            if bars is not None:
                self.bars[series] = [closed(series, bar) for bar in bars]

    async def _series(self, series: Series, news: asyncio.Event) -> None:
        try:
            bars = await self._past.series(series, self._due[series], self.border_at)
        except (Temporary, SettingsError):
            return
        until_at = series[1].open_at(self.border_at)
        if bars and bars[-1].at >= until_at and series in self._due:
            self.bars[series] = bars
            news.set()

    async def _paid(self) -> None:
        if self.is_told or self._sources.is_complete(self.fundings, self.border_at):
            return
        try:
            self.fundings = await self._sources.learned(self.border_at)
        except (Temporary, SettingsError):
            return
