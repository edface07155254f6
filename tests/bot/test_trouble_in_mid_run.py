"""What goes wrong at a live account in mid-run: one message, and the position stays guarded.

The position's stop rests at the venue all along; what the desk decides itself still leaves, as
soon as the venue takes it.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from engine.core.events import AccountMended, AccountTrouble, TradeClosed
from engine.core.kinds import TradingState
from engine.core.state import Cause
from tests.bot.test_account_watch import state_of, watched
from tests.conformance.live_venues import KINDS
from tests.engine.execution.live_desk import LiveDesk
from tests.fakes.exchange.exchange import Exchange
from tests.fakes.exchange.faults import Fault, Kind


def revoked(exchange: Exchange) -> None:
    exchange.gate.key.is_revoked = True


def narrowed(exchange: Exchange) -> None:
    exchange.gate.key.can_spot = exchange.gate.key.can_swap = False


def minute_off(exchange: Exchange) -> None:
    exchange.skew_ms = 60_000  # as if our clock had been set back by a minute


def a_page(exchange: Exchange) -> None:
    exchange.faults.add(Fault(Kind.HTML, method="GET", times=100_000))


def in_maintenance(exchange: Exchange) -> None:
    exchange.world.in_maintenance = True


def mended(exchange: Exchange) -> None:
    key = exchange.gate.key
    key.is_revoked, key.can_spot, key.can_swap = False, True, True
    exchange.skew_ms = 0
    exchange.faults.clear()
    exchange.world.in_maintenance = False


TROUBLES = [
    (revoked, "Key", "refuses it"),
    (narrowed, "Trading", "may not trade"),
    (minute_off, "Clock", "-60.0 s"),
    (a_page, "Venue", "does not answer"),
    (in_maintenance, "Venue", "maintenance"),
]


@pytest.mark.parametrize(
    ("trouble", "name", "words"), TROUBLES, ids=lambda each: getattr(each, "__name__", None)
)
async def test_one_message_no_entries_and_the_stop_stays_where_it_is(
    trouble: Callable[[Exchange], None], name: str, words: str
) -> None:
    async with watched("ccxt swap") as (rig, watch):
        await guarded(rig)
        trouble(rig.bench.exchange)
        for _ in range(3):
            await watch.check()
            await rig.check()
        found = [each for each in rig.told(AccountTrouble) if each.name == name]
        assert len(rig.told(AccountTrouble)) == len(found) == 1
        assert words in found[0].text
        assert "\n" not in found[0].text + found[0].hint
        assert found[0].hint
        assert state_of(rig) == (TradingState.REDUCING, Cause.ACCOUNT)
        assert rig.stop_prices() == [Decimal(49_000)]
        mended(rig.bench.exchange)
        await watch.check()
        assert [each.name for each in rig.told(AccountMended)] == [name]
        assert state_of(rig) == (TradingState.ACTIVE, Cause.NONE)
        await rig.tick(48_900, at_venue=False)  # the desk's own stop, and the venue takes it
        assert len(rig.told(TradeClosed)) == 1
        assert rig.held_base() == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_a_market_without_stops_is_told_once_and_guarded_by_the_desk(kind: str) -> None:
    async with watched(kind) as (rig, watch):
        markets = rig.bench.venue.account.client.markets
        markets[rig.symbol]["info"]["orderTypes"] = ["LIMIT", "MARKET"]
        await rig.enter("0.1", stop=49_000.0)
        for _ in range(3):
            await watch.check()
            await rig.tick(50_010)
        (told,) = rig.told(AccountTrouble)
        assert told.name == f"Stops on {rig.symbol}"
        assert "the desk guards positions itself" in told.text
        assert state_of(rig) == (TradingState.ACTIVE, Cause.NONE)
        assert rig.live_stops() == []
        await rig.tick(48_900)
        assert len(rig.told(TradeClosed)) == 1
        assert rig.held_base() == 0


async def guarded(rig: LiveDesk) -> None:
    """A position whose stop rests at the venue."""
    await rig.enter("0.1", stop=49_000.0)
    await rig.tick(50_010)
    assert rig.stop_prices() == [Decimal(49_000)]
