"""Orders, their fills, the venue's answers, and the table of an order's life."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from engine.core.errors import DeskError
from engine.core.kinds import Liquidity, OrderKind, OrderState, Purpose, Side
from engine.core.money import ZERO
from engine.core.positions import EntryTerms
from engine.core.reasons import Reason

S = OrderState

WORKING = frozenset({S.ACCEPTED, S.PARTIALLY_FILLED})  # can still trade
OPEN = WORKING | {S.INTENT, S.SENT, S.UNKNOWN}  # not proved to be over
TERMINAL = frozenset(set(S) - OPEN)
UNFILLED = frozenset({S.NEVER_ARRIVED, S.REFUSED})  # over without a fill: an exit tries again
LAPSED = frozenset({S.CANCELLED, S.EXPIRED})  # over before all of it was filled


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """What the venue is asked for. `qty_base` and prices are on the instrument's steps."""

    client_order_id: str
    symbol: str
    side: Side
    kind: OrderKind
    qty_base: Decimal
    limit_price: Decimal | None = None
    trigger_price: Decimal | None = None  # of STOP and TAKE_PROFIT
    reduce_only: bool = False
    post_only: bool = False  # a LIMIT that would take is refused instead
    decision_price: float  # what the desk saw when it decided; slippage is measured from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One execution (ccxt's "trade"); keyed by the venue's id of it."""

    fill_id: str
    client_order_id: str
    symbol: str
    side: Side
    qty_base: Decimal
    price: Decimal
    fee_quote: Decimal
    liquidity: Liquidity
    filled_at: datetime
    fee_base: Decimal = ZERO  # taken from the coins that a spot purchase brought
    fee_elsewhere_quote: Decimal = ZERO  # the part of `fee_quote` that a third coin paid; its worth

    @property
    def notional_quote(self) -> Decimal:
        return self.qty_base * self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that moved without an order: one funding interval. Keyed by the venue's id of it."""

    payment_id: str
    symbol: str
    flow_quote: Decimal  # what it added to cash; negative: paid
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueOrder:
    """The venue's view of one order: its state and every fill of it so far."""

    client_order_id: str
    symbol: str
    state: OrderState
    fills: tuple[Fill, ...] = ()
    venue_order_id: str = ""
    is_forced: bool = False  # the venue's own order against our position: a liquidation


Report = VenueOrder | Payment  # what a venue tells unasked


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The venue has the order; `order` is its state."""

    order: VenueOrder


@dataclass(frozen=True, slots=True)
class RefusedBy:
    """The venue said no, definitely."""

    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows: a time-out, a cut reply, garbage. Ask by the client_order_id; never resend."""

    text: str


Outcome = Confirmed | RefusedBy | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The desk's journal row of one order."""

    request: OrderRequest
    position_id: int
    purpose: Purpose
    attempt: int
    state: OrderState
    created_at: datetime
    sent_at: datetime | None = None
    done_at: datetime | None = None
    filled_base: Decimal = ZERO
    fee_quote: Decimal = ZERO
    avg_price: Decimal | None = None
    latency_ms: float | None = None  # from sent to the venue's answer
    reason: Reason | None = None
    reason_text: str = ""
    exit_reason: int = 0  # engine.rules.exits.ExitReason of an exit order
    terms: EntryTerms | None = None  # of an entry: what its fill opens

    @property
    def client_order_id(self) -> str:
        return self.request.client_order_id

    @property
    def leaves_base(self) -> Decimal:
        """What is not yet executed."""
        return self.request.qty_base - self.filled_base

    @property
    def expires_at(self) -> datetime | None:
        """The market's moment at which a limit entry's life is over; None: it has none."""
        if self.terms is None or not self.terms.life_s > 0.0 or self.sent_at is None:
            return None
        return self.sent_at + timedelta(seconds=self.terms.life_s)


class Trigger(StrEnum):
    """What moves an order from state to state."""

    SEND = "send"
    ACCEPTED = "accepted"
    PARTIAL_FILL = "partial_fill"
    FILL = "fill"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    ABSENT = "absent"  # proved: the venue never saw it


T = Trigger

