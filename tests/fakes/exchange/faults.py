"""Faults of the wire, scripted per request or drawn from a seed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

REASONS = {  # code -> status and words
    -1000: (503, "An unknown error occurred while processing the request."),
    -1006: (
        400,
        "An unexpected response was received from the message bus. Execution status unknown.",
    ),
    -1007: (
        400,
        "Timeout waiting for response from backend server. Send status unknown; execution status"
        " unknown.",
    ),
    -1008: (
        503,
        "Server is currently overloaded with other requests. Please try again in a few minutes.",
    ),
    -1021: (400, "Timestamp for this request is outside of the recvWindow."),
    -2010: (400, "Account has insufficient balance for requested action."),
    -2011: (400, "Unknown order sent."),
    -2015: (401, "Invalid API-key, IP, or permissions for action."),
}


class Kind(StrEnum):
    RESET = "reset"  # the socket is closed without an answer
    SILENCE = "silence"  # never answered
    STATUS = "status"  # an HTTP status, with a code of the exchange or an empty body
    HTML = "html"  # 200, and a page
    CUT_JSON = "cut json"  # a complete message with half a JSON
    CUT_BODY = "cut body"  # half the body, then the socket is closed
    HOLD = "hold"  # stuck in the network: booked when let go, its clock checked then
    DELAY = "delay"  # answered late
    ACT = "act"  # the script does something as the request arrives, or once it is booked


class When(StrEnum):
    BEFORE = "before"  # nothing was booked
    AFTER = "after"  # booked, and the answer is damaged


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a fault may look at it."""

    method: str
    path: str
    words: dict[str, str]


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` requests that match, after `skip` of them went by."""

    kind: Kind
    method: str = ""  # any
    path: str = ""  # a part of the path
    when: When = When.BEFORE
    times: int = 1
    skip: int = 0  # requests that go by before
    status: int = 0  # of STATUS without a code: 500 unless named
    code: int = 0  # of the exchange; its status and words come from REASONS
    retry_after_s: int = 0
    delay_s: float = 0.0
    matches: Callable[[Call], bool] | None = None
    act: Callable[[], object] | None = None
    hits: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)  # by one request at least
    answered: asyncio.Event = field(default_factory=asyncio.Event)  # one, with or without an ear
    freed: asyncio.Event = field(default_factory=asyncio.Event)  # what it holds may go on

    def is_for(self, call: Call) -> bool:
        return (
            self.hits < self.times
            and self.method in ("", call.method)
            and self.path in call.path
            and (self.matches is None or self.matches(call))
        )

    def release(self) -> None:
        """Let the requests go that HOLD keeps."""
        self.freed.set()


@dataclass(slots=True)
class Lottery:
    """Faults drawn from a seed: the same requests in the same order meet the same faults."""

    seed: int
    ratio: float  # of the requests that meet a fault
    make: Callable[[np.random.Generator], Fault]
    method: str = ""
    path: str = ""
    drawn: int = 0

    def draw(self, call: Call) -> Fault | None:
        if self.method not in ("", call.method) or self.path not in call.path:
            return None
        self.drawn += 1
        chance = np.random.default_rng([self.seed, self.drawn])
        if chance.random() >= self.ratio:
            return None
        fault = self.make(chance)
        fault.hits += 1
        return fault


class Faults:
    """Every fault that waits for its request."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lotteries: list[Lottery] = []
        self.met: list[tuple[Fault, Call]] = []

    def add(self, fault: Fault) -> Fault:
        """Wait with `fault` for its request; returns it, so that a test can await `reached`."""
        self._waiting.append(fault)
        return fault

    def draw_from(self, lottery: Lottery) -> None:
        self._lotteries.append(lottery)

    def clear(self) -> None:
        """Forget all, and let go what is held."""
        for fault in [*self._waiting, *(fault for fault, _ in self.met)]:
            fault.release()
        self._waiting, self._lotteries = [], []

    def pick(self, call: Call) -> Fault | None:
        """The fault of this request, counted; None for a request that fares well."""
        for fault in self._waiting:
            if fault.is_for(call):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.hits += 1
                return self._meet(fault, call)
        for lottery in self._lotteries:
            drawn = lottery.draw(call)
            if drawn is not None:
                return self._meet(drawn, call)
        return None

    def _meet(self, fault: Fault, call: Call) -> Fault:
        self.met.append((fault, call))
        fault.reached.set()
        return fault


LOST_ANSWERS: Sequence[tuple[Kind, When]] = tuple(
    (kind, when)
    for kind in (Kind.RESET, Kind.SILENCE, Kind.HTML, Kind.CUT_JSON, Kind.CUT_BODY)
    for when in When
)  # what leaves the sender without knowing


def any_lost_answer(chance: np.random.Generator) -> Fault:
    """One of the faults after which only asking helps."""
    kind, when = LOST_ANSWERS[int(chance.integers(len(LOST_ANSWERS)))]
    return Fault(kind, when=when)
