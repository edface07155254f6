"""Risk, market and signals of a whole desk in memory: the figures are those of its books."""

import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import pytest

from engine.core.commands import Resume
from engine.core.events import Event, ProposalDecided
from engine.core.kinds import Regime, Role, TradingState
from engine.core.market import TimePassed
from engine.core.parameters import Parameters
from engine.core.people import Actor
from engine.core.reasons import Reason
from engine.core.state import Cause
from engine.execution.desk import Desk
from engine.execution.valuation import equity_quote, gross_quote
from engine.services.controls import Controls
from engine.services.risk_answers import Risk
from engine.services.risk_reports import RiskReports, lost_at_stops_quote
from tests.fakes.desk_rig import DeskRig
from tests.fakes.scripted_market import BTC

if TYPE_CHECKING:
    from engine.services.ports import Archive

OWNER = Actor("Olivia", Role.OWNER, 1001)


class Told:
    """An archive that knows the published events."""

    def __init__(self, events: list[Event]) -> None:
        self._events = events

    async def last_events(self, limit: int, kinds: Sequence[str] = ()) -> tuple[Event, ...]:
        found = [each for each in self._events if type(each).__name__ in kinds]
        return tuple(reversed(found))[:limit]


def reports_of(rig: DeskRig, desk: Desk) -> RiskReports:
    return RiskReports(desk, cast("Archive", Told(rig.events)), "USDT")


def used(risk: Risk, name: str) -> float:
    return next(gap.used for gap in (*risk.ratios, *risk.counts) if gap.name == name)


async def with_positions(count: int = 2) -> tuple[DeskRig, Desk]:
    rig = DeskRig(parameters=Parameters(max_correlation_ratio=1.0))
    return rig, await rig.run_until(lambda desk: len(desk.books.positions) == count)


async def test_risk_adds_up_to_the_books() -> None:
    rig, desk = await with_positions()
    risk = await reports_of(rig, desk).risk()
    books = desk.books
    equity = equity_quote(books)
    assert float(risk.equity_quote) == equity
    assert float(risk.stops_quote) == pytest.approx(lost_at_stops_quote(books), abs=1e-8)
    assert lost_at_stops_quote(books) > 0.0
    assert used(risk, "Exposure") == gross_quote(books) / equity
    assert used(risk, "Positions") == 2
    assert used(risk, "Leverage") == pytest.approx(gross_quote(books) / equity)
    assert sum(row.exposure_ratio for row in risk.sectors) == pytest.approx(used(risk, "Exposure"))
    assert sum(row.heat_ratio for row in risk.sectors) == pytest.approx(used(risk, "Heat"))
    assert [tail.level_ratio for tail in risk.tails] == [0.95, 0.99]
    assert all(tail.historical_quote > 0.0 for tail in risk.tails)
    assert 0.0 <= risk.diversification_ratio < 1.0
    assert risk.liquidation_ratio == 1.0


async def test_an_empty_desk_has_nothing_to_lose_and_all_of_its_room() -> None:
    rig = DeskRig()
    desk = rig.boot()
    await desk.start()
    risk = await reports_of(rig, desk).risk()
    assert risk.stops_quote == 0
    assert not risk.sectors
    assert not risk.tails
    assert (risk.room_quote, risk.halt_quote) == (Decimal(300), Decimal(600))
    assert math.isnan(risk.diversification_ratio)
    assert (risk.trading, risk.ends_at) == (TradingState.ACTIVE, None)


async def test_the_room_shrinks_with_the_day_and_ends_at_nothing() -> None:
    rig = DeskRig()
    desk = rig.boot()
    await desk.start()
    desk.books.state = replace(desk.books.state, cash_quote=Decimal(9800))
    assert (await reports_of(rig, desk).risk()).room_quote == Decimal(100)
    desk.books.state = replace(desk.books.state, cash_quote=Decimal(9500))
    risk = await reports_of(rig, desk).risk()
    assert (risk.room_quote, risk.halt_quote) == (Decimal(0), Decimal(100))


async def test_the_market_shows_a_regime_of_every_symbol_and_betas_against_bitcoin() -> None:
    rig, desk = await with_positions(1)
    market = await reports_of(rig, desk).market()
    assert [row.symbol for row in market.rows] == list(desk.books.instruments)
    assert {row.regime for row in market.rows} <= set(Regime) - {Regime.UNDEFINED}
    assert next(row.beta for row in market.rows if row.symbol == BTC) == pytest.approx(1.0)
    assert market.breadth.measured_count == 3


async def test_signals_come_newest_first_with_the_waiting_ones_on_top() -> None:
    rig = DeskRig(parameters=Parameters(max_positions=1))
    desk = await rig.run_until(
        lambda desk: any(
            isinstance(each, ProposalDecided) and each.reason is Reason.MAX_POSITIONS
            for each in desk.books.remarks
        )
    )
    signals = await reports_of(rig, desk).signals(20)
    newest = signals.decisions[0]
    assert newest.reason is Reason.MAX_POSITIONS
    assert "1 positions are open, 1 allowed" in newest.text
    moments = [each.at for each in signals.decisions]
    assert moments == sorted(moments, reverse=True)
    assert len({each.key() for each in signals.decisions}) == len(signals.decisions)
    assert len((await reports_of(rig, desk).signals(1)).decisions) == 1


async def test_a_losing_streak_is_counted_pauses_entries_and_ends_by_itself() -> None:
    rig = DeskRig(parameters=Parameters(losing_streak=1, streak_pause_s=7200))
    desk = await rig.run_until(lambda desk: desk.books.state.cause is Cause.STREAK)
    state = desk.books.state
    assert state.trading is TradingState.REDUCING
    assert state.losing_streak == 1
    risk = await reports_of(rig, desk).risk()
    assert risk.ends_at is not None
    assert state.last_loss_at is not None
    assert (risk.ends_at - state.last_loss_at).total_seconds() == 7200
    await desk.moments.passed(TimePassed(at=risk.ends_at))
    assert desk.books.state.trading is TradingState.ACTIVE


async def test_a_persons_word_ends_a_losing_streak() -> None:
    rig = DeskRig(parameters=Parameters(losing_streak=1, streak_pause_s=604_800))
    desk = await rig.run_until(lambda desk: desk.books.state.cause is Cause.STREAK)
    before = desk.books.state
    resumed = await Controls(desk).resume(Resume(command_id="1", actor=OWNER))
    assert (resumed.changed, resumed.after) == (True, TradingState.ACTIVE)
    assert before.cursor_at is not None
    await desk.moments.passed(TimePassed(at=before.cursor_at))
    assert desk.books.state.trading is TradingState.ACTIVE
    assert desk.books.state.losing_streak == 0
