"""Values that have something in every field, so that a forgotten column shows."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.core.advice import Proposal, Signal, SizeStep, Snapshot, Verdict, Vote
from engine.core.events import OrderResolved, ProposalDecided, TradeOpened
from engine.core.kinds import (
    Liquidity,
    OrderKind,
    OrderState,
    PositionSide,
    Purpose,
    Regime,
    Side,
    TradingState,
)
from engine.core.messages import InboxUpdate, OutboxMessage
from engine.core.orders import Fill, Order, OrderRequest
from engine.core.ports import Record
from engine.core.positions import EntryFacts, EntryTerms, Position, Trade
from engine.core.reasons import Reason
from engine.core.state import Cause, DeskState, EquityPoint
from engine.core.timeframes import Timeframe

AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def facts() -> EntryFacts:
    return EntryFacts(
        proposal_key="BTC/USDT|1h|1",
        strategy="sma_5_15",
        strategy_version="1",
        config_hash="abcdef012345",
        confidence_ratio=0.6,
        predicted=PositionSide.LONG,
        regime=Regime.TREND_UP,
        atr_price=123.456,
        spread_bps=1.5,
        volume_24h_quote=1e9,
        decision_price=50_000.1,
    )


def an_order(position_id: int = 1, **changes: Any) -> Order:
    order = Order(
        request=OrderRequest(
            client_order_id=f"abcde{position_id:08d}e1",
            symbol="BTC/USDT",
            side=Side.BUY,
            kind=OrderKind.LIMIT,
            qty_base=Decimal("0.123456789012345678"),
            limit_price=Decimal("50000.10"),
            reduce_only=True,
            decision_price=50_000.1,
        ),
        position_id=position_id,
        purpose=Purpose.ENTRY,
        attempt=1,
        state=OrderState.FILLED,
        created_at=at(position_id),
        sent_at=at(position_id + 0.1),
        done_at=at(position_id + 0.2),
        filled_base=Decimal("0.123456789012345678"),
        fee_quote=Decimal("0.00000001"),
        avg_price=Decimal("50000.05"),
        latency_ms=12.5,
        reason=Reason.OTHER,
        reason_text="a word",
        exit_reason=3,
        terms=EntryTerms(side=PositionSide.LONG, stop_price=49_000.5, facts=facts()),
    )
    return replace(order, **changes)


def named(order: Order, client_order_id: str) -> Order:
    return replace(order, request=replace(order.request, client_order_id=client_order_id))


def a_fill(order: Order, number: int = 1) -> Fill:
    return Fill(
        fill_id=f"{order.client_order_id}-{number}",
        client_order_id=order.client_order_id,
        symbol="BTC/USDT",
        side=Side.BUY,
        qty_base=Decimal("0.1"),
        price=Decimal("50000.123456789012345678"),
        fee_quote=Decimal("0.00000001"),
        liquidity=Liquidity.MAKER,
        filled_at=at(number),
    )


def a_position(position_id: int = 1, **changes: Any) -> Position:
    position = Position(
        position_id=position_id,
        symbol="BTC/USDT",
        side=PositionSide.SHORT,
        qty_base=Decimal("1.5"),
        initial_qty_base=Decimal("2"),
        entry_price=Decimal("100.10"),
        exit_price=Decimal("99.9"),
        stop_price=90.0,
        initial_stop_price=89.9,
        best_price=101.0,
        worst_price=99.0,
        targets_done=1,
        stop_kind=2,
        cash_quote=Decimal("-150.1"),
        fee_quote=Decimal("0.1"),
        opened_at=at(position_id),
        advanced_at=at(position_id + 60),
        facts=facts(),
        entry_liquidity=Liquidity.MAKER,
        entry_latency_ms=3.5,
        plan_name="wide",
    )
    return replace(position, **changes)


def a_trade(trade_id: int = 1, **changes: Any) -> Trade:
    trade = Trade(
        trade_id=trade_id,
        symbol="BTC/USDT",
        side=PositionSide.LONG,
        opened_at=at(trade_id),
        closed_at=at(trade_id + 100),
        qty_base=Decimal("1.5"),
        entry_price=Decimal("100.10"),
        exit_price=Decimal("101.10"),
        pnl_quote=Decimal("1.5"),
        pnl_ratio=0.01,
        commission_quote=Decimal("0.15"),
        net_pnl_quote=Decimal("1.35"),
        result_r=0.5,
        confidence_ratio=0.6,
        predicted=PositionSide.LONG,
        actual=PositionSide.SHORT,
        slippage_bps=0.7,
        order_latency_ms=12.0,
        liquidity=Liquidity.TAKER,
        atr_price=1.25,
        spread_bps=2.5,
        volume_24h_quote=1e9,
        exit_reason=2,
        regime=Regime.RANGE,
        strategy="sma_5_15",
        strategy_version="1",
        config_hash="abcdef012345",
        proposal_key=f"BTC/USDT|1h|{trade_id}",
        mae_r=0.2,
        mfe_r=1.1,
    )
    return replace(trade, **changes)


def a_state(**changes: Any) -> DeskState:
    state = DeskState(
        trading=TradingState.REDUCING,
        cause=Cause.BREAKER,
        why="daily loss",
        changed_at=at(1),
        changed_by="rule",
        closing_all=True,
        cash_quote=Decimal("9999.12345678"),
        start_cash_quote=Decimal("10000"),
        day="2026-03-01",
        day_start_equity_quote=Decimal("10000.5"),
        day_base_quote=Decimal("10250.25"),
        moved_quote=Decimal("250.5"),
        peak_equity_quote=Decimal("10100"),
        last_loss_at=at(2),
        losing_streak=3,
        last_position_id=7,
        cursor_at=at(3),
    )
    return replace(state, **changes)


def an_equity_point(
    seconds: float, equity: str = "10000", drawdown_ratio: float = 0.0
) -> EquityPoint:
    return EquityPoint(
        at=at(seconds),
        equity_quote=Decimal(equity),
        cash_quote=Decimal("9000"),
        unrealised_quote=Decimal("1000"),
        drawdown_ratio=drawdown_ratio,
        open_positions=2,
    )


def a_decision(key: str = "BTC/USDT|1h|1", seconds: float = 10, **changes: Any) -> ProposalDecided:
    snapshot = Snapshot(
        symbol="BTC/USDT",
        timeframe=Timeframe.H1,
        at=at(seconds),
        side=PositionSide.LONG,
        entry_price=100.0,
        stop_price=98.0,
        regime=Regime.RANGE,
        features={"atr": 1.5, "volume_z": math.nan},
    )
    signal = Signal(
        side=PositionSide.LONG, strategy="sma_5_15", version="1", why="crossed", stop_price=98.0
    )
    verdict = Verdict(
        approved=True,
        confidence_ratio=0.7,
        votes=(Vote(voter="trend", p_up=0.7, p_down=0.2, reason="up"),),
        dissent_ratio=0.0,
        why="3 of 3",
    )
    event = ProposalDecided(
        at=at(seconds),
        proposal=Proposal(key=key, snapshot=snapshot, signals=(signal,)),
        verdict=verdict,
        position_id=1,
        size_steps=(SizeStep("equity", 10_000.0), SizeStep("quantity by risk", 25.0)),
    )
    return replace(event, **changes)


def a_record(position_id: int = 1) -> Record:
    """Everything that an entry's fill makes durable."""
    order = an_order(position_id)
    position = a_position(position_id)
    return Record(
        orders=(order,),
        fills=(a_fill(order),),
        positions=(position,),
        state=a_state(last_position_id=position_id),
        events=(
            TradeOpened(at=at(position_id), position=position),
            OrderResolved(at=at(position_id), order=order),
        ),
    )


def a_message(key: str, chat_id: int = 1, **changes: Any) -> OutboxMessage:
    message = OutboxMessage(
        key=key, chat_id=chat_id, method="sendMessage", payload={"chat_id": chat_id, "text": key}
    )
    return replace(message, **changes)


def an_update(update_id: int, text: str = "/status") -> InboxUpdate:
    return InboxUpdate(
        bot_id=7_000_000_001,
        update_id=update_id,
        user_id=6_000_000_001,
        chat_id=-1_001_234_567_890,
        said_at=at(0),
        received_at=at(update_id),
        payload={"message": {"text": text}},
    )
