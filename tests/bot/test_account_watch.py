"""What comes up at a live account in mid-run is told once, stops entries, and ends by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from bot.account_watch import AccountWatch
from bot.jobs.account import JOB
from bot.live import look_at
from engine.core.advice import Snapshot
from engine.core.clockwork import to_ms
from engine.core.events import AccountMended, AccountTrouble, OrderRefused
from engine.core.kinds import OrderState, PositionSide, Regime, TradingState
from engine.core.reasons import Reason
from engine.core.state import Cause
from engine.core.timeframes import Timeframe
from engine.risk import not_traded
from tests.conformance.live_venues import KINDS
from tests.engine.execution.live_desk import LiveDesk, live_desk
from tests.engine.risk.desks import an_entry
from tests.fakes.exchange.faults import Fault, Kind

if TYPE_CHECKING:
    from bot.jobs.contract import Workshop


@asynccontextmanager
async def watched(kind: str) -> AsyncIterator[tuple[LiveDesk, AccountWatch]]:
    async with live_desk(kind) as rig:
        yield rig, AccountWatch(partial(look_at, rig.bench.venue, [rig.symbol]), rig.desk)


def state_of(rig: LiveDesk) -> tuple[TradingState, Cause]:
    state = rig.desk.books.state
    return state.trading, state.cause


async def test_a_widened_key_is_told_once_and_stops_entries_until_it_is_narrow_again() -> None:
    async with watched("ccxt swap") as (rig, watch):
        workshop = cast("Workshop", SimpleNamespace(account=watch))
        await JOB.run(workshop)
        assert rig.events == []
        rig.bench.exchange.gate.key.can_withdraw = True
        await JOB.run(workshop)
        await JOB.run(workshop)
        (told,) = rig.told(AccountTrouble)
        assert told.name == "Withdrawals"
        assert state_of(rig) == (TradingState.REDUCING, Cause.ACCOUNT)
        rig.bench.exchange.gate.key.can_withdraw = False
        await JOB.run(workshop)
        assert [type(each) for each in rig.told(AccountMended)] == [AccountMended]
        assert state_of(rig) == (TradingState.ACTIVE, Cause.NONE)


async def test_a_clock_that_is_off_and_a_venue_that_is_away_are_told() -> None:
    async with watched("ccxt spot") as (rig, watch):
        rig.bench.exchange.skew_ms = 20_000
        await watch.check()
        assert [each.name for each in _told(rig)] == ["Clock"]
        await rig.bench.exchange.vanish()
        await watch.check()
        assert {each.name for each in _told(rig)} >= {"Clock", "Venue"}
        rig.bench.exchange.skew_ms = 0
        await rig.bench.exchange.appear()
        await watch.check()
        assert state_of(rig) == (TradingState.ACTIVE, Cause.NONE)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_halted_symbol_takes_no_entries_and_stops_no_other(kind: str) -> None:
    async with watched(kind) as (rig, watch):
        await rig.enter("0.1", stop=49_000.0)
        rig.bench.exchange.delist(rig.symbol)
        await watch.check()
        await watch.check()
        (told,) = _told(rig)
        assert told.name == f"Listing of {rig.symbol}"
        assert told.hint.startswith("Position #1 is open there. No entries there.")
        assert state_of(rig) == (TradingState.ACTIVE, Cause.NONE)
        view = rig.desk.entries._desk_view(a_snapshot(rig.symbol), None)
        denial = not_traded.check(
            an_entry(instrument=rig.desk.books.instruments[rig.symbol]), view, rig.parameters
        )
        assert denial is not None
        assert (denial.reason, denial.text) == (
            Reason.NOT_TRADED,
            f"{rig.symbol} is not traded at the venue now",
        )
        rig.bench.exchange.resume(rig.symbol)
        await watch.check()
        assert rig.desk.books.not_traded == {}
        assert len(rig.told(AccountMended)) == 1


async def test_the_day_that_the_venue_names_is_told_and_entries_stop_before_it() -> None:
    async with watched("ccxt swap") as (rig, watch):
        ends_at = (datetime.now(UTC) + timedelta(days=10)).replace(second=0, microsecond=0)
        rig.bench.exchange.listing(rig.symbol).ends_ms = to_ms(ends_at)
        await watch.check()
        (told,) = _told(rig)
        assert f"ends it on {ends_at:%Y-%m-%d %H:%M} UTC" in told.text
        assert "Close an open position before then" in told.hint
        assert f"to end on {ends_at:%Y-%m-%d %H:%M} UTC" == rig.desk.books.not_traded[rig.symbol]
        rig.bench.exchange.delist(rig.symbol)
        await watch.check()
        assert len(_told(rig)) == 2  # the day has come: that is news


async def test_listings_that_are_not_told_mend_nothing() -> None:
    async with watched("ccxt swap") as (rig, watch):
        rig.bench.exchange.delist(rig.symbol)
        await watch.check()
        rig.bench.exchange.faults.add(Fault(Kind.HTML, path="exchangeInfo", times=1000))
        await watch.check()
        assert rig.told(AccountMended) == []
        assert rig.desk.books.not_traded


async def test_a_person_s_pause_is_not_undone_by_a_good_look() -> None:
    async with watched("ccxt spot") as (rig, watch):
        await rig.desk.switch.move(TradingState.REDUCING, Cause.PERSON, "a break")
        rig.bench.exchange.faults.add(Fault(Kind.HTML, path="restrictions"))
        await watch.check()
        await watch.check()
        assert state_of(rig) == (TradingState.REDUCING, Cause.PERSON)


async def test_an_order_that_our_own_guard_holds_back_stops_entries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with live_desk("ccxt swap") as rig:
        await rig.enter()
        client = rig.bench.venue.account.client
        sign = client.sign

        def losing(*words: object, **more: object) -> object:
            request = sign(*words, **more)
            for part in ("url", "body"):
                if isinstance(request[part], str):
                    request[part] = request[part].replace("triggerPrice=49000", "x=1")
            return request

        monkeypatch.setattr(client, "sign", losing)
        await rig.tick(50_010)
        (told,) = rig.told(OrderRefused)
        assert (told.reason.value, told.order.state) == ("held_back", OrderState.REFUSED)
        assert state_of(rig) == (TradingState.REDUCING, Cause.GUARD)
        assert rig.live_stops() == []


def a_snapshot(symbol: str) -> Snapshot:
    return Snapshot(
        symbol=symbol,
        timeframe=Timeframe.H1,
        at=datetime.now(UTC),
        side=PositionSide.LONG,
        entry_price=50_000.0,
        stop_price=49_000.0,
        regime=Regime.RANGE,
    )


def _told(rig: LiveDesk) -> list[AccountTrouble]:
    return [each for each in rig.events if isinstance(each, AccountTrouble)]
