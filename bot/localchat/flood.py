"""Flood limits, enforced when asked. Telegram's exact ones are secret; these are a bit stricter.

A chat takes 3 new messages in any 3 s, a group 20 new or edited ones in any 60 s, all chats
together 30 in any second (facts/telegram.md, sections 7 and 9).
"""

import math
from collections import defaultdict, deque
from typing import NamedTuple

from bot.localchat.refusal import too_many_requests

REMEMBERED = 64


class Window(NamedTuple):
    """At most `most` in any `length_s`."""

    most: int
    length_s: float


PER_CHAT = Window(3, 3.0)
PER_GROUP = Window(20, 60.0)
OVERALL = Window(30, 1.0)


class Flood:
    """Counts what was let through; refused calls do not count."""

    def __init__(self, *, on: bool = False) -> None:
        self.on = on
        self._passed: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    def admit(self, chat_id: int, now_s: float, *, is_edit: bool) -> None:
        """Counts one message or edit; raises `Refusal` 429 when it is one too many."""
        if not self.on:
            return
        windows = [("all", OVERALL)]
        if not is_edit:
            windows.append((f"chat {chat_id}", PER_CHAT))
        if chat_id < 0:
            windows.append((f"group {chat_id}", PER_GROUP))
        wait_s = max(_wait_s(self._passed[key], window, now_s) for key, window in windows)
        if wait_s > 0:
            raise too_many_requests(max(1, math.ceil(wait_s)))
        for key, _ in windows:
            self._passed[key].append(now_s)

    def clear(self) -> None:
        """Forgets the past."""
        self._passed.clear()


def _wait_s(passed: deque[float], window: Window, now_s: float) -> float:
    if len(passed) < window.most:
        return 0.0
    return passed[-window.most] + window.length_s - now_s
