"""The bars of one series as a stream tells them, and which of them are proved to be closed."""

from collections import deque
from datetime import datetime

from engine.core.market import Bar
from engine.core.timeframes import Timeframe

KEEP_CLOSED = 8  # what is older is read by REST


class Rows:
    """Follows one series. A venue repeats the bar in the making until the next one begins.

    A bar is closed when a newer one was told on the same unbroken stream after it. Its volume
    only grows: a row with less of it is old news, and never takes anything back.
    """

    def __init__(self, timeframe: Timeframe) -> None:
        self._timeframe = timeframe
        self._making: Bar | None = None
        self._is_sure = False  # the stream was not cut since `_making` was told
        self._closed: deque[Bar] = deque(maxlen=KEEP_CLOSED)

    @property
    def last_open_at(self) -> datetime | None:
        """The start of the newest bar that was told."""
        return None if self._making is None else self._making.open_at

    def told(self, bar: Bar) -> None:
        making = self._making
        if making is not None:
            if bar.open_at < making.open_at:
                return
            if bar.open_at == making.open_at and bar.volume_base < making.volume_base:
                return
            if bar.open_at > making.open_at and self._is_sure:
                self._closed.append(making)
        self._making = bar
        self._is_sure = True

    def broke(self) -> None:
        """The stream was cut: what it said last of the bar in the making may not be the end."""
        self._is_sure = False

    def closed(self, closed_at: datetime, until_at: datetime) -> list[Bar] | None:
        """Every bar that closes after `closed_at` up to `until_at`; None when one is not proved.

        Both are borders of the series.
        """
        length = self._timeframe.delta
        found = [bar for bar in self._closed if closed_at <= bar.open_at < until_at]
        wanted_at = closed_at
        for bar in found:
            if bar.open_at != wanted_at:
                return None
            wanted_at = bar.open_at + length
        return found if wanted_at == until_at else None
