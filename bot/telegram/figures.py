"""Figures of the calls to Telegram, for metrics and /health."""

from collections import deque
from dataclasses import dataclass, field

RECENT = 128  # calls whose times are kept, per method


@dataclass(slots=True)
class CallFigures:
    """Figures of one Bot API method since the start."""

    calls: int = 0
    errors: int = 0
    total_s: float = 0.0
    slowest_s: float = 0.0
    recent_s: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))


@dataclass(slots=True)
class CallBook:
    """Figures per method, and how often Telegram asked us to slow down."""

    by_method: dict[str, CallFigures] = field(default_factory=dict)

    def note(self, method: str, took_s: float, *, failed: bool) -> None:
        """Counts one call."""
        figures = self.by_method.setdefault(method, CallFigures())
        figures.calls += 1
        figures.errors += failed
        figures.total_s += took_s
        figures.slowest_s = max(figures.slowest_s, took_s)
        figures.recent_s.append(took_s)
