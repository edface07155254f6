"""A seat: one voter that is a model, with all that it takes to ask it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from llm.clients.contract import Address, Answer, Client, Prompt, Tokens
from llm.contract import ErrorKind
from llm.prices import Price
from llm.prompts.personas import Persona


class Wall(Protocol):
    """The time of the world, which does not stand still for a market."""

    def now(self) -> datetime: ...

    def monotonic_s(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


Open = Callable[[Address], Awaitable[Client]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSeat:
    """One row of VOTERS that names a model."""

    name: str
    address: Address
    account: str  # who is billed and limited: voters of one account fail together
    persona: Persona
    price: Price


@dataclass(slots=True, kw_only=True)
class Work:
    """What was done so far for one voter's answer. It outlives a request that is cut off."""

    seat: ModelSeat
    round_id: str
    snapshot_id: str
    prompt: Prompt
    begun_s: float
    key: str = ""  # of the tape
    ended_s: float | None = None
    requests: int = 0
    asked_again: bool = False
    cost_usd: float = 0.0  # of finished requests, and what is reserved for the one under way
    tokens: Tokens = field(default_factory=Tokens)
    answer: Answer | None = None

    def add(self, tokens: Tokens) -> None:
        """Counts the tokens of one more request."""
        so_far = self.tokens
        self.tokens = Tokens(
            fresh=so_far.fresh + tokens.fresh,
            cached=so_far.cached + tokens.cached,
            written=so_far.written + tokens.written,
            output=so_far.output + tokens.output,
        )

    def kind(self) -> ErrorKind | None:
        """Why there is no text; without any answer, the time ran out."""
        return ErrorKind.TIMEOUT if self.answer is None else self.answer.kind

    def latency_ms(self, now_s: float) -> float:
        """From the first request to the answer, or to now."""
        return ((now_s if self.ended_s is None else self.ended_s) - self.begun_s) * 1000.0
