"""The clients of all voters, made in a thread: the SDKs take seconds to import."""

import asyncio
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

from llm.clients.contract import Address, Client
from llm.clients.registry import PROVIDERS

if TYPE_CHECKING:
    import httpx2

CONNECT_S = 5.0
CONNECTIONS = 32  # at once, over all endpoints


class Vendors:
    """Opens clients on one shared pool of connections; `close` ends it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._http: httpx2.AsyncClient | None = None
        self._turn = asyncio.Lock()

    async def open(self, address: Address) -> Client:
        """The client of one model. Raises SDK errors for an address that is none."""
        async with self._turn:  # one import at a time: two at once stall the loop for longer
            return await asyncio.to_thread(self._made, address)

    async def close(self) -> None:
        """Closes the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    def _made(self, address: Address) -> Client:
        is_known = address.provider in sys.modules  # each SDK's module is named as its provider
        with nullcontext() if is_known else _without_collecting():
            import httpx2

            if self._http is None:
                self._http = httpx2.AsyncClient(
                    timeout=httpx2.Timeout(None, connect=CONNECT_S),
                    limits=httpx2.Limits(max_connections=CONNECTIONS),
                    follow_redirects=False,  # a key goes to the host that was named, to no other
                )
            return PROVIDERS[address.provider].open(address, self._http, self._now)


@contextmanager
def _without_collecting() -> Iterator[None]:
    # An SDK brings half a million objects. The collector walks all of them several times while
    # they come, and holds up every thread for 130 to 190 ms; without it the longest stall was
    # 20 to 36 ms. They stay for ever: frozen, no later collection walks them either.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
