"""The venue's word on an order, taken into the books: state, fills, position, trade, events."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.core.events import (
    EntryLapsed,
    Event,
    ExitUnfilled,
    OrderRefused,
    OrderResolved,
    OrderUnknown,
    PositionIncreased,
    PositionReduced,
    TradeClosed,
    TradeOpened,
)
from engine.core.kinds import OrderKind, OrderState, Purpose, TradingState
from engine.core.money import ZERO
from engine.core.orders import (
    LAPSED,
    OPEN,
    TRIGGER_OF_STATE,
    Fill,
    Order,
    OrderRequest,
    Payment,
    Trigger,
    VenueOrder,
    moved,
)
from engine.core.ports import Record
from engine.core.positions import Position, Trade, past_of
from engine.core.reasons import Reason
from engine.core.state import CashMove, Cause
from engine.execution import booking
from engine.execution.books import Books
from engine.execution.cash import paid_elsewhere
from engine.execution.switch import tightened
from engine.rules.plans import ExitReason
from engine.rules.restraint import streak_after

TOLD_AT = frozenset({3, 10, 30, 100, 300, 1000})  # the attempt at an exit that is told


@dataclass(slots=True)
class Change:
    """What one word of the venue did; becomes a Record."""

    fills: list[Fill] = field(default_factory=list)
    positions: dict[int, Position] = field(default_factory=dict)
    trades: list[Trade] = field(default_factory=list)
    moves: list[CashMove] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def absorb(books: Books, order: Order, told: VenueOrder, *, now: datetime) -> Record | None:
    """Takes `told` into the books; the Record that makes it durable, None when it is old news.

    Never awaits and counts each fill once, so that several tasks may hear the same word.
    """
    change = Change()
    before = order
    if order.latency_ms is None and order.sent_at is not None:
        order = replace(order, latency_ms=(now - order.sent_at).total_seconds() * 1e3)
    for fill in told.fills:
        if fill.fill_id in books.fill_ids:
            continue
        books.fill_ids.add(fill.fill_id)
        order = booking.order_filled(order, fill)
        order = _on_its_own(books, change, order, fill)
        _book(books, change, order, fill)
    order = moved(order, TRIGGER_OF_STATE[told.state], at=now)
    if order.state is before.state and not change.fills:
        return None
    if before.state is OrderState.UNKNOWN and order.state is not OrderState.UNKNOWN:
        change.events.append(OrderResolved(at=now, order=order))
    for position in change.positions.values():
        books.put(position)
    _keep_order(books, order)
    if order.state in LAPSED and before.state not in LAPSED:
        change.events.extend(_lapsed(books, order, now))
    change.moves += [
        paid_elsewhere(books, fill) for fill in change.fills if fill.fee_elsewhere_quote
    ]
    return Record(
        orders=(order,),
        fills=tuple(change.fills),
        moves=tuple(change.moves),
        positions=tuple(change.positions.values()),
        trades=tuple(change.trades),
        state=books.state,
        events=tuple(change.events),
    )


def paid(books: Books, payment: Payment) -> Record | None:
    """Takes a payment into the books, once; None when it is old news.

    It belongs to the position that is open on the symbol, else to the cash alone.
    """
    if payment.payment_id in books.heard:
        return None
    books.heard[payment.payment_id] = payment.paid_at
    books.book_cash(payment.flow_quote)
    position = books.position_on(payment.symbol)
    if position is None:
        return Record(payments=(payment,), state=books.state)
    position = booking.paid(position, payment)
    books.put(position)
    return Record(payments=(payment,), positions=(position,), state=books.state)


def adopted(books: Books, told: VenueOrder, *, now: datetime) -> Order | None:
    """The venue's forced order against a position of ours, as an order of ours; None: not ours,
    or old news.
    """
    position = books.position_on(told.symbol)
    if told.client_order_id in books.heard or position is None or not told.fills:
        return None
    books.heard[told.client_order_id] = told.fills[-1].filled_at
    request = OrderRequest(
        client_order_id=told.client_order_id,
        symbol=told.symbol,
        side=position.side.exit_side,
        kind=OrderKind.MARKET,
        qty_base=sum((fill.qty_base for fill in told.fills), ZERO),
        reduce_only=True,
        decision_price=float(told.fills[0].price),
    )
    order = Order(
        request=request,
        position_id=position.position_id,
        purpose=Purpose.LIQUIDATION,
        attempt=books.next_attempt(position.position_id, Purpose.LIQUIDATION),
        state=OrderState.INTENT,
        created_at=now,
        exit_reason=int(ExitReason.LIQUIDATION),
    )
    return moved(order, Trigger.SEND, at=now)


def refused(books: Books, order: Order, reason: Reason, text: str, *, now: datetime) -> Record:
    """Takes a definite "no" into the books."""
    order = replace(moved(order, Trigger.REFUSED, at=now), reason=reason, reason_text=text)
    _keep_order(books, order)
    events: tuple[Event, ...] = (OrderRefused(at=now, order=order, reason=reason, text=text),)
    if reason is not Reason.HELD_BACK:
        return Record(orders=(order,), events=events)
    # what we send is not what we mean: entries wait for a person
    why = f"our own guard held back {order.client_order_id}"
    books.state, told = tightened(books.state, TradingState.REDUCING, Cause.GUARD, why, at=now)
    return Record(orders=(order,), state=books.state, events=(*events, *told))


def unknown(books: Books, order: Order, text: str, *, now: datetime) -> Record:
    """Takes "nobody knows" into the books: the symbol is frozen for entries from here on."""
    told_before = order.state is OrderState.UNKNOWN
    order = replace(moved(order, Trigger.TIMED_OUT, at=now), reason_text=text)
    _keep_order(books, order)
    events = () if told_before else (OrderUnknown(at=now, order=order, text=text),)
    return Record(orders=(order,), events=events)


def absent(books: Books, order: Order, *, now: datetime) -> Record:
    """Takes "the venue never saw it" into the books."""
    order = moved(order, Trigger.ABSENT, at=now)
    _keep_order(books, order)
    return Record(orders=(order,), events=(OrderResolved(at=now, order=order),))


def _keep_order(books: Books, order: Order) -> None:
    """Open orders stay in the books, and those of an open position: its exits are counted.

    So do limit entries that have lapsed: a late fill still counts, and the next has its own id.
    """
    has_lapsed = order.expires_at is not None and order.state in LAPSED
    if order.state in OPEN or has_lapsed or order.position_id in books.positions:
        books.orders[order.client_order_id] = order
    else:
        books.orders.pop(order.client_order_id, None)


def _lapsed(books: Books, order: Order, now: datetime) -> tuple[Event, ...]:
    """What is to be told of an order that is over before all of it was filled."""
    if not order.leaves_base:
        return ()
    if order.expires_at is not None:
        return (EntryLapsed(at=now, order=order),)
    is_left = order.purpose.is_leaving and order.position_id in books.positions
    return (ExitUnfilled(at=now, order=order),) if is_left and order.attempt in TOLD_AT else ()


def _on_its_own(books: Books, change: Change, order: Order, fill: Fill) -> Order:
    # an entry whose position has closed meanwhile opens one of its own: an addition with all its
    # fills, and one that was filled in part and rested while that part was left
    is_open = order.position_id in change.positions or order.position_id in books.positions
    was_filled = order.filled_base > fill.qty_base
    if order.terms is None or is_open or not (order.terms.adds or was_filled):
        return order
    position_id = books.state.last_position_id + 1
    books.state = replace(books.state, last_position_id=position_id)
    return replace(order, position_id=position_id, terms=replace(order.terms, adds=0))


def _book(books: Books, change: Change, order: Order, fill: Fill) -> None:
    """One new fill: cash, position, and the trade when the position is flat."""
    books.book_cash(booking.cash_flow(fill))
    change.fills.append(fill)
    position = change.positions.get(order.position_id) or books.positions.get(order.position_id)
    if position is None:
        terms = order.terms
        if terms is None:
            return  # a late exit fill of a closed position: reconciliation compares and tells
        position = booking.opened(order, fill, terms, books.instruments[fill.symbol].qty_step)
        change.positions[position.position_id] = position
        change.events.append(TradeOpened(at=fill.filled_at, position=position))
        return
    instrument = books.instruments[position.symbol]
    adds = 0 if order.terms is None else order.terms.adds
    position = booking.filled(position, fill, instrument.qty_step, adds)
    change.positions[position.position_id] = position
    if fill.side is position.side.entry_side:
        if adds:
            change.events.append(_increased(position, order, fill))
        return
    if position.is_open:
        change.events.append(_reduced(position, order, fill))
        return
    trade = booking.closed(position, at=fill.filled_at, exit_reason=order.exit_reason)
    lost = trade.net_pnl_quote < 0
    books.state = replace(
        books.state,
        last_loss_at=fill.filled_at if lost else books.state.last_loss_at,
        losing_streak=streak_after(books.state.losing_streak, float(trade.net_pnl_quote)),
    )
    books.evidence.note(past_of(trade))
    change.trades.append(trade)
    change.events.append(TradeClosed(at=fill.filled_at, trade=trade))
    if order.purpose is Purpose.LIQUIDATION:
        # sizes and stops have failed: entries wait for a person
        why = f"the venue liquidated {position.symbol}"
        books.state, told = tightened(
            books.state, TradingState.REDUCING, Cause.LIQUIDATION, why, at=fill.filled_at
        )
        change.events.extend(told)


def _increased(position: Position, order: Order, fill: Fill) -> PositionIncreased:
    return PositionIncreased(
        at=fill.filled_at,
        position=position,
        qty_base=fill.qty_base,
        price=fill.price,
        client_order_id=order.client_order_id,
    )


def _reduced(position: Position, order: Order, fill: Fill) -> PositionReduced:
    return PositionReduced(
        at=fill.filled_at,
        position=position,
        qty_base=fill.qty_base,
        price=fill.price,
        purpose=order.purpose,
        exit_reason=order.exit_reason,
        client_order_id=order.client_order_id,
    )
