"""The heartbeat, on a real wire."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from loguru import logger
from pydantic import SecretStr

from bot.heartbeat import Heartbeat
from engine.services.answers import Gauge


class Switch:
    """A dead-man's switch on loopback."""

    def __init__(self) -> None:
        self.beats = 0
        self.status = 200

    async def take(self, _request: web.Request) -> web.Response:
        self.beats += 1
        return web.Response(status=self.status)


@pytest.fixture
async def switch() -> AsyncIterator[tuple[Switch, SecretStr]]:
    found = Switch()
    app = web.Application()
    app.router.add_get("/{key}", found.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    yield found, SecretStr(f"http://127.0.0.1:{port}/the-hidden-path")
    await runner.cleanup()


async def test_the_heart_beats_only_while_all_is_well(
    switch: tuple[Switch, SecretStr],
) -> None:
    server, url = switch
    gauges = [Gauge(name="Engine", value="running", good=True)]

    async def look() -> tuple[Gauge, ...]:
        return tuple(gauges)

    heart = Heartbeat(url, look)
    assert await heart.beat()
    gauges.append(Gauge(name="Prices", value="silent", good=False))
    assert not await heart.beat()
    assert server.beats == 1
    gauges.pop()
    assert await heart.beat()
    assert server.beats == 2


async def test_a_switch_that_refuses_or_is_away_is_logged_without_its_address(
    switch: tuple[Switch, SecretStr],
) -> None:
    server, url = switch
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)))

    async def well() -> tuple[Gauge, ...]:
        return ()

    try:
        heart = Heartbeat(url, well)
        server.status = 500
        assert not await heart.beat()
        nobody = Heartbeat(SecretStr("http://127.0.0.1:1/the-hidden-path"), well)
        assert not await nobody.beat()
        assert not await nobody.beat()
    finally:
        logger.remove(sink)
    assert (heart.failures, nobody.failures) == (1, 2)
    assert len(lines) == 3
    assert "status 500" in lines[0]
    assert "hidden" not in "".join(lines)
