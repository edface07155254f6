"""The wall clock of the storage room: when a row was queued, sent, done. Market time never is."""

from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The moment, aware UTC."""
    return datetime.now(UTC)
