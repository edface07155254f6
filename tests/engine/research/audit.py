"""An auditor of the desk: reads what the market told and what the journal wrote, nothing else.

It keeps books of its own and asks, at every moment, whether the desk kept its word. What it finds
goes into `faults`, one sentence each.
"""

import math
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from engine.core.events import TradingStateChanged
from engine.core.kinds import OrderState, Purpose, TradingState
from engine.core.market import FundingSettled, Instrument, MarketEvent, PriceMoved
from engine.core.orders import Fill, Order, Payment
from engine.core.parameters import Parameters
from engine.core.ports import Holdings, Record
from engine.core.positions import Position, Trade
from engine.core.state import DeskState
from tests.engine.research.audit_books import ZERO, AuditBooks
from tests.engine.research.audit_limits import entry_of, likeness_with, limits_with
from tests.engine.research.slow_breaker import SlowBreaker
from tests.engine.research.slow_likeness import SlowLikeness

GRID = Decimal("1e-8")
ROUNDING = 1.0 + 1e-9
ACTIVE = TradingState.ACTIVE


def is_price(event: PriceMoved) -> bool:
    """Whether something can have traded there; what cannot counts as silence."""
    return 0.0 < event.low_price <= event.close_price <= event.high_price < math.inf


@dataclass
class Audit:
    """Hears each event before and after the desk, and each record as it is written."""

    instruments: Mapping[str, Instrument]
    parameters: Parameters
    start_quote: Decimal
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    largest: dict[str, float] = field(default_factory=dict)  # share of equity, by limit
    paid_quote: Decimal = ZERO  # all funding
    trades: list[Trade] = field(default_factory=list)

    def __post_init__(self) -> None:
        start = float(self.start_quote)
        self.books = AuditBooks(self.instruments, self.start_quote)
        self.breaker = SlowBreaker(self.parameters, start, start)
        self.likeness = SlowLikeness()
        self.funding_ratio: dict[str, float] = {}
        self.state = DeskState()
        self.at: datetime | None = None
        self._orders: dict[str, Order] = {}
        self._fill_ids: set[str] = set()
        self._payments: list[Payment] = []  # since the last event
        self._stopped: set[int] = set()  # positions whose stop this moment has reached
        self._entries_at: deque[datetime] = deque()

    def fault(self, text: str) -> None:
        self.faults.append(f"{self.at}: {text}")

    def knew(self, symbol: str, closes: Mapping[datetime, float], funding_ratio: float) -> None:
        """What the desk knew of a symbol before the first event."""
        for at, price in closes.items():
            self.likeness.closed(symbol, at, price)
        self.funding_ratio[symbol] = funding_ratio

    def told(self, event: MarketEvent) -> None:
        """Before the desk takes the event in."""
        self.at = event.at
        self._payments.clear()
        if not isinstance(event, PriceMoved) or not is_price(event):
            return
        for position_id, kept in self.books.kept.items():
            adverse_price = event.low_price if kept.sign > 0 else event.high_price
            reached = (adverse_price - kept.stop_price) * kept.sign <= 0.0
            if kept.symbol == event.symbol and reached:
                self._stopped.add(position_id)
        self.books.marks[event.symbol] = Decimal(repr(float(event.close_price)))

    def digested(self, event: MarketEvent) -> None:
        """After the desk took the event in."""
        if isinstance(event, FundingSettled):
            self.funding_ratio[event.symbol] = event.funding_ratio
            self._settled(event)
        elif isinstance(event, PriceMoved) and is_price(event):
            self.likeness.closed(event.symbol, event.at, event.close_price)
            self._carried(event)

    def moment_over(self, at: datetime, holdings: Holdings) -> None:
        """After the desk's `TimePassed` and its checkpoint."""
        equity_quote = float(self.books.equity_quote())
        self.breaker.moment_over(equity_quote, at)
        wanted = (self.breaker.trading, self.breaker.cause)
        if (self.state.trading, self.state.cause) != wanted:
            self.fault(f"{self.state.trading} by {self.state.cause}, wanted: {wanted}")
        for position_id in self._stopped & self.books.kept.keys():
            self.fault(f"position {position_id} went through its stop and is still open")
        self._stopped.clear()
        for position_id, kept in self.books.kept.items():
            if not kept.stop_price > 0.0:
                self.fault(f"position {position_id} has no stop")
        theirs = (holdings.cash_quote, dict(holdings.base_by_symbol))
        ours = (self.books.cash_quote, self.books.bases())
        if theirs != ours:
            self.fault(f"the venue has {theirs}, the journal {ours}")
        self.counts[f"moments {self.state.trading}"] += 1
        worths = self.books.worths().values()
        self._note("positions held", len(self.books.kept))
        self._note("gross held", sum(map(abs, worths)) / equity_quote)
        self._note("net held", abs(sum(worths)) / equity_quote)
        self._note("heat held", self.books.heat_quote() / equity_quote)

    def read(self, record: Record) -> None:
        """One record, as it became durable."""
        for order in record.orders:
            self._orders[order.client_order_id] = order
        for payment in record.payments:
            self._payments.append(payment)
            self.counts["funding payments"] += 1
            self.paid_quote += payment.flow_quote
            self.books.cash_quote += payment.flow_quote
        for fill in record.fills:
            self._filled(fill)
        for position in record.positions:
            self._guarded(position)
        self._closed(record)
        for order in record.orders:
            if not order.purpose.is_exit and order.state is OrderState.SENT:
                self._entered(order)
        for event in record.events:
            self.counts[type(event).__name__] += 1
            if isinstance(event, TradingStateChanged):
                self._switched(event)
        self._valued(record)

    def _closed(self, record: Record) -> None:
        for trade in record.trades:
            self.trades.append(trade)
            self.breaker.trade_closed(float(trade.net_pnl_quote), trade.closed_at)
        for order in record.orders:
            if order.purpose is Purpose.LIQUIDATION and record.fills:
                self.counts["liquidations"] += 1
                if record.trades:
                    self.breaker.liquidated()

    def _valued(self, record: Record) -> None:
        for point in record.equity:
            equity_quote = self.books.equity_quote()
            if abs(point.equity_quote - equity_quote) > GRID * len(self.instruments):
                self.fault(f"equity {point.equity_quote}, reckoned {equity_quote}")
        if record.state is None:
            return
        self.state = record.state
        if self.at is not None and record.state.cash_quote != self.books.cash_quote:
            flows_quote = self.books.cash_quote
            self.fault(f"cash {record.state.cash_quote}, its flows sum to {flows_quote}")

    def _filled(self, fill: Fill) -> None:
        if fill.fill_id in self._fill_ids:
            self.fault(f"fill {fill.fill_id} is written twice")
        self._fill_ids.add(fill.fill_id)
        order = self._orders[fill.client_order_id]
        if not order.purpose.is_exit:
            self.books.opened(order, fill)
            return
        if order.purpose is Purpose.LIQUIDATION:
            price = order.request.decision_price
            spare_quote = self.books.spare_margin_quote(fill.symbol, price)
            if spare_quote > 100 * GRID:
                self.fault(f"{fill.symbol} was liquidated with {spare_quote} to spare")
        kept = self.books.kept.get(order.position_id)
        if kept is not None and order.purpose is Purpose.STOP:
            better_price = (float(fill.price) - kept.stop_price) * kept.sign
            if order.position_id in self._stopped and better_price > 1e-9 * kept.stop_price:
                self.fault(f"position {order.position_id} left better than its stop")
        if not self.books.left(order.position_id, fill):
            self.fault(f"position {order.position_id} left with more than it had")

    def _guarded(self, position: Position) -> None:
        name, kept = f"position {position.position_id}", self.books.kept.get(position.position_id)
        if kept is None:
            if position.is_open:
                self.fault(f"{name} is open without a fill")
            return
        if position.qty_base != kept.qty_base:
            self.fault(f"{name} has {position.qty_base}, its fills sum to {kept.qty_base}")
        if (position.stop_price - kept.stop_price) * kept.sign < 0.0:
            self.fault(f"{name}: its stop loosened, {kept.stop_price} to {position.stop_price}")
        kept.stop_price = position.stop_price

    def _switched(self, event: TradingStateChanged) -> None:
        self.counts[f"{event.after} by {event.cause}"] += 1
        if event.actor.person_id is not None:
            self.counts["resumed by a person"] += 1
            self.breaker.resumed(float(self.books.equity_quote()))

    def _entered(self, order: Order) -> None:
        assert self.at is not None
        self.counts["additions" if order.purpose is Purpose.ADD else "entries"] += 1
        if (self.state.trading, self.breaker.trading) != (ACTIVE, ACTIVE):
            self.fault(f"an entry while {self.state.trading}")
        while self._entries_at and self._entries_at[0] <= self.at - timedelta(hours=1):
            self._entries_at.popleft()
        self._entries_at.append(self.at)
        if len(self._entries_at) > self.parameters.trades_per_hour:
            self.fault(f"{len(self._entries_at)} entries in an hour")
        entry = entry_of(order, self.books)
        if not entry.risk_quote > 0.0:
            self.fault(f"{entry.symbol}: an entry without a stop at risk")
        ratio = self.funding_ratio.get(entry.symbol, 0.0)
        found = {
            **limits_with(entry, self.books, self.parameters, ratio),
            **likeness_with(entry, self.books, self.parameters, self.likeness, self.at),
        }
        for name, (value, limit) in found.items():
            self._note(name.partition(" with ")[0], value)
            if not value <= limit * ROUNDING:
                self.fault(f"{entry.symbol}: {name} would be {value:.6f}, {limit} allowed")

    def _settled(self, event: FundingSettled) -> None:
        held_base = self.books.bases().get(event.symbol, ZERO)
        if not held_base:
            wanted: list[Decimal] = []
        else:
            mark_price, ratio = (
                self.books.marks[event.symbol],
                Decimal(repr(float(event.funding_ratio))),
            )
            wanted = [-held_base * mark_price * ratio]
        paid = [p.flow_quote for p in self._payments if p.symbol == event.symbol]
        agree = len(paid) == len(wanted) == len(self._payments)
        if not agree or any(abs(a - b) > GRID for a, b in zip(paid, wanted, strict=True)):
            self.fault(f"{event.symbol}: funding {paid}, reckoned {wanted}")

    def _carried(self, event: PriceMoved) -> None:
        held_base = self.books.bases().get(event.symbol, ZERO)
        if not held_base:
            return
        worst_price = event.low_price if held_base > 0 else event.high_price
        spare_quote = self.books.spare_margin_quote(event.symbol, worst_price)
        if spare_quote < -100 * GRID:
            self.fault(f"{event.symbol} is {-spare_quote} short of its margin, and still open")

    def _note(self, name: str, value: float) -> None:
        self.largest[name] = max(self.largest.get(name, 0.0), value)
