"""Real money is looked at before the market is opened; a venue that is away is waited for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot import patience
from bot.live import look_beforehand
from bot.markets import open_market
from bot.patience import patiently
from bot.settings import Settings
from engine.core.errors import SettingsError, Temporary
from storage.opening import open_database
from tests.bot.test_live import SPOT, elsewhere, exchange, live, started
from tests.engine.venues.live_bench import HastyClock
from tests.fakes.exchange.exchange import Exchange

__all__ = ["elsewhere", "exchange"]


@pytest.fixture
async def wall() -> AsyncIterator[HastyClock]:
    wall = HastyClock(lambda _: None)
    yield wall
    await wall.close()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(patience, "say", lines.append)
    return lines


def asked_of_the_market(exchange: Exchange) -> list[str]:
    return [each for each in exchange.asked if "klines" in each or "ticker" in each]


def widened(exchange: Exchange) -> None:
    exchange.gate.key.can_withdraw = True


def revoked(exchange: Exchange) -> None:
    exchange.gate.key.is_revoked = True


def narrowed(exchange: Exchange) -> None:
    exchange.gate.key.can_spot = False


def skewed(exchange: Exchange) -> None:
    exchange.skew_ms = -60_000


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (widened, "move money out"),
        (revoked, "refuses it"),
        (narrowed, "may not trade spot"),
        (skewed, "differs from the venue's by +60"),
    ],
)
async def test_what_is_wrong_is_told_before_anything_is_asked_of_the_market(
    exchange: Exchange,
    tmp_path: Path,
    wall: HastyClock,
    said: list[str],
    trouble: Callable[[Exchange], None],
    words: str,
) -> None:
    trouble(exchange)
    with pytest.raises(SettingsError) as told:
        await look_beforehand(live(exchange, tmp_path), wall)
    assert words in told.value.sentence()
    assert "\n" not in told.value.sentence()
    assert asked_of_the_market(exchange) == []
    assert said == []


async def test_a_readable_dot_env_is_told_before_the_venue_is_asked(
    exchange: Exchange, tmp_path: Path, wall: HastyClock
) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("EXCHANGE_API_KEY=loopback-key\n")
    env_file.chmod(0o644)
    with pytest.raises(SettingsError, match="others can read"):
        await look_beforehand(live(exchange, tmp_path), wall)
    assert exchange.asked == []


async def test_paper_needs_no_look(exchange: Exchange, tmp_path: Path, wall: HastyClock) -> None:
    await look_beforehand(live(exchange, tmp_path, TRADING="paper"), wall)
    assert exchange.asked == []


async def test_maintenance_is_waited_for_with_a_line(
    exchange: Exchange, tmp_path: Path, wall: HastyClock, said: list[str]
) -> None:
    exchange.world.in_maintenance = True
    looking = asyncio.ensure_future(look_beforehand(live(exchange, tmp_path), wall))
    async with asyncio.timeout(20):
        while not said:  # noqa: ASYNC110 - a line that is printed tells nobody
            await asyncio.sleep(0.01)
    assert not looking.done()
    exchange.world.in_maintenance = False
    await looking
    assert said[0] == "Venue: Binance spot is in maintenance. Trying again in 5 s."


async def test_a_first_start_waits_for_a_silent_venue_and_then_starts(
    exchange: Exchange, tmp_path: Path, wall: HastyClock, said: list[str]
) -> None:
    settings = live(exchange, tmp_path)
    await exchange.vanish()
    opening = asyncio.ensure_future(_opened(settings, wall))
    async with asyncio.timeout(30):
        while not said:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await exchange.appear()
    exchange.price(SPOT, 50_000)
    async with asyncio.timeout(30):
        await opening
    assert said[0] == "The venue does not answer. Trying again in 5 s."
    async with AsyncExitStack() as stack:
        room = await started(settings, stack)
        assert room.desk.books.state.cash_quote == 1000


async def _opened(settings: Settings, wall: HastyClock) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    opened = await open_database(settings.database, settings.data_dir / "backups")
    await opened.database.close()
    at = opened.identity.created_at
    market = await patiently(lambda: open_market(settings, wall, at), wall)
    await market.close()


async def test_waits_grow_and_end_with_the_trouble(said: list[str]) -> None:
    class Wall:
        def __init__(self) -> None:
            self.slept_s: list[float] = []

        async def sleep(self, seconds: float) -> None:
            self.slept_s.append(seconds)

    wall, tries = Wall(), 0

    async def call() -> str:
        nonlocal tries
        tries += 1
        if tries < 7:
            raise Temporary("silence", chat_text="The venue does not answer.")
        return "here"

    assert await patiently(call, wall) == "here"
    assert wall.slept_s == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]
    assert len(said) == 6
