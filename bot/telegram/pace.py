"""When the next message may leave: the flood limits, kept on our side so that none is ever hit.

Telegram's limits are about one message a second in a chat (bursts of three are tolerated), 20 a
minute in a group and 30 a second in all (facts/telegram.md section 9). Some slots of each belong to
the safety priority, so a panic's reply never waits behind alerts; some more belong to replies, so
that who asks in a storm of alerts is answered at once.

Moments are those of the *answer*, and what is in flight counts as sent now: the server then sees
at least the gaps kept here, whatever the network adds.
"""

from collections import deque
from dataclasses import dataclass

from engine.core.messages import Priority


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in any `window_s`.

    `reserved` of them are kept for safety, and `for_replies` more for safety and replies.
    """

    count: int
    window_s: float
    reserved: int
    for_replies: int = 0

    def kept_from(self, priority: Priority) -> int:
        """How many of the slots a message of this priority may not use."""
        if priority is Priority.SAFETY:
            return 0
        return self.reserved + (0 if priority is Priority.REPLY else self.for_replies)


CHAT = Limit(3, 3.0, 1, 1)
GROUP = Limit(20, 60.0, 2, 2)
OVERALL = Limit(30, 1.0, 5, 5)
MARGIN_S = 0.02  # clocks of two machines do not tick alike


class Window:
    """The moments of the last messages under one limit."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._done: deque[float] = deque(maxlen=limit.count)
        self._in_flight = 0

    def wait_s(self, now_s: float, priority: Priority) -> float:
        """Seconds until one more message of this priority may leave; 0 when it may now.

        While too many are in flight to know, it is the whole window.
        """
        limit = self._limit
        slots = limit.count - limit.kept_from(priority) - self._in_flight
        if slots <= 0:
            return limit.window_s
        if len(self._done) < slots:
            return 0.0
        return max(0.0, self._done[-slots] + limit.window_s + MARGIN_S - now_s)

    def begin(self) -> None:
        """A message leaves."""
        self._in_flight += 1

    def end(self, now_s: float) -> None:
        """Its answer came, or will never come."""
        self._in_flight -= 1
        self._done.append(now_s)


class Pace:
    """The limits of one chat and of all chats together."""

    def __init__(self, chat_id: int, overall: Window, chat_limit: Limit = CHAT) -> None:
        self._windows = [Window(chat_limit), overall]
        if chat_id < 0:
            self._windows.append(Window(GROUP))

    def wait_s(self, now_s: float, priority: Priority) -> float:
        """Seconds until one more message of this priority may leave this chat."""
        return max(window.wait_s(now_s, priority) for window in self._windows)

    def begin(self) -> None:
        """A message leaves."""
        for window in self._windows:
            window.begin()

    def end(self, now_s: float) -> None:
        """Its answer came, or will never come."""
        for window in self._windows:
            window.end(now_s)
