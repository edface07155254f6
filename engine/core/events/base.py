"""What every event has: a moment, and a key by which the same thing told twice is one."""

from dataclasses import dataclass
from datetime import datetime

from engine.core.clockwork import require_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    at: datetime

    def __post_init__(self) -> None:
        require_utc(self.at)

    def key(self) -> str:
        """Names what happened; a second event of the same key is the same event."""
        return f"{type(self).__name__}|{self.at.isoformat()}"
