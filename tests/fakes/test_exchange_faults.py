"""Every fault of the wire, as unmodified ccxt meets it: its class, and whether it was booked."""

import contextlib
from collections.abc import AsyncIterator

import aiohttp
import numpy as np
import pytest
from ccxt.base import errors

from engine.venues.ccxt_session import PlainSession
from tests.fakes.exchange.faults import Fault, Kind, Lottery, When, any_lost_answer
from tests.fakes.exchange.rig import SPOT, SWAP, Rig, client, trading

BEFORE, AFTER = When.BEFORE, When.AFTER


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with trading(timeout_ms=300) as made:
        yield made


async def buy(rig: Rig, cid: str = "x") -> dict[str, object]:
    words = {"clientOrderId": cid}
    order: dict[str, object] = await rig.spot.create_order(
        SPOT, "market", "buy", "0.01", params=words
    )
    return order


def fault(kind: Kind, when: When = BEFORE) -> Fault:
    return Fault(kind, method="POST", path="/order", when=when)


LOST = [
    (Kind.RESET, BEFORE, 0, errors.ExchangeNotAvailable),
    (Kind.RESET, AFTER, 0, errors.ExchangeNotAvailable),
    (Kind.SILENCE, BEFORE, 0, errors.RequestTimeout),
    (Kind.SILENCE, AFTER, 0, errors.RequestTimeout),
    (Kind.CUT_BODY, AFTER, 0, errors.ExchangeError),
    (Kind.STATUS, AFTER, 500, errors.ExchangeNotAvailable),
    (Kind.STATUS, BEFORE, 502, errors.ExchangeNotAvailable),
    (Kind.STATUS, AFTER, 503, errors.ExchangeNotAvailable),
    (Kind.STATUS, AFTER, 504, errors.RequestTimeout),
    (Kind.STATUS, AFTER, -1000, errors.OperationFailed),
    (Kind.STATUS, AFTER, -1006, errors.OperationFailed),
    (Kind.STATUS, AFTER, -1007, errors.RequestTimeout),
    (Kind.STATUS, BEFORE, -1008, errors.OperationFailed),
    (Kind.STATUS, BEFORE, -1021, errors.InvalidNonce),
    (Kind.STATUS, BEFORE, -2010, errors.InsufficientFunds),
    (Kind.STATUS, BEFORE, -2011, errors.OrderNotFound),
    (Kind.STATUS, BEFORE, -2015, errors.AuthenticationError),
]


@pytest.mark.parametrize(("kind", "when", "word", "error"), LOST)
async def test_a_fault_meets_one_order_and_books_it_or_not(
    rig: Rig, kind: Kind, when: When, word: int, error: type[Exception]
) -> None:
    scripted = fault(kind, when)
    scripted.status, scripted.code = max(word, 0), min(word, 0)
    rig.exchange.faults.add(scripted)
    with pytest.raises(error) as told:
        await buy(rig)
    assert type(told.value) is error
    booked = 1 if when is AFTER else 0
    assert len(rig.exchange.ledger().fills) == booked
    await buy(rig, "y")  # the next one fares well
    assert len(rig.exchange.ledger().fills) == booked + 1


@pytest.mark.parametrize("status", [418, 429])
async def test_a_ban_says_how_long_to_wait(rig: Rig, status: int) -> None:
    scripted = fault(Kind.STATUS)
    scripted.status, scripted.retry_after_s = status, 7
    rig.exchange.faults.add(scripted)
    with pytest.raises(errors.DDoSProtection):
        await buy(rig)
    headers = {name.lower(): word for name, word in rig.spot.last_response_headers.items()}
    assert headers["retry-after"] == "7"
    assert rig.exchange.ledger().fills == ()


@pytest.mark.parametrize("when", When)
@pytest.mark.parametrize("kind", [Kind.HTML, Kind.CUT_JSON])
async def test_a_broken_answer_is_an_order_without_an_id(rig: Rig, kind: Kind, when: When) -> None:
    rig.exchange.faults.add(fault(kind, when))
    order = await buy(rig)
    assert (order["id"], order["status"]) == (None, None)
    assert len(rig.exchange.ledger().fills) == (when is AFTER)


async def test_a_held_order_is_booked_when_it_is_let_go_in_time(rig: Rig) -> None:
    held = rig.exchange.faults.add(fault(Kind.HOLD))
    with pytest.raises(errors.RequestTimeout):
        await buy(rig)
    with pytest.raises(errors.OrderNotFound):  # not yet, which proves nothing
        await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "x"})
    held.release()
    await held.answered.wait()
    order = await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "x"})
    assert order["status"] == "closed"


async def test_a_held_order_is_refused_once_its_window_is_over(rig: Rig) -> None:
    held = rig.exchange.faults.add(fault(Kind.HOLD))
    with pytest.raises(errors.RequestTimeout):
        await buy(rig)
    rig.exchange.skew_ms = 4_000  # the time passed
    held.release()
    await held.answered.wait()
    assert rig.exchange.ledger().fills == ()


async def test_a_delayed_answer_comes_after_all(rig: Rig) -> None:
    late = fault(Kind.DELAY)
    late.delay_s = 0.05
    rig.exchange.faults.add(late)
    assert (await buy(rig))["status"] == "closed"


