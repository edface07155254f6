"""A start waits for a venue that is away, and says so; whatever else is wrong ends it."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bot.teller import say
from engine.core.errors import Temporary

FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 60.0

T = TypeVar("T")


class Sleeper(Protocol):
    async def sleep(self, seconds: float) -> None: ...


async def patiently(call: Callable[[], Awaitable[T]], wall: Sleeper) -> T:
    """What `call` answers once the venue does; each wait is a line at the terminal."""
    wait_s = FIRST_WAIT_S
    while True:
        try:
            return await call()
        except Temporary as error:
            say(f"{error.chat_text} Trying again in {wait_s:.0f} s.")
        await wall.sleep(wait_s)
        wait_s = min(wait_s * 2.0, LONGEST_WAIT_S)
