"""What is told of the voters: who they are, how they do, what they cost, what they say now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.core.advice import Vote


@dataclass(frozen=True, slots=True)
class SkillPart:
    """Of the votes with a warning, or of those without: what the warnings are worth."""

    labelled: int
    brier_skill_ratio: float  # NaN where there are none
    hit_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VoterSkill:
    """What a voter's forecasts were worth, over those whose outcome is known."""

    labelled: int
    brier_skill_ratio: float  # against the base rate; 0 is no better
    low_ratio: float  # of its 95 % interval
    high_ratio: float
    hit_ratio: float
    warned_ratio: float
    evidence: str  # in fixed words: no evidence, weak, supported
    warned: SkillPart
    clean: SkillPart


@dataclass(frozen=True, slots=True, kw_only=True)
class VoterRow:
    """One voter's line on the board. `is_model` False: an analyst of our own, free and instant."""

    name: str
    is_model: bool
    provider: str
    model: str
    persona: str
    asked: int
    answered: int
    latency_ms: float  # mean of its answers; NaN without any
    slowest_ms: float
    cost_usd: float
    cached_ratio: float  # of its input, read from the provider's cache; NaN: unknown
    failures: tuple[tuple[str, int], ...]  # kind, how often; the most frequent first
    resting: str  # why it is not asked at present; empty: it is
    resting_s: float
    cutoff: str  # how far it knows the past, "2024-10"; empty: not known
    skill: VoterSkill | None = None

    @property
    def failed_ratio(self) -> float:
        """The share of its questions that brought no vote."""
        return 1.0 - self.answered / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelBoard:
    """Every voter, in the order of VOTERS."""

    rows: tuple[VoterRow, ...]
    mode: str
    days: int  # that the figures cover
    rounds: int  # of the last day
    fallen_ratio: float  # of these, not decided by their models' quorum
    at: datetime
    news: tuple[str, ...] = ()  # a line per feed; empty: none is named
    news_shown: bool = False  # voters see headlines; in masked mode they do not


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """A limit and what is used of it; reservations count as used."""

    name: str
    used_usd: float
    limit_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetCard:
    lines: tuple[BudgetLine, ...]
    round_limit_usd: float
    month_rounds: int
    usd_per_round: float  # this month's mean; NaN without a round
    usd_per_trade: float  # this month's cost over its closed trades; NaN without one
    prices_as_of: str  # of the table; empty: all prices are from the settings
    at: datetime
    guessed: tuple[str, ...] = ()  # voters whose price nobody has told: counted as the dearest


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCard:
    """A round outside of trading: who has answered, and who is still thinking."""

    symbol: str
    timeframe: str
    bar_at: datetime
    close_price: float
    barrier_atr: float
    horizon_bars: int
    base_up_ratio: float
    base_down_ratio: float
    votes: tuple[Vote, ...]  # those that arrived, in the order of the seats
    waiting: tuple[str, ...]
    cost_usd: float
    is_done: bool
    contaminated: tuple[str, ...] = ()  # models that may have read what followed this bar


class ModelDesk(Protocol):
    """What the chat may ask of the parley. Raises UserError and StorageError."""

    async def board(self) -> ModelBoard: ...

    async def budget(self) -> BudgetCard: ...

    def most_usd(self) -> float:
        """What one round may cost at most; 0 when all voters are free."""
        ...

    async def ask(self, symbol: str) -> AskCard:
        """Holds a round on the symbol's last bar now, to its end."""
        ...

    async def begin(self, symbol: str, changed: Callable[[AskCard], None]) -> AskCard:
        """Begins a round on the symbol's last bar, or looks at the one that is under way there.

        How far it is after a moment; `changed` hears of every later vote, and of the end.
        """
        ...
