"""The loopback exchange with unmodified ccxt.pro clients at it: what a test of the wire starts."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from engine.venues.ccxt_session import PlainSession
from tests.fakes.exchange.exchange import Exchange

SPOT, SWAP = "BTC/USDT", "BTC/USDT:USDT"
RECV_WINDOW_MS = 3000
TIMEOUT_MS = 3000


class Rig:
    """One exchange, one account, a client of each market that loads its markets when asked."""

    def __init__(self, exchange: Exchange, timeout_ms: int) -> None:
        self.exchange = exchange
        self._session = PlainSession(exchange.base)
        self._timeout_ms = timeout_ms

    @cached_property
    def spot(self) -> Any:
        return client(self.exchange, self._session, "spot", self._timeout_ms)

    @cached_property
    def swap(self) -> Any:
        return client(self.exchange, self._session, "linear", self._timeout_ms)

    async def close(self) -> None:
        for name in ("spot", "swap"):
            if name in vars(self):
                await vars(self)[name].close()
        await self._session.close()


@asynccontextmanager
async def trading(
    *, now: Callable[[], datetime] | None = None, timeout_ms: int = TIMEOUT_MS
) -> AsyncIterator[Rig]:
    """10 000 USDT on each market, BTC at 50 000."""
    async with Exchange(now=now) as exchange:
        for symbol in (SPOT, SWAP):
            exchange.price(symbol, 50_000)
        exchange.deposit("USDT", 10_000)
        exchange.deposit("USDT", 10_000, to_swap=True)
        rig = Rig(exchange, timeout_ms)
        try:
            yield rig
        finally:
            await rig.close()


def client(exchange: Exchange, session: PlainSession, market: str, timeout_ms: int) -> Any:
    """A ccxt.pro client of `market` (spot or linear) that believes it talks to Binance."""
    from ccxt import pro

    options = {
        "recvWindow": RECV_WINDOW_MS,
        "fetchCurrencies": False,
        "fetchMargins": False,
        "fetchMarkets": {"types": [market]},
        "defaultType": "spot" if market == "spot" else "swap",
    }
    key = exchange.gate.key
    words: dict[str, Any] = {
        "apiKey": key.key,
        "secret": key.secret,
        "session": session,
        "options": options,
    }
    words |= {"number": str, "enableRateLimit": False, "timeout": timeout_ms}
    words |= {"timeout_on_exit": 0}  # ccxt sleeps 250 ms after a close
    words |= {"verify": False}  # plain http here, and a TLS context costs 40 ms
    return pro.binance(words)
