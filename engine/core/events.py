"""What happened: past tense, frozen, aware UTC. Each has a key: the same thing told twice is one.

The journal stores them, alerts speak them, metrics count them. `handlers/alerts` has a wording
for every class here, or a row that says why not.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.core.advice import Proposal, SizeStep, Verdict, Vote
from engine.core.clockwork import require_utc
from engine.core.kinds import PositionSide, Purpose, TradingState
from engine.core.orders import Order
from engine.core.people import Actor
from engine.core.positions import Position, Trade
from engine.core.reasons import Reason
from engine.core.state import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    at: datetime

    def __post_init__(self) -> None:
        require_utc(self.at)

    def key(self) -> str:
        """Names what happened; a second event of the same key is the same event."""
        return f"{type(self).__name__}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStarted(Event):
    """The desk is up: recovered, and trading as `trading` allows."""

    mode: str  # words for the person: "paper on a simulated market"
    trading: TradingState
    open_positions: int
    resolved_orders: int  # orders whose outcome recovery had to find out
    boot_id: str

    def key(self) -> str:
        return f"DeskStarted|{self.boot_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStopped(Event):
    why: str
    boot_id: str

    def key(self) -> str:
        return f"DeskStopped|{self.boot_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDecided(Event):
    """A proposal got its answer: denied with a reason, or taken as position `position_id`."""

    proposal: Proposal
    verdict: Verdict | None
    position_id: int | None = None
    reason: Reason | None = None
    text: str = ""
    size_steps: tuple[SizeStep, ...] = ()  # how the size of what was taken came about

    def key(self) -> str:
        return f"ProposalDecided|{self.proposal.key}|{self.position_id or 0}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOpened(Event):
    position: Position

    def key(self) -> str:
        return f"TradeOpened|{self.position.position_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionReduced(Event):
    """A part of a position was closed; the rest goes on."""

    position: Position
    qty_base: Decimal
    price: Decimal
    purpose: Purpose
    exit_reason: int
    client_order_id: str

    def key(self) -> str:
        return f"PositionReduced|{self.client_order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeClosed(Event):
    trade: Trade

    def key(self) -> str:
        return f"TradeClosed|{self.trade.trade_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefused(Event):
    order: Order
    reason: Reason
    text: str

    def key(self) -> str:
        return f"OrderRefused|{self.order.client_order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUnknown(Event):
    """Nobody knows what became of the order; the symbol takes no entries until it is found."""

    order: Order
    text: str

    def key(self) -> str:
        return f"OrderUnknown|{self.order.client_order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderResolved(Event):
    """An order of unknown outcome was found, or proved never to have arrived."""

    order: Order

    def key(self) -> str:
        return f"OrderResolved|{self.order.client_order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingStateChanged(Event):
    before: TradingState
    after: TradingState
    cause: Cause
    why: str
    actor: Actor

    def key(self) -> str:
        return f"TradingStateChanged|{self.after}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedWentStale(Event):
    symbol: str
    last_at: datetime

    def key(self) -> str:
        return f"FeedWentStale|{self.symbol}|{self.last_at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRecovered(Event):
    symbol: str
    silent_s: float

    def key(self) -> str:
        return f"FeedRecovered|{self.symbol}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanicReported(Event):
    """What a panic's second step found at the venue, per symbol."""

    incident_id: str
    flat: tuple[str, ...]
    still_open: tuple[str, ...]
    unknown: tuple[str, ...]

    def key(self) -> str:
        states = ",".join((*self.flat, "/", *self.still_open, "/", *self.unknown))
        return f"PanicReported|{self.incident_id}|{states}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParametersChanged(Event):
    version: int
    changes: tuple[tuple[str, str, str], ...]  # (name, old, new) as a person reads them
    config_hash: str
    actor: Actor
    why: str

    def key(self) -> str:
        return f"ParametersChanged|{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksMismatched(Event):
    """Ours and the venue's holdings differ; entries stop until a person has looked."""

    symbol: str
    ours_base: Decimal
    venue_base: Decimal

    def key(self) -> str:
        return f"BooksMismatched|{self.symbol}|{self.ours_base}|{self.venue_base}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFailed(Event):
    """A long task of the desk died and was started again."""

    task: str
    text: str
    failures: int

    def key(self) -> str:
        return f"TaskFailed|{self.task}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerSeen(Event):
    """Somebody without a role wrote to the bot; told once a day per person."""

    person_id: int
    name: str

    def key(self) -> str:
        return f"StrangerSeen|{self.person_id}|{self.at.date().isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinSeen(Event):
    """Another process polls Telegram with our token."""

    conflicts: int

    def key(self) -> str:
        return f"TwinSeen|{self.at.date().isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DissentSeen(Event):
    """An entry was approved although many voters were against it."""

    symbol: str
    side: PositionSide
    dissent_ratio: float
    votes: tuple[Vote, ...]

    def key(self) -> str:
        return f"DissentSeen|{self.symbol}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyFallbacks(Event):
    """More than the allowed share of a day's parleys were not decided by models."""

    fallen_ratio: float

    def key(self) -> str:
        return f"ManyFallbacks|{self.at.date().isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDown(Event):
    """An account, or one voter's model, is not asked for a while."""

    voter: str
    account: str
    kind: str  # of llm.contract.ErrorKind: the real cause
    pause_s: float

    def key(self) -> str:
        return f"ProviderDown|{self.account}|{self.voter}|{self.kind}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetReached(Event):
    """A level of the day's or the month's budget for models was reached."""

    used_ratio: float

    def key(self) -> str:
        return f"BudgetReached|{self.used_ratio:.1f}|{self.at.date().isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibrated(Event):
    """The last calls were right too seldom: half of what was learned was forgotten."""

    accuracy_ratio: float
    outcomes: int

    def key(self) -> str:
        return f"Recalibrated|{self.outcomes}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasSeen(Event):
    """The voters speak for one side without being right about it: it counts half."""

    side: PositionSide
    outcomes: int

    def key(self) -> str:
        return f"BiasSeen|{self.side.value}|{self.outcomes}"
