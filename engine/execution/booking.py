"""What fills do to money and positions: exact Decimals, moved by the rules' arithmetic.

The rules compute in float64 on the grid of 1e-8 quote; the gate turns each step into the Decimal
that it meant, so the ledger here, the paper venue's and the compiled backtest's are equal.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.core.kinds import PositionSide
from engine.core.money import ZERO, floor_to_step, to_decimal, to_quote
from engine.core.orders import Fill, Order, Payment
from engine.core.positions import EntryTerms, Position, Trade
from engine.rules import fills as fill_rules
from engine.rules import ledger, plans, steps


def cash_flow(fill: Fill) -> Decimal:
    """What `fill` adds to cash: negative for a buy, positive for a sale, less the fee."""
    notional_quote = steps.quote8(float(fill.price) * float(fill.qty_base))
    return to_quote(ledger.cash_flow_quote(fill.side.sign, notional_quote, float(fill.fee_quote)))


def guard_of(position: Position) -> plans.Position:
    """The guard's view of `position`, in plain numbers."""
    return plans.Position(
        position.side.sign,
        float(position.qty_base),
        float(position.initial_qty_base),
        float(position.entry_price),
        position.stop_price,
        position.initial_stop_price,
        position.best_price,
        position.worst_price,
        position.targets_done,
        position.stop_kind,
    )


def guarded(position: Position, guard: plans.Position, *, at: datetime) -> Position:
    """`position` with the guard's levels and extremes after a market event."""
    return replace(
        position,
        stop_price=guard.stop_price,
        best_price=guard.best_price,
        worst_price=guard.worst_price,
        targets_done=guard.targets_done,
        stop_kind=guard.stop_kind,
        advanced_at=max(at, position.advanced_at),
    )


def received_base(fill: Fill, qty_step: Decimal) -> Decimal:
    """What a fill brings: a fee that is taken in coins leaves less, and what is under a step of
    it cannot be sold.
    """
    if not fill.fee_base:
        return fill.qty_base
    return floor_to_step(fill.qty_base - fill.fee_base, qty_step)


def opened(order: Order, fill: Fill, terms: EntryTerms, qty_step: Decimal) -> Position:
    """The position that the first fill of an entry makes."""
    got_base = received_base(fill, qty_step)
    guard = plans.opened(terms.side.sign, float(got_base), float(fill.price), terms.stop_price)
    return Position(
        position_id=order.position_id,
        symbol=fill.symbol,
        side=terms.side,
        qty_base=got_base,
        initial_qty_base=got_base,
        entry_price=fill.price,
        exit_price=None,
        stop_price=guard.stop_price,
        initial_stop_price=guard.initial_stop_price,
        best_price=guard.best_price,
        worst_price=guard.worst_price,
        targets_done=guard.targets_done,
        stop_kind=guard.stop_kind,
        cash_quote=cash_flow(fill),
        fee_quote=fill.fee_quote,
        opened_at=fill.filled_at,
        advanced_at=fill.filled_at,
        facts=terms.facts,
        entry_liquidity=fill.liquidity,
        entry_latency_ms=order.latency_ms,
        plan_name=terms.plan_name,
        risk_quote=ledger.initial_risk_quote(guard),
    )


def filled(position: Position, fill: Fill, qty_step: Decimal, adds: int = 0) -> Position:
    """`position` after one more fill: of its entry, of its addition number `adds`, or of an exit,
    which never takes it below zero.
    """
    guard = fill_rules.apply_fill(
        guard_of(position),
        fill.side.sign,
        float(received_base(fill, qty_step)),
        float(fill.price),
        float(qty_step),
    )
    exit_price = position.exit_price
    if fill.side is position.side.exit_side:
        exit_price = _average(
            position.exit_price, position.initial_qty_base - position.qty_base, fill
        )
    grows = fill.side is position.side.entry_side and adds == 0
    return replace(
        position,
        risk_quote=ledger.initial_risk_quote(guard) if grows else position.risk_quote,
        adds_done=max(position.adds_done, adds),
        qty_base=to_decimal(guard.qty_base),
        initial_qty_base=to_decimal(guard.initial_qty_base),
        entry_price=to_decimal(guard.entry_price),
        exit_price=exit_price,
        cash_quote=position.cash_quote + cash_flow(fill),
        fee_quote=position.fee_quote + fill.fee_quote,
    )


def paid(position: Position, payment: Payment) -> Position:
    """`position` after one funding interval."""
    return replace(
        position,
        cash_quote=position.cash_quote + payment.flow_quote,
        funding_quote=position.funding_quote + payment.flow_quote,
    )


def closed(position: Position, *, at: datetime, exit_reason: int) -> Trade:
    """The trade that a flat position has become. Its net result is the sum of its cash flows."""
    exit_price = position.exit_price if position.exit_price is not None else position.entry_price
    guard = guard_of(position)
    net_quote = position.cash_quote
    entry_notional_quote = float(position.entry_price) * float(position.initial_qty_base)
    rose = exit_price > position.entry_price
    facts = position.facts
    return Trade(
        trade_id=position.position_id,
        symbol=position.symbol,
        side=position.side,
        opened_at=position.opened_at,
        closed_at=at,
        qty_base=position.initial_qty_base,
        entry_price=position.entry_price,
        exit_price=exit_price,
        pnl_quote=net_quote + position.fee_quote - position.funding_quote,
        pnl_ratio=float(net_quote) / entry_notional_quote if entry_notional_quote else 0.0,
        commission_quote=position.fee_quote,
        funding_quote=position.funding_quote,
        net_pnl_quote=net_quote,
        result_r=ledger.in_r(float(net_quote), position.risk_quote),
        confidence_ratio=facts.confidence_ratio,
        predicted=facts.predicted,
        actual=PositionSide.LONG if rose else PositionSide.SHORT,
        slippage_bps=slippage_bps(position),
        order_latency_ms=position.entry_latency_ms,
        liquidity=position.entry_liquidity,
        atr_price=facts.atr_price,
        spread_bps=facts.spread_bps,
        volume_24h_quote=facts.volume_24h_quote,
        exit_reason=exit_reason,
        regime=facts.regime,
        strategy=facts.strategy,
        strategy_version=facts.strategy_version,
        config_hash=facts.config_hash,
        proposal_key=facts.proposal_key,
        mae_r=max(0.0, -ledger.excursion_r(guard, position.worst_price)),
        mfe_r=max(0.0, ledger.excursion_r(guard, position.best_price)),
    )


def slippage_bps(position: Position) -> float:
    """How much worse the entry was than the price it was decided on; positive = worse."""
    decided = position.facts.decision_price
    if not decided > 0.0:
        return 0.0
    return (float(position.entry_price) - decided) * position.side.sign / decided * 1e4


def order_filled(order: Order, fill: Fill) -> Order:
    """`order` with one more fill counted in; its state is moved by the caller."""
    return replace(
        order,
        filled_base=order.filled_base + fill.qty_base,
        fee_quote=order.fee_quote + fill.fee_quote,
        avg_price=_average(order.avg_price, order.filled_base, fill),
    )


def _average(price: Decimal | None, qty_base: Decimal, fill: Fill) -> Decimal:
    """The quantity-weighted average with `fill` in it."""
    if price is None or qty_base == ZERO:
        return fill.price
    total_base = qty_base + fill.qty_base
    return (price * qty_base + fill.price * fill.qty_base) / total_base
