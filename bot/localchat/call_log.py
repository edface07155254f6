"""Every Bot API call with its answer, numbered, for tests to read and to wait for."""

import asyncio
from collections import deque
from typing import NamedTuple

from bot.localchat.bell import Bell
from bot.localchat.refusal import Json

CALLS_LIMIT = 5_000


class Call(NamedTuple):
    """One call: when (Unix seconds), what, and what was answered with which HTTP status."""

    seq: int
    at_s: float
    method: str
    params: Json
    status: int
    answer: Json

    @property
    def is_idle(self) -> bool:
        """True for a `getUpdates` that brought nothing."""
        return self.method == "getUpdates" and self.answer.get("result") == []

    def shown(self) -> Json:
        """The call as the simulation API shows it."""
        return {**self._asdict(), "ok": self.answer.get("ok", False)}


class CallLog:
    """The last `limit` calls; `seq` grows by one per call and never starts again."""

    def __init__(self, limit: int = CALLS_LIMIT) -> None:
        self._calls: deque[Call] = deque(maxlen=limit)
        self._bell = Bell()
        self.last_seq = 0

    def add(self, at_s: float, method: str, params: Json, status: int, answer: Json) -> Call:
        """The recorded call. An empty poll replaces the empty poll before it."""
        self.last_seq += 1
        call = Call(self.last_seq, at_s, method, params, status, answer)
        if self._calls and call.is_idle and self._calls[-1].is_idle:
            self._calls.pop()  # a quiet night must not push out what happened in the evening
        self._calls.append(call)
        self._bell.ring()
        return call

    def since(self, seq: int, method: str = "") -> list[Call]:
        """Calls after `seq`, oldest first, of one method or of all."""
        wanted = method.lower()
        found = []
        for call in reversed(self._calls):
            if call.seq <= seq:
                break
            if wanted in {"", "*", call.method.lower()}:
                found.append(call)
        return found[::-1]

    async def wait(self, seq: int, method: str, count: int, timeout_s: float) -> list[Call]:
        """What `since` gives as soon as there are `count`, or what came until the time ran out."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout_s
        while len(found := self.since(seq, method)) < count:
            left_s = deadline_s - loop.time()
            if left_s <= 0 or not await self._bell.wait(left_s):
                return self.since(seq, method)
        return found

    def clear(self) -> None:
        """Forgets the calls; the numbers go on."""
        self._calls.clear()
