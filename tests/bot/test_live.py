"""A live desk from its settings: it starts on a good account, and says why it does not."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from bot.doctor import examine_all
from bot.doctor_live import account_gauges
from bot.engine_room import EngineRoom, build
from bot.markets import open_market
from bot.parley import cast_of
from bot.settings import Settings, load
from engine.core.errors import SettingsError
from engine.core.kinds import OrderKind, OrderState, Side
from engine.core.orders import Confirmed, OrderRequest
from engine.execution.clocks import SystemClock
from storage.opening import open_database
from tests.fakes.exchange.exchange import Exchange

if TYPE_CHECKING:
    from engine.venues.ccxt_venue import CcxtVenue

SPOT, SWAP = "BTC/USDT", "BTC/USDT:USDT"
NOT_SHOWN = "loopback-secret"


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with Exchange() as exchange:
        for symbol in (SPOT, SWAP):
            exchange.price(symbol, 50_000)
        exchange.deposit("USDT", 1000)
        exchange.deposit("USDT", 1000, to_swap=True)
        yield exchange


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where no developer's .env is


def live(exchange: Exchange, folder: Path, symbol: str = SPOT, **more: str) -> Settings:
    environ = {
        "TRADING": "live",
        "TELEGRAM_BOT_TOKEN": "123456:" + "a" * 35,
        "TELEGRAM_API_BASE": "http://127.0.0.1:9",  # nobody listens there
        "LIVE_CONFIRM": "I understand",
        "MARKET": "binance",
        "SYMBOLS": symbol,
        "TIMEFRAMES": "1m",
        "EXCHANGE_API_KEY": "loopback-key",
        "EXCHANGE_API_SECRET": NOT_SHOWN,
        "EXCHANGE_API_BASE": exchange.base,
        "DATA_DIR": str(folder / "var"),
        "HTTP_PORT": "0",
    }
    return load(environ=environ | more, env_file=None)


async def started(settings: Settings, stack: AsyncExitStack) -> EngineRoom:
    """The room of a desk that has recovered; the stack closes it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    opened = await open_database(settings.database, settings.data_dir / "backups")
    stack.push_async_callback(opened.database.close)
    wall = SystemClock(lambda _: None)
    stack.push_async_callback(wall.close)
    market = await open_market(settings, wall, opened.identity.created_at)
    stack.push_async_callback(market.close)
    room = await build(settings, cast_of(settings), opened, market, wall, lambda _: (), tuple)
    stack.push_async_callback(room.parley.close)
    stack.push_async_callback(room.close)
    await room.start()
    stack.push_async_callback(room.desk.stop)
    return room


async def refusal(settings: Settings) -> str:
    async with AsyncExitStack() as stack:
        with pytest.raises(SettingsError) as told:
            await started(settings, stack)
    sentence = told.value.sentence()
    assert "\n" not in sentence
    assert NOT_SHOWN not in sentence
    return sentence


@pytest.mark.parametrize("symbol", [SPOT, SWAP])
async def test_a_live_desk_starts_with_the_accounts_own_money(
    exchange: Exchange, tmp_path: Path, symbol: str
) -> None:
    async with AsyncExitStack() as stack:
        room = await started(live(exchange, tmp_path, symbol), stack)
        assert (room.market.mode.badge, room.market.mode.words.split()[0]) == ("LIVE", "REAL")
        assert room.desk.books.state.cash_quote == 1000
        assert set(room.tasks()) == {"approvals", "venue watch", "own orders"}
        assert room.paper is None
        assert room.live is not None
        # the venue counts the feed's requests and the account's together, and so do we
        account = cast("CcxtVenue", room.venue).account
        assert account.client.throttler is room.market.limiter is account._limiter
        assert all(found.good for found in await room.live.look())
        exchange.gate.key.can_withdraw = True  # somebody widened the key
        assert [found.name for found in await room.live.look() if found.is_fatal] == ["Withdrawals"]
        order = OrderRequest(
            client_order_id="abcde00000001e01",
            symbol=symbol,
            side=Side.BUY,
            kind=OrderKind.MARKET,
            qty_base=Decimal("0.001"),
            decision_price=50_000.0,
        )
        outcome = await room.venue.submit(order)
        assert isinstance(outcome, Confirmed)
        assert outcome.order.state is OrderState.FILLED


async def test_books_that_are_not_the_venues_are_refused(
    exchange: Exchange, tmp_path: Path
) -> None:
    exchange.by_hand(SWAP, "BUY", "0.01")
    sentence = await refusal(live(exchange, tmp_path, SWAP))
    assert "not the venue's (BTC/USDT:USDT: ours 0, the venue's 0.01)" in sentence
    assert "then start again" in sentence


async def test_a_dot_env_that_others_can_read_is_refused(
    exchange: Exchange, tmp_path: Path
) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("EXCHANGE_API_KEY=loopback-key\n")
    env_file.chmod(0o644)
    assert "chmod 600" in await refusal(live(exchange, tmp_path))
    env_file.chmod(0o600)
    async with AsyncExitStack() as stack:
        await started(live(exchange, tmp_path), stack)


async def test_a_key_that_can_withdraw_starts_nothing(exchange: Exchange, tmp_path: Path) -> None:
    exchange.gate.key.can_withdraw = True
    assert "move money out" in await refusal(live(exchange, tmp_path))
    assert not [each for each in exchange.asked if each.startswith("POST")]


async def test_a_paper_desk_on_the_same_venue_sends_nothing(
    exchange: Exchange, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        room = await started(live(exchange, tmp_path, TRADING="paper"), stack)
        assert room.market.mode.badge == "PAPER"
        assert (room.live, set(room.tasks())) == (None, {"approvals"})
        assert room.paper is not None
    assert not [each for each in exchange.asked if "account" in each or each.startswith("POST")]


async def test_the_doctor_names_each_thing_to_mend(exchange: Exchange, tmp_path: Path) -> None:
    exchange.gate.key.can_withdraw = True
    exchange.gate.key.is_bound_to_ip = False
    settings = live(exchange, tmp_path, SWAP)
    found = {gauge.name: gauge for gauge in await examine_all(settings)}
    assert not found["Withdrawals"].good
    assert "can only read and trade" in found["Withdrawals"].hint
    assert not found["Addresses"].good
    assert found["Key"].good
    assert found["Clock"].good
    assert found["Limits"].good
    assert "20 times leverage" in found["BTC"].value


async def test_the_doctor_of_a_refused_key_and_of_none(exchange: Exchange, tmp_path: Path) -> None:
    exchange.gate.key.is_revoked = True
    found = {gauge.name: gauge for gauge in await examine_all(live(exchange, tmp_path))}
    assert not found["Key"].good
    assert "EXCHANGE_API_KEY" in found["Key"].hint
    paper = load(environ={"HTTP_PORT": "0", "DATA_DIR": str(tmp_path)}, env_file=None)
    found = {gauge.name: gauge for gauge in await examine_all(paper)}
    assert found["Account"].good


async def test_the_doctor_says_that_nobody_answers(exchange: Exchange, tmp_path: Path) -> None:
    settings = live(exchange, tmp_path, EXCHANGE_API_BASE="http://localhost:9")
    found = {gauge.name: gauge for gauge in await account_gauges(settings)}
    assert not found["Venue"].good
    assert "does not answer" in found["Venue"].value
