"""Cards on keys, for venues without a loopback exchange of ours: their rights, and a dead key.

Unmodified ccxt asks and parses; the server answers in each venue's own words.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.core.clockwork import to_ms
from engine.venues.ccxt_checks import _key, _rights, ends_of
from tests.conformance.test_venue_shapes import VENUES, Scene
from tests.engine.venues.live_bench import live_bench, row_named

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True)
class Words:
    """Where a venue tells of keys, and how: one that trades, one that withdraws, a dead one."""

    path: str
    trades: dict[str, Any]
    withdraws: dict[str, Any]
    dead: dict[str, Any]


def bybit(*wallet: str) -> dict[str, Any]:
    permissions = {"Wallet": list(wallet), "Spot": ["SpotTrade"], "ContractTrade": ["Order"]}
    told = {"readOnly": 0, "permissions": permissions, "ips": ["203.0.113.7"], "id": "1"}
    return {"retCode": 0, "retMsg": "", "result": told, "retExtInfo": {}, "time": to_ms(NOW)}


def okx(permissions: str) -> dict[str, Any]:
    row = {"perm": permissions, "ip": "203.0.113.7", "acctLv": "2", "posMode": "net_mode"}
    return {"code": "0", "msg": "", "data": [row]}


def kraken(*permissions: str) -> dict[str, Any]:
    return {"error": [], "result": {"api_key_name": "desk", "permissions": list(permissions)}}


def coinbase(*, can_transfer: bool) -> dict[str, Any]:
    return {"can_view": True, "can_trade": True, "can_transfer": can_transfer}


WORDS = {
    "bybit": Words(
        "/v5/user/query-api",
        bybit("AccountTransfer"),
        bybit("AccountTransfer", "Withdraw"),
        {"retCode": 10003, "retMsg": "API key is invalid.", "result": {}, "time": to_ms(NOW)},
    ),
    "okx": Words(
        "/api/v5/account/config",
        okx("read_only,trade"),
        okx("read_only,trade,withdraw"),
        {"code": "50111", "msg": "Invalid OK-ACCESS-KEY", "data": []},
    ),
    "kraken": Words(
        "/0/private/GetApiKeyInfo",
        kraken("query-funds", "modify-trades"),
        kraken("query-funds", "modify-trades", "withdraw-funds"),
        {"error": ["EAPI:Invalid key"]},
    ),
    "coinbase": Words(
        "/api/v3/brokerage/key_permissions",
        coinbase(can_transfer=False),
        coinbase(can_transfer=True),
        {"error": "unauthorized", "message": "Unauthorized", "errors": [{"id": "invalid_token"}]},
    ),
}
BALANCES = (
    "/v5/account/wallet-balance",
    "/api/v5/account/balance",
    "/0/private/BalanceEx",
    "/0/private/Balance",
    "/api/v3/brokerage/accounts",
)


@pytest.fixture(params=VENUES, ids=lambda shapes: shapes.row_name)
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    async with live_bench(row_named(request.param.row_name)) as bench:
        yield Scene(request.param, bench)


async def test_k01_a_key_that_only_trades_is_read_from_the_venues_own_answer(scene: Scene) -> None:
    words = WORDS[scene.row.venue_id]
    scene.rest.on(words.path, words.trades)
    found = {each.name: each async for each in _rights(scene.venue.account)}
    assert [each.path for each in scene.rest.asked] == [words.path]
    assert not [each for each in found.values() if each.is_fatal]
    # Kraken names the rights that a key has; that there are no others it does not say
    assert found["Withdrawals"].good is (scene.row.venue_id != "kraken")


async def test_k02_a_key_that_withdraws_is_fatal_at_every_venue(scene: Scene) -> None:
    words = WORDS[scene.row.venue_id]
    scene.rest.on(words.path, words.withdraws)
    found = {each.name: each async for each in _rights(scene.venue.account)}
    assert found["Withdrawals"].is_fatal
    assert not found["Withdrawals"].is_passing  # no start waits for it


async def test_k03_a_dead_key_is_one_sentence_about_the_key(scene: Scene) -> None:
    for path in BALANCES:
        scene.rest.on(path, WORDS[scene.row.venue_id].dead)
    (found,) = [each async for each in _key(scene.venue.account)]
    assert (found.name, found.is_fatal, found.is_passing) == ("Key", True, False)
    assert found.value == f"{scene.row.name} refuses it"
    assert "EXCHANGE_API_KEY" in found.hint


async def test_k04_an_answer_that_is_none_is_no_word_on_the_key(scene: Scene) -> None:
    for path in (*BALANCES, WORDS[scene.row.venue_id].path):
        scene.rest.on(path, "<html>busy</html>")
    (found,) = [each async for each in _key(scene.venue.account)]
    assert (found.is_fatal, found.is_passing) == (True, True)
    rights = {each.name: each async for each in _rights(scene.venue.account)}
    assert not rights["Withdrawals"].good


@pytest.mark.parametrize(
    ("info", "is_told"),
    [
        ({"deliveryDate": 4_133_404_800_000}, False),  # Binance, nothing planned
        ({"deliveryDate": to_ms(NOW + timedelta(days=9))}, True),
        ({"deliveryTime": "0"}, False),  # Bybit
        ({"deliveryTime": str(to_ms(NOW + timedelta(days=9)))}, True),
        ({"expTime": ""}, False),  # OKX
        ({"expTime": str(to_ms(NOW + timedelta(days=9)))}, True),
        ({}, False),
        (None, False),
    ],
)
def test_k05_the_end_of_a_market_is_read_where_a_venue_names_it(
    info: dict[str, Any] | None, *, is_told: bool
) -> None:
    found = ends_of({"info": info}, NOW)
    assert found == (NOW + timedelta(days=9) if is_told else None)
