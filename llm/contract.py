"""What passes between those who ask voters and those who count votes.

`Question` -> a model's `Reply` (raw text, as it came) -> `llm.checks.ballots.vote_of` -> a `Vote`
(engine/core/advice.py: a forecast with its objections, or an abstention with its reason) ->
`llm.pooling` -> `Verdict`. Rule voters need no reply: they answer with the Vote itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from engine.core.advice import Snapshot, Vote
from engine.market.barriers import BaseRates


class ErrorKind(StrEnum):
    """Why a request brought no usable text. The words are stored."""

    AUTH = "auth"
    QUOTA = "quota"
    RATE_LIMIT = "rate_limit"
    OVERLOADED = "overloaded"
    SERVER = "server"
    BAD_REQUEST = "bad_request"
    TIMEOUT = "timeout"
    CONNECT = "connect"
    BAD_TRANSPORT = "bad_transport"
    REFUSAL = "refusal"
    TRUNCATED = "truncated"
    BAD_JSON = "bad_json"
    BAD_SCHEMA = "bad_schema"
    EMPTY = "empty"
    BUDGET = "budget"
    CIRCUIT_OPEN = "circuit_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One event to forecast, as every voter of a round is asked about it."""

    snapshot: Snapshot  # what our own code reads
    base: BaseRates  # how often the event happened in the market's own past
    barrier_atr: float  # the event: +so many ATR before -so many, within `horizon_bars`
    horizon_bars: int
    close_price: float  # as the sheet tells it: 100 in masked mode, where prices have no scale
    atr_price: float  # in the same scale; and so are the levels of a reply
    known: Mapping[str, float]  # every number of the sheet by its key: what a vote may cite
    snapshot_id: str  # to be echoed: the hash of `sheet`, which it is not part of
    symbol: str  # to be echoed: an alias in masked mode
    masked: bool
    sheet: str  # canonical JSON, all that a model is told of the market; last in the prompt
    fence: str  # stands around data in the prompt; a reply that repeats it is rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one request used. `cost_usd` is ours: no provider tells a price."""

    input_tokens: int = 0  # without the cached ones
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back from one model, unread."""

    voter: str
    raw_text: str = ""
    usage: Usage = Usage()
    latency_ms: float = 0.0
    error_kind: ErrorKind | None = None
    model: str = ""  # as the provider names it in the reply: part of the voter's identity
    prompt_hash: str = ""  # of the persona's prompt file
    from_tape: bool = False


class Asker(Protocol):
    """Puts a question to every seat. What a provider does is a Reply, never an exception."""

    async def ask(self, question: Question) -> Sequence[Reply | Vote]:
        """One answer per seat, in the order of the seats, within the round's deadline."""
        ...
