"""Orders and fills as rows, and back. The paper venue's tables have the same columns for both."""

from typing import Any

from sqlalchemy import Row

from engine.core.kinds import Liquidity, OrderKind, OrderState, Purpose, Side
from engine.core.orders import Fill, Order, OrderRequest, Payment
from engine.core.positions import EntryTerms
from engine.core.reasons import Reason
from storage.mapping.codec import decode, encode


def request_row(request: OrderRequest) -> dict[str, Any]:
    return {
        "client_order_id": request.client_order_id,
        "symbol": request.symbol,
        "side": request.side.value,
        "kind": request.kind.value,
        "qty_base": request.qty_base,
        "limit_price": request.limit_price,
        "trigger_price": request.trigger_price,
        "post_only": request.post_only,
        "reduce_only": request.reduce_only,
        "decision_price": request.decision_price,
    }


def request_of(row: Row[Any]) -> OrderRequest:
    return OrderRequest(
        client_order_id=row.client_order_id,
        symbol=row.symbol,
        side=Side(row.side),
        kind=OrderKind(row.kind),
        qty_base=row.qty_base,
        limit_price=row.limit_price,
        trigger_price=row.trigger_price,
        post_only=row.post_only,
        reduce_only=row.reduce_only,
        decision_price=row.decision_price,
    )


def order_row(order: Order) -> dict[str, Any]:
    return request_row(order.request) | {
        "position_id": order.position_id,
        "purpose": order.purpose.value,
        "attempt": order.attempt,
        "state": order.state.value,
        "created_at": order.created_at,
        "sent_at": order.sent_at,
        "done_at": order.done_at,
        "filled_base": order.filled_base,
        "fee_quote": order.fee_quote,
        "avg_price": order.avg_price,
        "latency_ms": order.latency_ms,
        "reason": None if order.reason is None else order.reason.value,
        "reason_text": order.reason_text,
        "exit_reason": order.exit_reason,
        "terms": encode(order.terms),
    }


def order_of(row: Row[Any]) -> Order:
    return Order(
        request=request_of(row),
        position_id=row.position_id,
        purpose=Purpose(row.purpose),
        attempt=row.attempt,
        state=OrderState(row.state),
        created_at=row.created_at,
        sent_at=row.sent_at,
        done_at=row.done_at,
        filled_base=row.filled_base,
        fee_quote=row.fee_quote,
        avg_price=row.avg_price,
        latency_ms=row.latency_ms,
        reason=None if row.reason is None else Reason(row.reason),
        reason_text=row.reason_text,
        exit_reason=row.exit_reason,
        terms=None if row.terms is None else decode(EntryTerms, row.terms),
    )


def fill_row(fill: Fill) -> dict[str, Any]:
    return {
        "fill_id": fill.fill_id,
        "client_order_id": fill.client_order_id,
        "symbol": fill.symbol,
        "side": fill.side.value,
        "qty_base": fill.qty_base,
        "price": fill.price,
        "fee_quote": fill.fee_quote,
        "liquidity": fill.liquidity.value,
        "filled_at": fill.filled_at,
        "fee_base": fill.fee_base,
    }


def fill_of(row: Row[Any]) -> Fill:
    return Fill(
        fill_id=row.fill_id,
        client_order_id=row.client_order_id,
        symbol=row.symbol,
        side=Side(row.side),
        qty_base=row.qty_base,
        price=row.price,
        fee_quote=row.fee_quote,
        liquidity=Liquidity(row.liquidity),
        filled_at=row.filled_at,
        fee_base=row.fee_base,
    )


def payment_row(payment: Payment) -> dict[str, Any]:
    return {
        "payment_id": payment.payment_id,
        "symbol": payment.symbol,
        "flow_quote": payment.flow_quote,
        "paid_at": payment.paid_at,
    }


def payment_of(row: Row[Any]) -> Payment:
    return Payment(
        payment_id=row.payment_id,
        symbol=row.symbol,
        flow_quote=row.flow_quote,
        paid_at=row.paid_at,
    )
