"""What comes up at a live account in mid-run is told once, stops entries, and ends by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from bot.account_watch import AccountWatch
from bot.jobs.account import JOB
from engine.core.events import AccountMended, AccountTrouble, OrderRefused
from engine.core.kinds import OrderState, TradingState
from engine.core.state import Cause
from engine.venues.ccxt_checks import Finding, findings, listing_findings
from tests.engine.execution.live_desk import LiveDesk, live_desk
from tests.fakes.exchange.faults import Fault, Kind

if TYPE_CHECKING:
    from bot.jobs.contract import Workshop


@asynccontextmanager
async def watched(kind: str) -> AsyncIterator[tuple[LiveDesk, AccountWatch]]:
    async with live_desk(kind) as rig:
        account = rig.bench.venue.account

        async def look() -> list[Finding]:
            found = [each async for each in findings(account)]
            return [*found, *await listing_findings(account, [rig.symbol])]

        yield rig, AccountWatch(look, rig.desk)


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


async def test_a_delisted_symbol_is_told_and_stops_no_other() -> None:
    async with watched("ccxt swap") as (rig, watch):
        rig.bench.exchange.delist(rig.symbol)
        await watch.check()
        await watch.check()
        assert [each.name for each in _told(rig)] == [f"Listing of {rig.symbol}"]
        assert state_of(rig) == (TradingState.ACTIVE, Cause.NONE)


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


def _told(rig: LiveDesk) -> list[AccountTrouble]:
    return [each for each in rig.events if isinstance(each, AccountTrouble)]
