"""What becomes of an order at the paper venue: when it comes, and at each event while it rests."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from engine.core.kinds import OrderKind, OrderState
from engine.core.market import PriceMoved
from engine.core.orders import OrderRequest, RefusedBy
from engine.core.reasons import Reason
from engine.venues.books import BooksChange, PaperOrder
from engine.venues.paper_account import Account, executed, fillable_base, over, reducible_base
from engine.venues.paper_checks import CONDITIONAL, shortage, too_late
from engine.venues.paper_fills import Executions, Terms, arrived, taken, triggered
from engine.venues.paper_queue import place_of, rested


class Floor(NamedTuple):
    """What an order meets: the market, the terms, and what an account may carry."""

    event: PriceMoved
    terms: Terms
    marks: Mapping[str, float]
    max_leverage: float
    share_ratio: float


class Step(NamedTuple):
    """What one event did to a working order."""

    change: BooksChange | None  # to be stored; None: nothing happened that anybody is told of
    order: PaperOrder  # with its place in the queue; as in the change, where there is one
    executions: Executions = ()


def met(account: Account, order: OrderRequest, floor: Floor) -> RefusedBy | Executions:
    """What an order gets that comes now; empty: it rests. Or why it is refused."""
    terms, event = floor.terms, floor.event
    refusal = too_late(order, terms, event)
    if refusal is not None:
        return refusal
    qty_base = order.qty_base
    if order.reduce_only:
        qty_base = min(qty_base, reducible_base(account, order, terms))
    executions: Executions = ()
    if order.kind is OrderKind.MARKET:
        executions = taken(order, qty_base, terms, event)
        if not executions:
            return RefusedBy(Reason.NO_PRICE, f"the prices of {order.symbol} are no prices")
    elif order.kind is OrderKind.LIMIT:
        executions = arrived(order, qty_base, terms, event)
    short = shortage(account, order, executions, terms, floor.marks, floor.max_leverage)
    return executions if short is None else short


def booked(
    account: Account, order: PaperOrder, executions: Executions, floor: Floor, at: datetime
) -> BooksChange:
    """The change that an order makes which has come, and got `executions`."""
    request = order.request
    if not executions:
        if request.kind is OrderKind.LIMIT:
            order = replace(order, ahead_base=place_of(order, floor.event))
        return BooksChange(order=order, cash_quote=account.cash_quote)
    got_base = sum(each.qty_base for each in executions)
    wanted_base = fillable_base(account, order, floor.terms)
    rests = request.kind is OrderKind.LIMIT and got_base < wanted_base
    if rests:
        order = replace(order, ahead_base=0.0)  # all that stood at its limit is taken
    return executed(account, order, executions, at, rests=rests)


def stepped(account: Account, order: PaperOrder, floor: Floor) -> Step:
    """What the event does to a working order: it comes, triggers, fills, waits or is over."""
    event, terms = floor.event, floor.terms
    qty_base = fillable_base(account, order, terms)
    if not qty_base:  # what it would have closed is closed
        return _ended(account, order, OrderState.EXPIRED)
    if order.arrives_at is not None:
        return _came(account, order, floor)
    if order.request.kind in CONDITIONAL:
        return _waited(account, order, qty_base, floor)
    executions, ahead_base = rested(order, qty_base, terms, event, floor.share_ratio)
    order = replace(order, ahead_base=ahead_base)
    if not executions:
        return Step(None, order)
    rests = sum(each.qty_base for each in executions) < qty_base
    return _executed(account, order, executions, event.at, rests=rests)


def _waited(account: Account, order: PaperOrder, qty_base: Decimal, floor: Floor) -> Step:
    # a conditional order: its trigger was traded, or it waits on
    event, terms, request = floor.event, floor.terms, order.request
    executions = triggered(request, qty_base, terms, event)
    if executions is None:
        return Step(None, order)
    others = account.without(order.client_order_id)
    short = shortage(others, request, executions, terms, floor.marks, floor.max_leverage)
    if short is not None:  # a gap made it dearer than what was set aside
        return _ended(account, order, OrderState.REFUSED)
    return _executed(account, order, executions, event.at, rests=False)


def _came(account: Account, order: PaperOrder, floor: Floor) -> Step:
    at = floor.event.at
    others = account.without(order.client_order_id)
    order = replace(order, accepted_at=at, arrives_at=None)  # only later prices fill what rests
    answer = met(others, order.request, floor)
    if isinstance(answer, RefusedBy):
        return _ended(account, order, OrderState.REFUSED)
    change = booked(others, order, answer, floor, at)
    return Step(change, change.order or order, answer)


def _executed(
    account: Account, order: PaperOrder, executions: Executions, at: datetime, *, rests: bool
) -> Step:
    change = executed(account, order, executions, at, rests=rests)
    return Step(change, change.order or order, executions)


def _ended(account: Account, order: PaperOrder, state: OrderState) -> Step:
    change = over(account, order, state)
    return Step(change, change.order or order)
