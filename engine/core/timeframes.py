"""Bar lengths. A bar is named by its start (`open_at`) and usable only after it has closed."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Timeframe(StrEnum):
    """Length of a bar, in the notation that exchanges use."""

    M1 = "1m"
    M3 = "3m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H2 = "2h"
    H4 = "4h"
    H6 = "6h"
    H12 = "12h"
    D1 = "1d"
    W1 = "1w"

    @property
    def seconds(self) -> int:
        return int(self.value[:-1]) * _UNIT_S[self.value[-1]]

    @property
    def delta(self) -> timedelta:
        return timedelta(seconds=self.seconds)

    def open_at(self, at: datetime) -> datetime:
        """The start of the bar that holds the moment `at`; weeks start on Monday."""
        anchor_s = _MONDAY_S if self is Timeframe.W1 else 0
        elapsed_s = int(at.timestamp()) - anchor_s
        return datetime.fromtimestamp(anchor_s + elapsed_s - elapsed_s % self.seconds, UTC)


_UNIT_S = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_MONDAY_S = 345_600  # 1970-01-05 was a Monday
