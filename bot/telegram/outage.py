"""When Telegram is away: since when, and how long to wait before the next try."""

from datetime import datetime, timedelta

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
LONGEST_SAFETY_PAUSE_S = 3.0
AWAY_AFTER = 3  # failures in a row, over all chats


class Outage:
    """Counts failures since the last message that arrived."""

    def __init__(self) -> None:
        self.began_at: datetime | None = None
        self.failures = 0
        self._by_chat: dict[int, int] = {}

    @property
    def is_away(self) -> bool:
        """Whether so much failed that Telegram itself is to be asked before the next message."""
        return self.failures >= AWAY_AFTER

    def failed(self, chat_id: int, now: datetime) -> None:
        """A call did not get through."""
        self.began_at = self.began_at or now
        self.failures += 1
        self._by_chat[chat_id] = self._by_chat.get(chat_id, 0) + 1

    def arrived(self, chat_id: int, now: datetime) -> timedelta:
        """A message got through; returns how long the outage was that this ends."""
        lasted = now - self.began_at if self.began_at else timedelta(0)
        self.began_at = None
        self.failures = 0
        self._by_chat.pop(chat_id, None)
        return lasted

    def answered(self) -> None:
        """Telegram answers again, though no message got through yet."""
        self.failures = 0

    def pause_s(self, chat_id: int, *, is_safety: bool) -> float:
        """How long this chat waits after its last failure."""
        longest_s = LONGEST_SAFETY_PAUSE_S if is_safety else LONGEST_PAUSE_S
        return backoff_s(self._by_chat.get(chat_id, 1), longest_s)


def backoff_s(failures: int, longest_s: float = LONGEST_PAUSE_S) -> float:
    """The pause after so many failures in a row: doubled each time, up to `longest_s`."""
    return float(min(FIRST_PAUSE_S * 2 ** min(failures - 1, 16), longest_s))
