"""Orders as they are journalled right before they are sent. Pure: nobody is told here."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from engine.core.kinds import OrderKind, OrderState, Purpose
from engine.core.orders import Order, OrderRequest, Trigger, moved
from engine.core.positions import EntryTerms, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitWish:
    """What the guard, panic or a person wants to leave with."""

    purpose: Purpose
    exit_reason: int
    qty_base: Decimal
    decision_price: float


class Name(NamedTuple):
    """Which attempt it is, and what the venue will know it by."""

    client_order_id: str
    attempt: int


class Want(NamedTuple):
    """What is to be bought or sold to enter; without a limit price at market."""

    symbol: str
    qty_base: Decimal
    limit_price: Decimal | None = None
    post_only: bool = False


def entry_order(
    name: Name, position_id: int, terms: EntryTerms, want: Want, *, at: datetime
) -> Order:
    """The entry that opens, or adds to, a position."""
    request = OrderRequest(
        client_order_id=name.client_order_id,
        symbol=want.symbol,
        side=terms.side.entry_side,
        kind=OrderKind.MARKET if want.limit_price is None else OrderKind.LIMIT,
        qty_base=want.qty_base,
        limit_price=want.limit_price,
        post_only=want.post_only,
        decision_price=terms.facts.decision_price,
    )
    intent = Order(
        request=request,
        position_id=position_id,
        purpose=Purpose.ADD if terms.adds else Purpose.ENTRY,
        attempt=name.attempt,
        state=OrderState.INTENT,
        created_at=at,
        sent_at=at,
        terms=terms,
    )
    return moved(intent, Trigger.SEND, at=at)


def exit_order(name: Name, position: Position, wish: ExitWish, *, at: datetime) -> Order:
    """The exit at market that only reduces."""
    request = OrderRequest(
        client_order_id=name.client_order_id,
        symbol=position.symbol,
        side=position.side.exit_side,
        kind=OrderKind.MARKET,
        qty_base=wish.qty_base,
        reduce_only=True,
        decision_price=wish.decision_price,
    )
    return _leaving(request, position, wish.purpose, name.attempt, wish.exit_reason, at)


def stop_order(
    name: Name, position: Position, trigger_price: Decimal, qty_base: Decimal, *, at: datetime
) -> Order:
    """The stop that is to rest at the venue."""
    request = OrderRequest(
        client_order_id=name.client_order_id,
        symbol=position.symbol,
        side=position.side.exit_side,
        kind=OrderKind.STOP,
        qty_base=qty_base,
        trigger_price=trigger_price,
        reduce_only=True,
        decision_price=float(trigger_price),
    )
    return _leaving(request, position, Purpose.PROTECT, name.attempt, position.stop_kind, at)


def _leaving(
    request: OrderRequest,
    position: Position,
    purpose: Purpose,
    attempt: int,
    exit_reason: int,
    at: datetime,
) -> Order:
    # Journalled as SENT in one commit: a crash before the sending asks the venue once too often,
    # which costs a question; a crash after an INTENT alone would cost an order.
    intent = Order(
        request=request,
        position_id=position.position_id,
        purpose=purpose,
        attempt=attempt,
        state=OrderState.INTENT,
        created_at=at,
        sent_at=at,
        exit_reason=exit_reason,
    )
    return moved(intent, Trigger.SEND, at=at)
