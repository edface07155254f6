"""A position carries its plan from the entry on, through restarts, and leaves by it."""

import pytest

from engine.core.events import ProposalDecided, TradeClosed, TradeOpened
from engine.core.parameters import Parameters
from engine.core.positions import past_of
from engine.execution.evidence import Evidence
from engine.execution.guarding import plan_of, recipe_of
from engine.rules.plans import GIVE_BACK, SIGNAL, STOP, STOP_ONLY, TARGET, TIME
from engine.rules.recipes import RECIPES
from tests.fakes.desk_rig import DeskRig
from tests.fakes.memory_journal import MemoryJournal


def rig_with(**changes: bool | float | str) -> tuple[DeskRig, MemoryJournal]:
    journal = MemoryJournal()
    parameters = Parameters.model_validate({**Parameters().model_dump(), **changes})
    return DeskRig(journal=journal, parameters=parameters), journal


def first_opened(rig: DeskRig) -> TradeOpened:
    event = rig.told(TradeOpened)[0]
    assert isinstance(event, TradeOpened)
    return event


async def test_the_plan_of_the_strategy_is_written_down_with_order_and_position() -> None:
    rig, journal = rig_with(exit_plan_exceptions="sma_5_15:percent", exit_plan="ladder")
    desk = await rig.run_until(lambda desk: bool(desk.books.positions))
    position = first_opened(rig).position
    expected = "percent" if position.facts.strategy == "sma_5_15" else "ladder"
    assert position.plan_name == expected
    entry = next(order for order in journal.orders.values() if order.terms is not None)
    assert entry.terms is not None
    assert entry.terms.plan_name == expected
    assert desk.dial.parameters.plan_name_of(position.facts.strategy) == expected


async def test_a_percent_plan_puts_its_own_stop_and_the_size_is_reckoned_with_it() -> None:
    rig, _ = rig_with(exit_plan="percent")
    await rig.run_until(lambda desk: bool(desk.books.positions))
    position = first_opened(rig).position
    decided = next(
        event
        for event in rig.told(ProposalDecided)
        if isinstance(event, ProposalDecided) and event.position_id == position.position_id
    )
    entry_price = decided.proposal.snapshot.entry_price
    away_price = (entry_price - position.initial_stop_price) * position.side.sign
    assert away_price == pytest.approx(0.01 * entry_price)
    steps = {step.text: step.value for step in decided.size_steps}
    assert steps["distance to the stop"] == pytest.approx(away_price)


async def test_trades_of_a_plan_leave_by_its_levels_only() -> None:
    rig, journal = rig_with(exit_plan="percent", time_stop_bars=24)
    await rig.run()
    assert {trade.exit_reason for trade in journal.trades.values()} <= {STOP, TARGET, TIME}
    rig, journal = rig_with(exit_plan="give_back")
    await rig.run()
    reasons = {trade.exit_reason for trade in journal.trades.values()}
    assert GIVE_BACK in reasons
    assert reasons <= {STOP, GIVE_BACK, TIME}


async def test_an_opposite_signal_ends_a_position_and_may_open_the_other_side() -> None:
    rig, journal = rig_with(exit_on_opposite=True)
    await rig.run()
    trades = journal.trades.values()
    sides = {(trade.symbol, trade.opened_at): trade.side for trade in trades}
    left = [trade for trade in trades if trade.exit_reason == SIGNAL]
    after = [(trade.side, sides.get((trade.symbol, trade.closed_at))) for trade in left]
    assert any(then is not None for _, then in after)
    assert all(then is not side for side, then in after)


async def test_a_restart_knows_the_record_of_all_trades() -> None:
    rig, journal = rig_with()
    desk = await rig.run()
    assert len(journal.trades) > 5
    assert desk.books.evidence.desk.wins + desk.books.evidence.desk.losses == len(journal.trades)
    known = Evidence()
    for trade in journal.trades.values():
        known.note(past_of(trade))
    assert desk.books.evidence == known
    again = rig.boot()
    await again.start()
    assert again.books.evidence == known
    assert len(rig.told(TradeClosed)) == len(journal.trades)


def test_every_plan_is_made_from_the_table_with_the_time_stop_of_the_parameters() -> None:
    parameters = Parameters(time_stop_bars=7, horizon_bars=13)
    for name, recipe in RECIPES.items():
        bars = 13.0 if name == "forecast" else 7.0  # a forecast is over at its horizon
        expected = recipe.levels._replace(time_stop_bars=bars)
        assert recipe_of(name, parameters) == recipe._replace(levels=expected)


async def test_the_default_plan_is_what_the_parameters_say() -> None:
    rig, _ = rig_with()
    await rig.run_until(lambda desk: bool(desk.books.positions))
    plan = plan_of(first_opened(rig).position, Parameters())
    assert plan == STOP_ONLY._replace(
        target_1_r=1.0,
        share_1_ratio=0.5,
        target_2_r=3.0,
        share_2_ratio=0.5,
        breakeven_from_r=1.0,
        trail_from_r=1.5,
        trail_atr=1.0,
        time_stop_bars=96.0,
    )
    alone = plan_of(first_opened(rig).position, Parameters(target_2_r=0.0, trail_from_r=0.0))
    assert (alone.share_1_ratio, alone.trail_atr) == (1.0, 0.0)
