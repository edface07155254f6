"""A live venue is opened only when it may be traded on; each "no" is one sentence with its mend."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from engine.core.errors import SettingsError, Temporary
from engine.venues.ccxt_account import Keys
from engine.venues.ccxt_checks import findings
from engine.venues.ccxt_setup import made_ready, opened, unopened
from engine.venues.ccxt_venue import CcxtVenue
from tests.conformance.live_venues import KEYS
from tests.engine.venues.live_bench import HastyClock
from tests.fakes.exchange.exchange import Exchange
from tests.fakes.exchange.faults import Fault, Kind, When

SPOT, SWAP = "BTC/USDT", "BTC/USDT:USDT"


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with Exchange() as exchange:
        for symbol in (SPOT, SWAP):
            exchange.price(symbol, 50_000)
        exchange.deposit("USDT", 1000)
        exchange.deposit("USDT", 1000, to_swap=True)
        yield exchange


@pytest.fixture
async def wall() -> AsyncIterator[HastyClock]:
    wall = HastyClock(lambda _: None)
    yield wall
    await wall.close()


async def started(
    exchange: Exchange, wall: HastyClock, symbol: str = SPOT, keys: Keys = KEYS
) -> CcxtVenue:
    account = unopened("binance", [symbol], keys, wall, api_base=exchange.base)
    account.row = replace(account.row, burst_s=600.0)  # a test does not wait its turn
    return await made_ready(account, [symbol], 3)


async def refusal(
    exchange: Exchange, wall: HastyClock, symbol: str = SPOT, keys: Keys = KEYS
) -> str:
    with pytest.raises((SettingsError, Temporary)) as told:
        await started(exchange, wall, symbol, keys)
    sentence = told.value.sentence()
    assert "\n" not in sentence
    assert not keys.secret or keys.secret not in sentence
    return sentence


async def test_a_good_key_opens_the_venue(exchange: Exchange, wall: HastyClock) -> None:
    venue = await opened("binance", [SPOT], KEYS, wall, api_base=exchange.base)
    try:
        assert (await venue.holdings()).cash_quote == 1000
    finally:
        await venue.close()


async def test_a_key_that_can_withdraw_is_refused(exchange: Exchange, wall: HastyClock) -> None:
    exchange.gate.key.can_withdraw = True
    assert "move money out" in await refusal(exchange, wall)
    exchange.gate.key.can_withdraw = False
    exchange.gate.key.can_transfer = True
    assert "can only read and trade" in await refusal(exchange, wall, SWAP)


async def test_a_wrong_key_a_wrong_secret_and_a_revoked_one_are_refused(
    exchange: Exchange, wall: HastyClock
) -> None:
    wrong = Keys(key="somebody-else", secret="loopback-secret")  # noqa: S106 - of nobody
    assert "EXCHANGE_API_KEY" in await refusal(exchange, wall, keys=wrong)
    wrong = Keys(key="loopback-key", secret="something-else")  # noqa: S106 - of nobody
    assert "refuses it" in await refusal(exchange, wall, keys=wrong)
    exchange.gate.key.is_revoked = True
    assert "refuses it" in await refusal(exchange, wall)


async def test_a_key_that_may_not_trade_here_is_refused(
    exchange: Exchange, wall: HastyClock
) -> None:
    exchange.gate.key.can_swap = False
    assert "may not trade perpetuals" in await refusal(exchange, wall, SWAP)


async def test_no_keys_no_passphrase_and_no_such_market_are_refused(
    exchange: Exchange, wall: HastyClock
) -> None:
    nothing = Keys(key="", secret="")
    assert "EXCHANGE_API_KEY" in await refusal(exchange, wall, keys=nothing)
    with pytest.raises(SettingsError, match="passphrase"):
        unopened("okx", [SPOT], KEYS, wall)
    assert "no 'NOPE/USDT'" in await refusal(exchange, wall, "NOPE/USDT")


async def test_an_address_that_is_not_the_venues_is_refused_before_any_call(
    wall: HastyClock,
) -> None:
    with pytest.raises(SettingsError, match="keys do not travel"):
        await opened("binance", [SPOT], KEYS, wall, api_base="https://binance.example")


async def test_maintenance_and_an_absent_venue_are_told_apart(
    exchange: Exchange, wall: HastyClock
) -> None:
    exchange.world.in_maintenance = True
    assert "maintenance" in await refusal(exchange, wall)
    exchange.world.in_maintenance = False
    exchange.faults.add(Fault(Kind.STATUS, method="GET", status=503, times=1000))
    assert "does not answer" in await refusal(exchange, wall)


async def test_a_page_where_the_venue_should_be_is_refused(
    exchange: Exchange, wall: HastyClock
) -> None:
    exchange.faults.add(Fault(Kind.HTML, when=When.BEFORE, times=1000))
    assert "does not answer" in await refusal(exchange, wall)


async def test_a_clock_that_is_far_off_is_refused(exchange: Exchange, wall: HastyClock) -> None:
    exchange.skew_ms = 60_000
    assert "NTP" in await refusal(exchange, wall)


async def test_a_halted_symbol_is_refused(exchange: Exchange, wall: HastyClock) -> None:
    exchange.halt(SPOT)
    assert "does not trade" in await refusal(exchange, wall)


async def test_perpetuals_are_set_one_way_isolated_and_to_the_leverage(
    exchange: Exchange, wall: HastyClock
) -> None:
    account = exchange.matching.floor.swap
    account.is_hedged = True
    venue = await started(exchange, wall, SWAP)
    try:
        assert not account.is_hedged
        told = await venue.account.client.fetch_leverages([SWAP])
        assert (told[SWAP]["longLeverage"], told[SWAP]["marginMode"]) == (3, "isolated")
        before = len([each for each in exchange.asked if each.startswith("POST")])
    finally:
        await venue.close()
    again = await started(exchange, wall, SWAP)
    await again.close()
    posts = [each for each in exchange.asked if each.startswith("POST")]
    assert len(posts) == before  # what is right is left as it is


async def test_a_venue_that_does_not_set_the_leverage_is_refused(
    exchange: Exchange, wall: HastyClock
) -> None:
    venue = await started(exchange, wall, SWAP)
    await venue.close()
    exchange.faults.add(Fault(Kind.STATUS, path="leverage", method="POST", status=0, code=-2010))
    account = unopened("binance", [SWAP], KEYS, wall, api_base=exchange.base)
    account.row = replace(account.row, burst_s=600.0)
    with pytest.raises(SettingsError) as told:
        await made_ready(account, [SWAP], 7)
    assert "did not set leverage" in told.value.sentence()


async def test_what_the_doctor_finds_is_what_the_start_looks_at(
    exchange: Exchange, wall: HastyClock
) -> None:
    exchange.gate.key.is_bound_to_ip = False
    exchange.skew_ms = 2_000
    account = unopened("binance", [SPOT], KEYS, wall, api_base=exchange.base)
    try:
        await account.open()
        found = {each.name: each async for each in findings(account)}
    finally:
        await account.close()
    assert [name for name, each in found.items() if not each.good] == ["Clock", "Addresses"]
    assert not any(each.is_fatal for each in found.values())
    assert "weights a second" in found["Limits"].value
    venue = await started(exchange, wall)  # warnings do not stop it
    await venue.close()
