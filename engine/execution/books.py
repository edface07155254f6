"""What the desk knows now: its state, open positions, orders that are not over, last prices.

Only the loop's side of the process changes it, and never across an await: a change is computed,
put in place, and then made durable by the scribe.
"""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from engine.core.approvals import Approval, Shadow
from engine.core.events import Event
from engine.core.kinds import OrderState, Purpose
from engine.core.market import Instrument, PriceMoved
from engine.core.money import ZERO
from engine.core.orders import LAPSED, OPEN, UNFILLED, Order
from engine.core.ports import Memory, Record
from engine.core.positions import EntryTerms, Position
from engine.core.state import DeskState, EquityPoint
from engine.execution.evidence import Evidence

HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Books:
    """The desk's working memory; `Memory` is what of it survives."""

    instruments: dict[str, Instrument]
    state: DeskState = field(default_factory=DeskState)
    positions: dict[int, Position] = field(default_factory=dict)  # open ones
    orders: dict[str, Order] = field(default_factory=dict)  # open ones and retryable exits
    fill_ids: set[str] = field(default_factory=set)  # of these orders
    heard: dict[str, datetime] = field(default_factory=dict)  # payments and forced orders taken in
    funding_ratio: dict[str, float] = field(default_factory=dict)  # last settled, by symbol
    last_price: dict[str, PriceMoved] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)
    not_traded: dict[str, str] = field(default_factory=dict)  # symbol -> what the venue says
    decided: dict[str, int | None] = field(default_factory=dict)  # after the cursor
    entries_at: deque[datetime] = field(default_factory=deque)
    touched: set[int] = field(default_factory=set)  # positions whose guard moved, not yet durable
    points: list[EquityPoint] = field(default_factory=list)  # not yet durable
    remarks: list[Event] = field(default_factory=list)  # not yet durable, in no hurry
    approvals: dict[int, Approval] = field(default_factory=dict)  # those that are not settled
    last_approval: int = 0
    shadows: dict[int, Shadow] = field(default_factory=dict)  # those that would still be open
    last_decision: str = ""
    evidence: Evidence = field(default_factory=Evidence)  # of all closed trades

    def remember(self, memory: Memory) -> None:
        """Takes over what the journal kept."""
        if memory.state is not None:
            self.state = memory.state
        self.positions = {position.position_id: position for position in memory.positions}
        self.orders = {order.client_order_id: order for order in memory.orders}
        self.fill_ids = set(memory.fill_ids)
        self.heard = dict(memory.heard)
        self.decided = dict(memory.decided)
        self.entries_at = deque(memory.entries_at)
        self.approvals = {approval.number: approval for approval in memory.approvals}
        self.last_approval = memory.last_approval
        self.shadows = {shadow.number: shadow for shadow in memory.shadows}
        self.evidence = Evidence()
        for past in memory.past:
            self.evidence.note(past)

    def position_on(self, symbol: str) -> Position | None:
        """The open position on `symbol`; there is at most one."""
        return next((p for p in self.positions.values() if p.symbol == symbol), None)

    def orders_of(self, position_id: int) -> list[Order]:
        return [order for order in self.orders.values() if order.position_id == position_id]

    def has_open_order(self, symbol: str) -> bool:
        return any(
            o.request.symbol == symbol and o.state in OPEN and o.purpose is not Purpose.PROTECT
            for o in self.orders.values()
        )

    def entries_on_their_way(self) -> list[tuple[Order, EntryTerms]]:
        """Entries that may still fill: they count against the limits before they do."""
        return [
            (order, order.terms)
            for order in self.orders.values()
            if order.terms is not None and order.state in OPEN
        ]

    def frozen(self) -> set[str]:
        """Symbols with an order of unknown outcome: no entries there until it is found."""
        unknown = OrderState.UNKNOWN
        return {o.request.symbol for o in self.orders.values() if o.state is unknown}

    def leaving_base(self, position_id: int) -> Decimal:
        """The part of a position that is on its way out."""
        orders = self.orders_of(position_id)
        exits = (order for order in orders if order.purpose.is_leaving and order.state in OPEN)
        return sum((order.leaves_base for order in exits), ZERO)

    def owed(self, position_id: int) -> list[Order]:
        """Exits that ended before they were filled: the rest of each is to be tried again, as
        the next attempt.
        """
        latest: dict[Purpose, Order] = {}
        for order in self.orders_of(position_id):
            known = latest.get(order.purpose)
            if order.purpose.is_leaving and (known is None or order.attempt > known.attempt):
                latest[order.purpose] = order
        return [
            order
            for order in latest.values()
            if order.state in UNFILLED or (order.state in LAPSED and order.leaves_base > 0)
        ]

    def next_attempt(self, position_id: int, purpose: Purpose) -> int:
        attempts = [o.attempt for o in self.orders_of(position_id) if o.purpose is purpose]
        return max(attempts, default=0) + 1

    def mark_price(self, symbol: str) -> float | None:
        """The mid of the last quote, else the last traded price; None before the first."""
        moved = self.last_price.get(symbol)
        if moved is None:
            return None
        return moved.quote.mid_price if moved.quote is not None else moved.close_price

    def put(self, position: Position) -> None:
        """Keeps an open position, forgets a flat one together with its finished orders."""
        if position.is_open:
            self.positions[position.position_id] = position
            return
        self.positions.pop(position.position_id, None)
        self.touched.discard(position.position_id)
        for order in self.orders_of(position.position_id):
            if order.state not in OPEN:
                del self.orders[order.client_order_id]

    def entries_last_hour(self, now: datetime) -> int:
        while self.entries_at and now - self.entries_at[0] >= HOUR:
            self.entries_at.popleft()
        return len(self.entries_at)

    def pending(self) -> Record:
        """What waits to become durable with the next record; it is taken out of the books."""
        moved = tuple(self.positions[i] for i in sorted(self.touched) if i in self.positions)
        record = Record(
            positions=moved,
            equity=tuple(self.points),
            state=self.state,
            events=tuple(self.remarks),
        )
        self.touched.clear()
        self.points.clear()
        self.remarks.clear()
        return record

    def book_cash(self, flow_quote: Decimal) -> None:
        self.state = replace(self.state, cash_quote=self.state.cash_quote + flow_quote)


def resting_stops(books: Books, position_id: int) -> list[Order]:
    """The stops of a position that rest at the venue, or may."""
    orders = books.orders_of(position_id)
    return [o for o in orders if o.purpose is Purpose.PROTECT and o.state in OPEN]


def resting_entries(books: Books) -> list[tuple[Order, datetime]]:
    """Limit entries that may still fill, and when the life of each is over."""
    found = ((o, o.expires_at) for o in books.orders.values() if o.state in OPEN)
    return [(order, expires_at) for order, expires_at in found if expires_at is not None]
