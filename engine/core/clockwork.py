"""The desk's rule about moments: aware, and in UTC."""

from datetime import UTC, datetime, timedelta


def require_utc(at: datetime) -> datetime:
    """`at` itself; raises ValueError when it is naive or of another zone."""
    if at.tzinfo is None or at.utcoffset() != timedelta(0):
        raise ValueError(f"a moment must be aware UTC, got {at!r}")
    return at


def from_ms(value_ms: int) -> datetime:
    """The moment `value_ms` milliseconds after the epoch."""
    return datetime.fromtimestamp(value_ms // 1000, UTC) + timedelta(milliseconds=value_ms % 1000)


def to_ms(at: datetime) -> int:
    """Milliseconds since the epoch, rounded down."""
    return int((require_utc(at) - _EPOCH) // timedelta(milliseconds=1))


_EPOCH = datetime.fromtimestamp(0, UTC)
