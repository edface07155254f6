"""From a proposal to a closed trade."""

from dataclasses import dataclass
from decimal import Decimal

from engine.core.advice import Proposal, SizeStep, Verdict
from engine.core.events.base import Event
from engine.core.kinds import Purpose
from engine.core.positions import Position, Trade
from engine.core.reasons import Reason


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
class PositionIncreased(Event):
    """A position that wins was added to."""

    position: Position
    qty_base: Decimal
    price: Decimal
    client_order_id: str

    def key(self) -> str:
        return f"PositionIncreased|{self.client_order_id}"


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
