"""Who is not asked for a while: a provider that is down costs one round its deadline, not all.

Two of them watch a voter: one is shared by all voters of an account, for what is the account's
fault (key, credit, limits, servers); one is the voter's own, for what is its model's. A server
that fails for one model only looks like the account's fault until another voter of the account
is answered: the shared breaker stays closed then, and the voter's own one rests.
"""

from collections.abc import Callable

from llm.contract import ErrorKind

FAILURES = 3  # in a row
OPEN_S = 60.0
LONGEST_S = 900.0
LONG_WAIT_S = 5.0  # a server that asks for more than this is left alone at once

_PERSON_MENDS = frozenset({ErrorKind.AUTH, ErrorKind.QUOTA})  # no waiting of ours does
OF_THE_ACCOUNT = _PERSON_MENDS | {
    ErrorKind.RATE_LIMIT,
    ErrorKind.OVERLOADED,
    ErrorKind.SERVER,
    ErrorKind.CONNECT,
    ErrorKind.BAD_TRANSPORT,
}
OF_THE_VOTER = frozenset({ErrorKind.TIMEOUT, ErrorKind.BAD_REQUEST}) | (
    OF_THE_ACCOUNT - _PERSON_MENDS
)


class Breaker:
    """Closed, open for a while, then one trial. `timer` counts seconds and never jumps."""

    def __init__(self, counts: frozenset[ErrorKind], timer: Callable[[], float]) -> None:
        self._counts = counts
        self._timer = timer
        self._failures = 0
        self._open_until_s: float | None = None
        self._on_trial = False
        self.cause: ErrorKind | None = None  # of being open

    def is_open(self) -> bool:
        """Whether it refuses, or lets only its trial through."""
        return self._open_until_s is not None

    def opens_in_s(self) -> float:
        """Seconds until a trial may go; 0 when one may go now."""
        until_s = self._open_until_s
        return 0.0 if until_s is None else max(0.0, until_s - self._timer())

    def admits(self) -> bool:
        """Whether a request may go; after the pause one may, and its outcome decides."""
        if self._open_until_s is None:
            return True
        if self._on_trial or self._timer() < self._open_until_s:
            return False
        self._on_trial = True
        return True

    def release(self) -> None:
        """The admitted request was not made after all."""
        self._on_trial = False

    def note(self, kind: ErrorKind | None, wait_s: float | None = None) -> bool:
        """Takes the outcome of an admitted request; whether it opened the breaker just now."""
        was_trial, self._on_trial = self._on_trial, False
        if kind not in self._counts:
            # it answered, whatever it said; one asked before it opened says nothing of now
            if kind not in OF_THE_ACCOUNT | OF_THE_VOTER and (was_trial or not self.is_open()):
                self._close()
            return False  # the other breaker's matter says nothing of ours
        self._failures += 1
        pause_s = self._pause_s(kind, wait_s)
        if pause_s is None:
            return False
        was_open = self._open_until_s is not None
        self._open_until_s = self._timer() + pause_s
        self.cause = kind
        return not was_open

    def _pause_s(self, kind: ErrorKind | None, wait_s: float | None) -> float | None:
        if kind in _PERSON_MENDS:
            return LONGEST_S
        if wait_s is not None and wait_s > LONG_WAIT_S:
            return min(wait_s, LONGEST_S)
        return OPEN_S if self._failures >= FAILURES or self.is_open() else None

    def _close(self) -> None:
        self._failures = 0
        self._open_until_s = None
        self.cause = None
