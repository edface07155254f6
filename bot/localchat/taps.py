"""Taps on buttons: each may be answered once, and not too late."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.localchat.refusal import bad_request

ANSWER_WINDOW_S = 15.0
TAPS_LIMIT = 5_000
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(slots=True)
class Tap:
    """A tap of a person on a button of a message."""

    user_id: int
    chat_id: int
    message_id: int
    at_s: float


class Taps:
    """Taps that wait for their answer."""

    def __init__(self, ids: Iterator[int]) -> None:
        self._ids = ids
        self._waiting: dict[str, Tap] = {}
        self.window_s = ANSWER_WINDOW_S

    def add(self, tap: Tap) -> str:
        """The id of the callback query."""
        query_id = str(next(self._ids))
        self._waiting[query_id] = tap
        while len(self._waiting) > TAPS_LIMIT:
            self._waiting.pop(next(iter(self._waiting)))
        return query_id

    def answer(self, query_id: str, now_s: float) -> Tap:
        """The tap, answered now; raises `Refusal` when unknown, answered before or too old."""
        tap = self._waiting.pop(query_id, None)
        if tap is None or now_s - tap.at_s > self.window_s:
            raise bad_request(TOO_OLD)
        return tap

    def clear(self) -> None:
        """Forgets all taps."""
        self._waiting.clear()
        self.window_s = ANSWER_WINDOW_S
