"""The pen of the desk: what must be durable before it is done, and what has happened anyway."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from engine.core.errors import StorageError
from engine.core.ports import Journal, Publisher, Record


class Scribe:
    """Writes records in order and publishes their events once they are durable.

    - `write` is for what may still be called off: it raises StorageError, and nothing happened.
    - `keep` is for what has happened at the venue: when the database refuses, the record waits
      in memory and goes first at the next chance. Exits go on meanwhile; entries do not.
    - `pending` gives what waited for company (moved guards, equity points, the cursor): it rides
      along with every record, so that the database is always as of one moment of the market.
    """

    def __init__(
        self, journal: Journal, publisher: Publisher, pending: Callable[[], Record]
    ) -> None:
        self._journal = journal
        self._publisher = publisher
        self._pending = pending
        self._backlog: deque[Record] = deque()
        self._turn = asyncio.Lock()  # one hand writes: no record is written, or told, twice
        self.last_error: StorageError | None = None

    @property
    def is_failing(self) -> bool:
        """Whether the database refused the last record."""
        return self.last_error is not None

    async def write(self, record: Record) -> None:
        """Returns once `record` is durable; raises StorageError when it is not."""
        async with self._turn:
            await self._flushed()
            waiting = self._pending()
            # while this waited for its turn, fills may have moved the state that came with it
            record = replace(record, state=waiting.state or record.state)
            try:
                await self._append(merged(waiting, record))
            except StorageError as error:
                self._backlog.append(waiting)
                self.last_error = error
                raise

    async def keep(self, record: Record) -> None:
        """Makes `record` durable now or, when the database refuses, as soon as it takes it."""
        self._backlog.append(merged(self._pending(), record))
        try:
            await self.flush()
        except StorageError as error:
            self.last_error = error

    async def flush(self) -> None:
        """Writes what waits, oldest first; raises StorageError when the database still refuses."""
        async with self._turn:
            await self._flushed()

    async def _flushed(self) -> None:
        while self._backlog:
            await self._append(self._backlog[0])
            self._backlog.popleft()
        self.last_error = None

    async def _append(self, record: Record) -> None:
        await self._journal.append(record)
        self._publisher.publish(record.events)


def merged(waiting: Record, record: Record) -> Record:
    """Both as one transaction; of a position named twice the later word, `record`'s, stands."""
    named = {position.position_id for position in record.positions}
    older = tuple(p for p in waiting.positions if p.position_id not in named)
    return replace(
        record,
        positions=(*older, *record.positions),
        equity=(*waiting.equity, *record.equity),
        state=record.state or waiting.state,
        events=(*waiting.events, *record.events),
    )
