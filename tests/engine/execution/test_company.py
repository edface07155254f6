"""What a new entry would stand beside: positions at the mark, entries on their way, likeness."""

from dataclasses import replace

import pytest

from engine.core.advice import Snapshot
from engine.core.kinds import OrderState, PositionSide, Regime
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.execution.company import bitcoin_row, company_of, held_of
from engine.execution.desk import Desk
from engine.execution.valuation import gross_quote, value_quote
from tests.fakes.clocks import NOON
from tests.fakes.desk_rig import WARMUP, DeskRig
from tests.fakes.scripted_market import BTC, ETH, HOUR, SOL


async def with_positions(count: int) -> Desk:
    rig = DeskRig(parameters=Parameters(max_correlation_ratio=1.0))
    return await rig.run_until(lambda desk: len(desk.books.positions) == count)


async def test_positions_count_at_the_mark_with_their_sign() -> None:
    books = (await with_positions(2)).books
    found = {each.symbol: each for each in held_of(books)}
    assert len(found) == 2
    for position in books.positions.values():
        held = found[position.symbol]
        assert held.sign == position.side.sign
        assert held.notional_quote == abs(value_quote(books, position))
        assert held.instrument is books.instruments[position.symbol]
    assert sum(each.notional_quote for each in found.values()) == pytest.approx(gross_quote(books))


async def test_an_entry_on_its_way_counts_before_it_fills() -> None:
    rig = DeskRig()
    desk = await rig.run_until(
        lambda desk: any(order.terms is not None for order in desk.books.orders.values())
    )
    books = desk.books
    order = next(order for order in books.orders.values() if order.terms is not None)
    assert order.terms is not None
    waiting = replace(order, state=OrderState.ACCEPTED, filled_base=order.filled_base * 0)
    books.orders[order.client_order_id] = waiting
    books.positions.clear()
    (held,) = held_of(books)
    assert (held.symbol, held.sign) == (order.request.symbol, order.terms.side.sign)
    wanted = float(order.request.qty_base) * order.terms.facts.decision_price
    assert held.notional_quote == pytest.approx(wanted, abs=1e-8)


async def test_likeness_is_of_the_bars_before_the_proposal_in_the_feeds_order() -> None:
    rig = DeskRig()
    desk = rig.boot()
    await desk.start()
    snapshot = Snapshot(
        symbol=ETH,
        timeframe=Timeframe.H1,
        at=NOON + WARMUP * HOUR,
        side=PositionSide.LONG,
        entry_price=2500.0,
        stop_price=2400.0,
        regime=Regime.RANGE,
    )
    found = company_of(desk.books, desk.bars, snapshot)
    assert list(found.correlation_ratio) == [BTC, ETH, SOL]
    assert found.correlation_ratio[ETH] == pytest.approx(1.0)
    assert found.beta[BTC] == pytest.approx(1.0)
    assert abs(found.correlation_ratio[SOL]) < 0.7
    before = company_of(desk.books, desk.bars, replace(snapshot, at=snapshot.at + HOUR))
    assert before != found, "one bar more"


def test_bitcoin_is_looked_up_by_its_base() -> None:
    assert bitcoin_row(["ETH", "BTC"]) == 1
    assert bitcoin_row(["ETH", "WBTC"]) is None
