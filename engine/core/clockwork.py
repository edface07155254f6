"""The desk's rule about moments: aware, and in UTC."""

from datetime import UTC, datetime, timedelta


def require_utc(at: datetime) -> datetime:
    """`at` itself; raises ValueError when it is naive or of another zone."""
    if at.tzinfo is None or at.utcoffset() != timedelta(0):
        raise ValueError(f"a moment must be aware UTC, got {at!r}")
    return at


def parse_utc(text: str) -> datetime:
    """The moment of "2026-11-21T13:00", UTC unless it says so itself; raises ValueError."""
    at = datetime.fromisoformat(text)
    return require_utc(at if at.tzinfo is not None else at.replace(tzinfo=UTC))


def from_ms(value_ms: int) -> datetime:
    """The moment `value_ms` milliseconds after the epoch."""
    return datetime.fromtimestamp(value_ms // 1000, UTC) + timedelta(milliseconds=value_ms % 1000)


def to_ms(at: datetime) -> int:
    """Milliseconds since the epoch, rounded down."""
    return int((require_utc(at) - _EPOCH) // timedelta(milliseconds=1))


_EPOCH = datetime.fromtimestamp(0, UTC)