@pytest.mark.parametrize("skew_ms", [-3_000, 60_000])
async def test_a_clock_that_is_off_is_refused_until_it_is_measured(rig: Rig, skew_ms: int) -> None:
    rig.exchange.skew_ms = skew_ms
    with pytest.raises(errors.InvalidNonce):
        await buy(rig)
    await rig.spot.load_time_difference()
    rig.spot.options["adjustForTimeDifference"] = True
    assert (await buy(rig))["status"] == "closed"


async def test_a_revoked_key_looks_like_rate_limiting_once_it_has_worked(rig: Rig) -> None:
    await rig.spot.fetch_balance()
    rig.exchange.gate.key.is_revoked = True
    with pytest.raises(errors.DDoSProtection):
        await buy(rig)
    with pytest.raises(errors.AuthenticationError):  # that client never had an answer
        await rig.swap.fetch_balance()


async def test_a_wrong_secret_is_refused(rig: Rig) -> None:
    session = PlainSession(rig.exchange.base)
    stranger = client(rig.exchange, session, "spot", 1000)
    stranger.secret = stranger.secret.upper()
    try:
        with pytest.raises(errors.AuthenticationError):
            await stranger.fetch_balance()
    finally:
        await stranger.close()
        await session.close()


async def test_faults_can_be_aimed_and_repeated(rig: Rig) -> None:
    aimed = rig.exchange.faults.add(
        Fault(
            Kind.STATUS,
            status=500,
            times=2,
            skip=1,
            matches=lambda call: call.words.get("symbol") == "BTCUSDT" and "fapi" in call.path,
        )
    )
    await rig.swap.fetch_order_book(SWAP)
    await rig.spot.fetch_order_book(SPOT)
    for _ in range(2):
        with pytest.raises(errors.ExchangeNotAvailable):
            await rig.swap.fetch_order_book(SWAP)
    await rig.swap.fetch_order_book(SWAP)
    assert (aimed.hits, len(rig.exchange.faults.met)) == (2, 2)


async def fates(seed: int) -> list[str]:
    async with trading(timeout_ms=100) as rig:
        lottery = Lottery(seed, 0.5, make=any_lost_answer, method="POST", path="/order")
        rig.exchange.faults.draw_from(lottery)
        for number in range(12):
            with contextlib.suppress(errors.NetworkError, errors.ExchangeError):
                await buy(rig, f"c{number}")
        met = [f"{met.kind} {met.when}" for met, _ in rig.exchange.faults.met]
        return [*met, str(len(rig.exchange.ledger().fills))]


async def test_the_same_seed_draws_the_same_faults() -> None:
    first, second, other = [await fates(seed) for seed in (7, 7, 8)]
    assert first == second != other


def test_every_lost_answer_is_drawn_sooner_or_later() -> None:
    chance = np.random.default_rng(1)
    drawn = {(each.kind, each.when) for each in (any_lost_answer(chance) for _ in range(300))}
    assert len(drawn) == 10


async def test_every_request_is_remembered_the_lost_ones_too(rig: Rig) -> None:
    rig.exchange.faults.add(fault(Kind.RESET))
    with pytest.raises(errors.ExchangeNotAvailable):
        await buy(rig)
    assert rig.exchange.asked.count("POST /api/v3/order") == 1


async def test_a_cancel_may_arrive_after_the_fill(rig: Rig) -> None:
    words = {"clientOrderId": "r"}
    await rig.spot.create_order(SPOT, "limit", "buy", "0.01", "49000", words)
    race = Fault(Kind.ACT, method="DELETE", act=lambda: rig.exchange.price(SPOT, 48_000))
    rig.exchange.faults.add(race)
    with pytest.raises(errors.OrderNotFound):  # gone, and not because it was cancelled
        await rig.spot.cancel_order(None, SPOT, words)
    assert (await rig.spot.fetch_order(None, SPOT, words))["status"] == "closed"


async def test_a_fill_may_come_before_the_answer_to_the_order(rig: Rig) -> None:
    race = Fault(Kind.ACT, method="POST", when=AFTER, act=lambda: rig.exchange.price(SPOT, 48_000))
    rig.exchange.faults.add(race)
    words = {"clientOrderId": "r"}
    order = await rig.spot.create_order(SPOT, "limit", "buy", "0.01", "49000", words)
    assert order["status"] == "open"  # what the answer still says
    assert rig.exchange.ledger().open_orders == ()


async def test_too_many_requests_are_turned_away_for_the_rest_of_the_minute(rig: Rig) -> None:
    await rig.spot.fetch_balance()
    rig.exchange.gate.weight_limit = 1
    with pytest.raises(errors.DDoSProtection):
        await rig.spot.fetch_balance()
    headers = {name.lower(): word for name, word in rig.spot.last_response_headers.items()}
    assert 1 <= int(headers["retry-after"]) <= 60


async def test_an_exchange_that_is_gone_refuses_connections_and_forgets_nothing(rig: Rig) -> None:
    await buy(rig, "first")
    await rig.exchange.vanish()
    with pytest.raises(errors.ExchangeNotAvailable):  # the connection that was kept is found dead
        await rig.spot.fetch_time()
    with pytest.raises(errors.ExchangeNotAvailable) as told:
        await buy(rig, "never")
    assert isinstance(told.value.__cause__, aiohttp.ClientConnectorError)
    await rig.exchange.appear()
    assert (await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "first"}))[
        "status"
    ] == "closed"
    assert len(rig.exchange.ledger().fills) == 1
