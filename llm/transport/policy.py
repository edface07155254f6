"""When a failed request is made again: one policy, pure. The deadline of the round is absolute."""

from dataclasses import dataclass

from llm.clients.contract import Answer, Dialect, Strictness
from llm.contract import ErrorKind

ATTEMPTS = 3  # requests of one voter in one round, re-asking included
FIRST_PAUSE_S = 0.2
SHORTEST_CALL_S = 0.5  # with less than this left no answer can come in time
MOST_TOKENS_FACTOR = 2

# The server did not read the question, or said that it will later: the same request again.
RETRIED = frozenset(
    {
        ErrorKind.RATE_LIMIT,
        ErrorKind.OVERLOADED,
        ErrorKind.SERVER,
        ErrorKind.CONNECT,
        ErrorKind.BAD_TRANSPORT,
    }
)
# The model answered beside the form: asked once more, with what was wrong.
ASKED_AGAIN = frozenset(
    {ErrorKind.BAD_JSON, ErrorKind.BAD_SCHEMA, ErrorKind.TRUNCATED, ErrorKind.EMPTY}
)
# Nothing that we repeat would mend these.
FINAL = frozenset(
    {
        ErrorKind.AUTH,
        ErrorKind.QUOTA,
        ErrorKind.BAD_REQUEST,
        ErrorKind.TIMEOUT,
        ErrorKind.REFUSAL,
        ErrorKind.BUDGET,
        ErrorKind.CIRCUIT_OPEN,
    }
)


@dataclass(frozen=True, slots=True)
class Tries:
    """What was done so far for one answer."""

    requests: int = 0
    asked_again: bool = False


def pause_before_retry_s(
    answer: Answer, tries: Tries, left_s: float, chance_ratio: float
) -> float | None:
    """How long to wait before the next request, or None: this answer stands.

    `chance_ratio` in [0, 1) spreads the pauses of many voters: 0.2 s x 2^n, times 0.5 to 1.5. A
    server's own wish is kept where it fits what is left of the round, and ends the asking where
    it does not.
    """
    kind = answer.kind
    if kind is None or kind in FINAL or tries.requests >= ATTEMPTS:
        return None
    if kind in ASKED_AGAIN:
        return None if tries.asked_again or left_s < SHORTEST_CALL_S else 0.0
    pause_s = FIRST_PAUSE_S * 2.0 ** (tries.requests - 1) * (0.5 + chance_ratio)
    if answer.wait_s is not None:
        pause_s = max(pause_s, answer.wait_s)
    return pause_s if pause_s + SHORTEST_CALL_S <= left_s else None


def plainer(dialect: Dialect, answer: Answer) -> Dialect | None:
    """The dialect to try after a request that was not understood; None when there is no other."""
    if not answer.mendable:
        return None
    name = answer.parameter.partition(".")[0].partition("[")[0]
    if name in _DROPPED and name not in dialect.refused:
        return Dialect(dialect.strictness, dialect.refused | {name})
    if name in {"", "response_format", "output_config"} and (
        dialect.strictness is not Strictness.PROMPT
    ):
        return Dialect(Strictness(dialect.strictness + 1), dialect.refused)
    return None


_DROPPED = frozenset({"max_completion_tokens", "max_tokens", "cache_control"})
