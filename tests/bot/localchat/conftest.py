"""A local chat on a free loopback port for every test that asks for `wire`."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.localchat.server import serve
from bot.localchat.world import World
from tests.bot.localchat.wire import Clock, Wire


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(now_s=clock, first_id=100)


@pytest.fixture
async def wire(world: World) -> AsyncIterator[Wire]:
    async with serve(world) as url, aiohttp.ClientSession() as session:
        yield Wire(url, session)
