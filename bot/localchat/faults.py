"""Faults on purpose: an error code, a delay, a dropped connection, for one method or for all."""

from dataclasses import dataclass

from bot.localchat.refusal import Json, Refusal

WORDS = {
    400: "Bad Request: injected fault",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request;"
    " make sure that only one bot instance is running",
    429: "Too Many Requests: retry later",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


@dataclass(slots=True)
class Fault:
    """What happens to the next `times_left` calls of `method` (`*`: any); None: until removed.

    `delay_s` comes first. Then a dropped connection, or an answer with `code`; `after` lets the
    call take effect before it is spoilt. `as_html` answers as a proxy before Telegram would.
    """

    method: str
    code: int = 0
    retry_after_s: int = 0
    times_left: int | None = 1
    delay_s: float = 0.0
    drop: bool = False
    after: bool = False
    as_html: bool = False
    description: str = ""

    def refusal(self) -> Refusal:
        """The answer this fault gives instead of the real one."""
        words = self.description or WORDS.get(self.code, "Injected fault")
        if self.code != 429 and not self.retry_after_s:
            return Refusal(self.code, words)
        wait_s = self.retry_after_s or 1
        words = self.description or f"Too Many Requests: retry after {wait_s}"
        return Refusal(self.code, words, {"retry_after": wait_s})


class Faults:
    """The faults that wait for their call, first in first out."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Puts a fault at the end."""
        self._waiting.append(fault)

    def take(self, method: str) -> Fault | None:
        """The first fault for this method, one time less of it from now on."""
        for fault in self._waiting:
            if fault.method not in {"*", method.lower()}:
                continue
            if fault.times_left is not None:
                fault.times_left -= 1
                if fault.times_left <= 0:
                    self._waiting.remove(fault)
            return fault
        return None

    def clear(self) -> None:
        """Removes all."""
        self._waiting.clear()


def fault_from(body: Json) -> Fault:
    """The fault a request describes; raises `ValueError` with a sentence when it makes no sense."""
    times = body.get("times", 1)
    if times is not None and int(times) == 0:
        raise ValueError("times must not be 0; null or a negative number means: until removed")
    fault = Fault(
        method=str(body.get("method", "*")).lower(),
        code=int(body.get("code") or 0),
        retry_after_s=int(body.get("retry_after") or 0),
        times_left=None if times is None or int(times) < 0 else int(times),
        delay_s=float(body.get("delay") or 0.0),
        drop=bool(body.get("drop")),
        after=bool(body.get("after")),
        as_html=bool(body.get("html")),
        description=str(body.get("description") or ""),
    )
    if fault.retry_after_s and not fault.code:
        fault.code = 429
    if not (fault.code or fault.drop or fault.delay_s):
        raise ValueError("a fault needs one of code, retry_after, delay, drop")
    if fault.code and not 400 <= fault.code <= 599:
        raise ValueError("code must be between 400 and 599")
    if not 0 <= fault.delay_s <= 120:
        raise ValueError("delay must be between 0 and 120 seconds")
    return fault
