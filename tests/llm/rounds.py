"""Seats, questions and tools for rounds against the loopback endpoints."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from engine.core.errors import StorageError
from engine.core.model_calls import (
    ModelCall,
    ParleyRound,
    Spending,
    TapeMode,
    TapeStore,
    VoterRecord,
)
from engine.core.parameters import Parameters
from engine.execution.clocks import SystemClock
from engine.market.barriers import BaseRates
from llm.budget import Budget
from llm.checks.reply import reply_schema
from llm.clients.contract import Address, Answer, Client, Dialect, Prompt
from llm.clients.vendors import Vendors
from llm.contract import ErrorKind, Question
from llm.prices import FREE, Price
from llm.prompts.personas import persona_for
from llm.tape import MemoryTape, Tape
from llm.transport.asker import RoundAsker, Tools
from llm.transport.breaker import OF_THE_ACCOUNT, Breaker
from llm.transport.seats import ModelSeat, Open
from llm.transport.voter import ModelVoter
from tests.llm.snapshots import a_snapshot

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DEAR = Price(input_usd=1000.0, output_usd=1000.0, cached_usd=100.0, written_usd=1000.0)


class StandingWall:
    """A wall clock that moves only by sleeping."""

    def __init__(self) -> None:
        self.slept_s: list[float] = []
        self.s = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.s)

    def monotonic_s(self) -> float:
        return self.s

    async def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.s += seconds


@dataclass
class Notebook:
    """A CallBook in memory, and a Watch that remembers."""

    calls: dict[tuple[str, str], ModelCall] = field(default_factory=dict)
    written: list[ModelCall] = field(default_factory=list)
    rounds: list[ParleyRound] = field(default_factory=list)
    down: list[tuple[str, ErrorKind, float]] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    falls: list[float] = field(default_factory=list)
    is_broken: bool = False

    async def note_calls(self, calls: Sequence[ModelCall]) -> None:
        if self.is_broken:
            raise StorageError("the disk is full")
        self.written += calls
        self.calls.update({(call.round_id, call.voter): call for call in calls})

    async def note_round(self, held: ParleyRound) -> None:
        self.rounds.append(held)

    async def spending(self, since: datetime) -> Spending:
        fallen = sum(held.rung not in {"all", "quorum"} for held in self.rounds)
        return Spending(
            total_usd=sum(call.cost_usd for call in self.calls.values()),
            by_voter={},
            rounds=len(self.rounds),
            fallen_rounds=fallen,
        )

    async def records(self, since: datetime) -> tuple[VoterRecord, ...]:
        return ()

    def provider_down(self, voter: str, account: str, kind: ErrorKind, for_s: float) -> None:
        self.down.append((voter, kind, for_s))

    def budget_used(self, used_ratio: float) -> None:
        self.levels.append(used_ratio)

    def fell_back(self, fallen_ratio: float) -> None:
        self.falls.append(fallen_ratio)

    def trouble(self, text: str) -> None:
        self.troubles.append(text)


class Scripted:
    """A client that gives the answers it was given, the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Prompt, Dialect]] = []

    async def ask(self, prompt: Prompt, dialect: Dialect, timeout_s: float) -> Answer:
        self.asked.append((prompt, dialect))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def opener(client: Client) -> Open:
    async def opened(address: Address) -> Client:
        return client

    return opened


def a_question(snapshot_id: str = "abc123abc123", fence: str = "DATA-1") -> Question:
    return Question(
        snapshot=a_snapshot(),
        base=BaseRates(0.4, 0.4, 1000),
        barrier_atr=2.0,
        horizon_bars=48,
        close_price=100.0,
        atr_price=1.0,
        known=MappingProxyType({"close": 100.0}),
        snapshot_id=snapshot_id,
        symbol="ASSET-1",
        masked=True,
        sheet='{"symbol":"ASSET-1"}',
        fence=fence,
    )


def a_seat(
    name: str = "oak",
    *,
    url: str = "http://127.0.0.1:9/v1",
    provider: str = "openai",
    price: Price = FREE,
    key: str = "sk-hunter2",
    account: str = "",
) -> ModelSeat:
    return ModelSeat(
        name=name,
        address=Address(provider=provider, model="m-1", base_url=url, api_key=key),
        account=account or f"{provider} at {url}",
        persona=persona_for(name),
        price=price,
    )


@dataclass
class Table:
    """A round's asker with everything in reach."""

    asker: RoundAsker
    notebook: Notebook
    budget: Budget
    voters: tuple[ModelVoter, ...]


def a_table(
    seats: Sequence[tuple[ModelSeat, Open]],
    *,
    wall: Any = None,
    parameters: Parameters | None = None,
    tape: TapeStore | None = None,
    mode: TapeMode = TapeMode.OFF,
    notebook: Notebook | None = None,
    now: Callable[[], datetime] = lambda: NOW,
) -> Table:
    wall = wall or StandingWall()
    notebook = notebook or Notebook()
    present = parameters or Parameters()
    budget = Budget(lambda: present, now)
    accounts: dict[str, Breaker] = {}
    voters = tuple(
        ModelVoter(
            seat,
            client=opened,
            account=accounts.setdefault(seat.account, Breaker(OF_THE_ACCOUNT, wall.monotonic_s)),
            budget=budget,
            wall=wall,
            chance=lambda: 0.5,
        )
        for seat, opened in seats
    )
    tools = Tools(
        tape=Tape(tape or MemoryTape(), mode),
        book=notebook,
        budget=budget,
        watch=notebook,
        wall=wall,
        parameters=lambda: present,
        schema=reply_schema(),
    )
    return Table(RoundAsker(voters, tools), notebook, budget, voters)


def a_real_wall() -> SystemClock:
    def failed(error: BaseException) -> None:
        raise error

    return SystemClock(failed)


def real_vendors(wall: SystemClock) -> Vendors:
    return Vendors(wall.now)


def kinds(replies: Mapping[str, Any]) -> dict[str, str]:
    return {name: getattr(reply.error_kind, "value", "ok") for name, reply in replies.items()}
