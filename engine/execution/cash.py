"""Money that the account's owner moves: it changes what the desk has, never what it has won.

What losses and returns are measured from moves along, as a time-weighted return wants it: the
ratio of the desk's worth to each of these marks stays what it was (Bacon, Practical Portfolio
Performance Measurement and Attribution, 2008, chapter 2). Pure.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.core.events import CashMoved
from engine.core.kinds import OrderState, Purpose
from engine.core.money import QUOTE_STEP, ZERO, to_quote
from engine.core.orders import OPEN, WORKING, Fill, VenueOrder
from engine.core.ports import Record
from engine.core.state import CashMove, DeskState, MoveCause
from engine.execution.books import Books
from engine.execution.valuation import equity_quote

DUST_RATIO = Decimal("0.00001")  # of the cash: venues round entry prices and fees


def after_move(state: DeskState, worth_quote: Decimal, flow_quote: Decimal) -> DeskState:
    """`state` of a desk worth `worth_quote` to whose cash `flow_quote` was added."""
    after_quote = worth_quote + flow_quote

    def moved(mark_quote: Decimal) -> Decimal:
        if worth_quote <= 0 or after_quote <= 0:
            return max(after_quote, ZERO)  # nothing that a ratio could be kept of
        return (mark_quote * after_quote / worth_quote).quantize(QUOTE_STEP)

    return replace(
        state,
        cash_quote=state.cash_quote + flow_quote,
        moved_quote=state.moved_quote + flow_quote,
        day_start_equity_quote=state.day_start_equity_quote + flow_quote,
        day_base_quote=moved(state.day_base_quote),
        peak_equity_quote=moved(state.peak_equity_quote),
        breaker_day_quote=moved(state.breaker_day_quote),
        breaker_peak_quote=moved(state.breaker_peak_quote),
    )


def paid_elsewhere(books: Books, fill: Fill) -> CashMove:
    """Takes into the books that coins which the desk does not hold paid a fee of it.

    The fee is a cost of the trade; the cash that it would have taken is still there, as if the
    owner had brought it in.
    """
    flow_quote = fill.fee_elsewhere_quote
    books.state = after_move(books.state, to_quote(equity_quote(books)), flow_quote)
    return CashMove(
        move_id=f"fee#{fill.fill_id}",
        flow_quote=flow_quote,
        moved_at=fill.filled_at,
        cause=MoveCause.FEE_COIN,
    )


def moved_by_owner(books: Books, flow_quote: Decimal, *, now: datetime) -> Record:
    """Takes into the books what the owner moved; the Record that makes it durable and tells it."""
    books.state = after_move(books.state, to_quote(equity_quote(books)), flow_quote)
    move = CashMove(
        move_id=f"owner#{now.isoformat()}",
        flow_quote=flow_quote,
        moved_at=now,
        cause=MoveCause.OWNER,
    )
    quote = next(iter(books.instruments.values())).quote
    told = CashMoved(at=now, move=move, cash_quote=books.state.cash_quote, quote=quote)
    return Record(moves=(move,), state=books.state, events=(told,))


def is_dust(books: Books, flow_quote: Decimal) -> bool:
    """Whether a difference of cash is no more than what rounding leaves."""
    return abs(flow_quote) <= abs(books.state.cash_quote + flow_quote) * DUST_RATIO


def is_at_rest(books: Books) -> bool:
    """Whether no order of ours is on its way: only stops rest at the venue."""
    return all(
        order.state not in OPEN or (order.purpose is Purpose.PROTECT and order.state in WORKING)
        for order in books.orders.values()
    )


def is_as_listed(books: Books, listed: tuple[VenueOrder, ...]) -> bool:
    """Whether every order of ours that works is in the venue's list, with no fill unheard of."""
    theirs = {order.client_order_id: order for order in listed}
    for order in books.orders.values():
        if order.state not in OPEN:
            continue
        told = theirs.get(order.client_order_id)
        if told is None or told.state is OrderState.FILLED:
            return False
        if any(fill.fill_id not in books.fill_ids for fill in told.fills):
            return False
    return True
