"""Funding and forced orders in the desk's books: booked once, to the position they belong to."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from engine.core.events import TradeClosed, TradingStateChanged
from engine.core.kinds import TradingState
from engine.core.orders import Payment
from engine.core.state import Cause
from engine.execution.desk import Desk
from engine.rules.plans import LIQUIDATION
from tests.engine.execution.test_crash_anywhere import BARS, FUNDING, SQUEEZE
from tests.fakes.desk_rig import DeskRig
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.reckless import RECKLESS

Kind = TypeVar("Kind")


def paying(journal: MemoryJournal) -> DeskRig:
    return DeskRig(bars=BARS, journal=journal, funding=FUNDING)


async def test_every_payment_is_in_the_cash_and_in_its_trade() -> None:
    journal = MemoryJournal()
    desk = await paying(journal).run()
    trades = list(journal.trades.values())
    still_open = list(desk.books.positions.values())
    paid = sum((payment.flow_quote for payment in journal.payments.values()), Decimal(0))
    assert len(journal.payments) > 5
    booked = [trade.funding_quote for trade in trades]
    booked += [position.funding_quote for position in still_open]
    assert paid == sum(booked, Decimal(0))
    for trade in trades:
        assert trade.net_pnl_quote == (
            trade.pnl_quote - trade.commission_quote + trade.funding_quote
        )
    results = sum((trade.net_pnl_quote for trade in trades), Decimal(0))
    results += sum((position.cash_quote for position in still_open), Decimal(0))
    assert desk.books.state.cash_quote == desk.books.state.start_cash_quote + results


async def test_a_payment_heard_twice_is_booked_once() -> None:
    journal = MemoryJournal()
    rig = paying(journal)
    desk = await rig.run_until(lambda desk: bool(desk.books.positions))
    (position,) = tuple(desk.books.positions.values())[:1]
    before = desk.books.state.cash_quote
    payment = a_payment(desk, position.symbol)
    await desk.executor.hear(payment)
    await desk.executor.hear(payment)
    assert desk.books.state.cash_quote == before - 1
    assert desk.books.positions[position.position_id].funding_quote == Decimal(-1)
    again = await paying(journal).started()  # a fresh process knows it, too
    await again.executor.hear(payment)
    assert again.books.state.cash_quote == before - 1


async def test_a_payment_without_a_position_goes_to_the_cash() -> None:
    rig = paying(MemoryJournal())
    desk = await rig.started()
    before = desk.books.state.cash_quote
    await desk.executor.hear(a_payment(desk, "BTC/USDT:USDT"))
    assert desk.books.state.cash_quote == before - 1


async def test_a_liquidation_closes_the_trade_and_entries_wait_for_a_person() -> None:
    rig = DeskRig(bars=SQUEEZE, parameters=RECKLESS, funding=FUNDING)
    desk = await rig.run()
    closed = [event.trade for event in told(rig.events, TradeClosed)]
    assert {trade.exit_reason for trade in closed} == {LIQUIDATION}
    first = told(rig.events, TradingStateChanged)[0]
    assert (first.after, first.cause) == (TradingState.REDUCING, Cause.LIQUIDATION)
    assert closed[0].symbol in first.why
    # a breaker may tighten it on top; the new day that ends a breaker does not end this
    assert desk.books.state.cause is Cause.LIQUIDATION
    assert desk.books.state.trading is not TradingState.ACTIVE


def a_payment(desk: Desk, symbol: str) -> Payment:
    paid_at = desk.clock.now() + timedelta(seconds=1)
    return Payment(payment_id="f1", symbol=symbol, flow_quote=Decimal(-1), paid_at=paid_at)


def told(events: Sequence[object], kind: type[Kind]) -> list[Kind]:
    return [event for event in events if isinstance(event, kind)]
