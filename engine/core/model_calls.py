"""What was asked of models, as the desk's memory keeps it: the tape, the calls and the rounds.

US dollars are floats here: they are reckoned from a price table and never enter the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

# Kinds of what a model said: text, a refusal, an answer beside the form. The rest are failures of
# the wire or of ours: a replay repeats them, a live round asks again and never keeps them instead.
SAID_KINDS = frozenset({"", "refusal", "bad_schema"})


class TapeMode(StrEnum):
    """What the desk does with what models said before."""

    LIVE = "live"  # what is on the tape is not asked again; the rest is asked and recorded
    REPLAY = "replay"  # nothing is asked: a miss raises
    OFF = "off"  # asked every time, nothing recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeEntry:
    """What one request brought, by the identity of the request. Never the parsed vote: a change of
    a check or of the calibration can then be tried on the same replies."""

    key: str  # sha256 of all that the model was sent, see llm/tape.py
    voter: str
    snapshot_id: str
    model: str  # as it was asked for
    served_model: str  # as the reply names it
    prompt_hash: str
    kind: str  # empty: a text came
    raw_text: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: float
    latency_ms: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """One voter's part in one round. It is stored before the request leaves, with what it may cost
    at most, and again when it is settled: a crash between the two forgets no dollar."""

    round_id: str
    voter: str
    model: str
    at: datetime
    cost_usd: float  # while it is not settled: what was reserved
    is_settled: bool = False
    kind: str = ""  # why there is no text; empty: there is, or it is not settled
    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    latency_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParleyRound:
    """How one parley with models was decided: on which rung of the fallback ladder."""

    round_id: str
    symbol: str
    at: datetime
    rung: str
    seats: int
    answered: int
    took_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VoterRecord:
    """Sums over the settled calls of one voter."""

    voter: str
    model: str
    asked: int
    answered: int
    cost_usd: float
    latency_ms: float  # mean of those that answered; NaN where none did
    slowest_ms: float
    input_tokens: int
    cached_tokens: int
    failures: Mapping[str, int]  # by kind
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What was spent since a moment, unsettled calls at what was reserved for them."""

    total_usd: float
    by_voter: Mapping[str, float]
    rounds: int
    fallen_rounds: int  # not decided by the models' quorum


class TapeStore(Protocol):
    """The tape's memory. Raises StorageError."""

    async def find(self, keys: Sequence[str]) -> Mapping[str, TapeEntry]: ...

    async def keep(self, entries: Sequence[TapeEntry]) -> None:
        """Stores the entries; one whose key is there already replaces it."""
        ...


class CallBook(Protocol):
    """The memory of what was asked and what it cost. Raises StorageError."""

    async def note_calls(self, calls: Sequence[ModelCall]) -> None:
        """Stores the calls; the second word on a call replaces the first."""
        ...

    async def note_round(self, held: ParleyRound) -> None: ...

    async def spending(self, since: datetime) -> Spending: ...

    async def records(self, since: datetime) -> tuple[VoterRecord, ...]: ...