TRANSITIONS: dict[tuple[OrderState, Trigger], OrderState] = {
    (S.INTENT, T.SEND): S.SENT,
    (S.INTENT, T.ABSENT): S.NEVER_ARRIVED,  # found at start-up: nothing left the process
    (S.SENT, T.ACCEPTED): S.ACCEPTED,
    (S.SENT, T.PARTIAL_FILL): S.PARTIALLY_FILLED,
    (S.SENT, T.FILL): S.FILLED,
    (S.SENT, T.REFUSED): S.REFUSED,
    (S.SENT, T.TIMED_OUT): S.UNKNOWN,
    (S.SENT, T.CANCELLED): S.CANCELLED,  # an IOC that found nobody
    (S.SENT, T.EXPIRED): S.EXPIRED,
    (S.SENT, T.ABSENT): S.NEVER_ARRIVED,  # the connection was refused: nothing was sent
    (S.UNKNOWN, T.ACCEPTED): S.ACCEPTED,
    (S.UNKNOWN, T.PARTIAL_FILL): S.PARTIALLY_FILLED,
    (S.UNKNOWN, T.FILL): S.FILLED,  # found again by its client_order_id
    (S.UNKNOWN, T.REFUSED): S.REFUSED,
    (S.UNKNOWN, T.TIMED_OUT): S.UNKNOWN,  # asked, and still nobody knows
    (S.UNKNOWN, T.CANCELLED): S.CANCELLED,
    (S.UNKNOWN, T.EXPIRED): S.EXPIRED,
    (S.UNKNOWN, T.ABSENT): S.NEVER_ARRIVED,
    (S.ACCEPTED, T.ACCEPTED): S.ACCEPTED,
    (S.ACCEPTED, T.PARTIAL_FILL): S.PARTIALLY_FILLED,
    (S.ACCEPTED, T.FILL): S.FILLED,
    (S.ACCEPTED, T.CANCELLED): S.CANCELLED,
    (S.ACCEPTED, T.EXPIRED): S.EXPIRED,
    (S.ACCEPTED, T.REFUSED): S.REFUSED,  # venues accept, then reject: self-trade, risk engine
    (S.PARTIALLY_FILLED, T.ACCEPTED): S.PARTIALLY_FILLED,  # old news: a fill is never undone
    (S.PARTIALLY_FILLED, T.PARTIAL_FILL): S.PARTIALLY_FILLED,
    (S.PARTIALLY_FILLED, T.FILL): S.FILLED,
    (S.PARTIALLY_FILLED, T.CANCELLED): S.CANCELLED,  # the filled part stays
    (S.PARTIALLY_FILLED, T.EXPIRED): S.EXPIRED,
    (S.FILLED, T.ACCEPTED): S.FILLED,  # old news: an answer that was overtaken by a later one
    (S.FILLED, T.PARTIAL_FILL): S.FILLED,
    (S.CANCELLED, T.ACCEPTED): S.CANCELLED,
    (S.EXPIRED, T.ACCEPTED): S.EXPIRED,
    (S.CANCELLED, T.PARTIAL_FILL): S.CANCELLED,  # the filled part of a cancelled order
    (S.CANCELLED, T.FILL): S.FILLED,  # the cancel lost the race: venues do this
    (S.EXPIRED, T.PARTIAL_FILL): S.EXPIRED,
    (S.EXPIRED, T.FILL): S.FILLED,
    (S.NEVER_ARRIVED, T.ACCEPTED): S.ACCEPTED,  # the fence or a clock was wrong: adopt it
    (S.NEVER_ARRIVED, T.PARTIAL_FILL): S.PARTIALLY_FILLED,
    (S.NEVER_ARRIVED, T.FILL): S.FILLED,
    (S.NEVER_ARRIVED, T.CANCELLED): S.CANCELLED,
    (S.NEVER_ARRIVED, T.EXPIRED): S.EXPIRED,
    (S.REFUSED, T.FILL): S.FILLED,  # refused, yet traded: believe the fill
    (S.REFUSED, T.PARTIAL_FILL): S.PARTIALLY_FILLED,
    (S.REFUSED, T.ACCEPTED): S.ACCEPTED,  # refused, yet there: what we took for a no was none
    (S.REFUSED, T.CANCELLED): S.CANCELLED,
    (S.REFUSED, T.EXPIRED): S.EXPIRED,
}

TRIGGER_OF_STATE: dict[OrderState, Trigger] = {
    S.ACCEPTED: T.ACCEPTED,
    S.PARTIALLY_FILLED: T.PARTIAL_FILL,
    S.FILLED: T.FILL,
    S.CANCELLED: T.CANCELLED,
    S.EXPIRED: T.EXPIRED,
    S.REFUSED: T.REFUSED,
}


class BadTransition(DeskError):
    """A change of state that is not in the table."""


def moved(order: Order, trigger: Trigger, *, at: datetime) -> Order:
    """`order` in the state `trigger` leads to; a repeated terminal word changes nothing.

    Raises BadTransition for a change that is not in TRANSITIONS.
    """
    state = TRANSITIONS.get((order.state, trigger))
    if state is None:
        if order.state in TERMINAL and TRIGGER_OF_STATE.get(order.state) == trigger:
            return order  # the venue says it twice
        raise BadTransition(f"{order.client_order_id}: {order.state} does not take {trigger}")
    done_at = at if state in TERMINAL else None
    return replace(order, state=state, done_at=order.done_at or done_at)
