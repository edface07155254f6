"""A sign of life for a dead-man's switch outside: sent only while the desk is truly well.

The service at the other end calls somebody when the signs stop: then this process, its machine or
its network may be gone, and nothing here could say so.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from loguru import logger

from engine.services.answers import Gauge

if TYPE_CHECKING:
    from pydantic import SecretStr

TIMEOUT_S = 10.0


class Heartbeat:
    """`beat` never raises: a service that is away must not disturb the desk."""

    def __init__(
        self, url: "SecretStr", gauges: Callable[[], Awaitable[tuple[Gauge, ...]]]
    ) -> None:
        self._url = url  # its path is the key to the switch: never logged
        self._gauges = gauges
        self._was_well = True
        self.failures = 0  # in a row

    async def beat(self) -> bool:
        """Whether a sign was sent and taken."""
        bad = [gauge.name for gauge in await self._gauges() if not gauge.good]
        if bad:
            if self._was_well:
                logger.warning("no heartbeat while not well: {}", ", ".join(bad))
            self._was_well = False
            return False
        self._was_well = True
        trouble = await self._send()
        self.failures = self.failures + 1 if trouble else 0
        if trouble:
            logger.warning("the heartbeat was not taken ({} in a row): {}", self.failures, trouble)
        return not trouble

    async def _send(self) -> str:
        """What went wrong, in words without the address; "" when all is well."""
        import aiohttp  # half a second, only where it is needed

        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
                session.get(self._url.get_secret_value(), allow_redirects=False) as answer,
            ):
                return "" if answer.status < 300 else f"status {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return type(error).__name__
