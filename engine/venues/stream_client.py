"""A ccxt.pro client for public streams; it shares the markets that the reader has loaded."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.venues.ccxt_client import TIMEOUT_MS, Reader
from engine.venues.ccxt_session import PlainSession
from engine.venues.quirks import client_options

KEEP_ALIVE_MS = 5_000  # Binance's own is 180 000: a dead peer would go unnoticed for six minutes
AT_ONCE = 4  # frames of one connection, until the others and the desk have their turn
MISSES = 2  # pings without an answer until the connection is given up
# what ccxt keeps of each symbol and series: it is read as it comes, and everything that lives long
# is looked through by the garbage collector while the loop stands still
SMALL_CACHES = {"tradesLimit": 200, "OHLCVLimit": 8}
# REST knows aggregated trades only: the same ids must come over both ways
_AGGREGATED = {"watchTradesForSymbols": {"name": "aggTrade"}}
STREAM_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "binance": _AGGREGATED,
    "binanceusdm": _AGGREGATED,
}


def stream_client(
    venue_id: str, symbols: Sequence[str], *, api_base: str = ""
) -> "StreamClient | None":
    """A client for a venue that streams its prices; None for one that does not."""
    from ccxt import pro

    if venue_id not in pro.exchanges:
        return None
    has = getattr(pro, venue_id)().has
    if has.get("watchBidsAsks") is not True and has.get("watchTickers") is not True:
        return None
    return StreamClient(venue_id, symbols, api_base=api_base)


def stream_errors() -> tuple[type[BaseException], ...]:
    """What a watch raises when the venue, the wire or ccxt fails."""
    from ccxt.base.errors import BaseError

    # ccxt's parsers stumble over garbage with plain Python errors
    plain = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, OSError)
    return (BaseError, *plain)


def steady(client: Any) -> None:
    """Makes a ccxt.pro client's streams fit to live with; before its first watch.

    A dead peer is found out in seconds, and no storm of frames keeps the loop to itself.
    """
    streaming = client.streaming or {}
    keep_alive_ms = min(KEEP_ALIVE_MS, streaming.get("keepAlive") or KEEP_ALIVE_MS)
    client.streaming = {**streaming, "keepAlive": keep_alive_ms, "maxPingPongMisses": MISSES}
    client.client = _fair(client.client)


def _fair(make: Callable[[str], Any]) -> Callable[[str], Any]:
    # ccxt takes in all that has piled up in one go, a third of a millisecond a frame: after a
    # pause of the desk that would be another one
    from ccxt.async_support.base.ws.client import MSG_SIZE_OVERHEAD, Client

    class Fair(Client):  # type: ignore[misc]
        def receive_loop(self) -> None:
            pile = None if self.closed() else self.buffer
            if not pile or len(pile) <= AT_ONCE:
                super().receive_loop()
                return
            taken_bytes = 0
            for _ in range(AT_ONCE):
                message, size_bytes = pile.popleft()
                taken_bytes += size_bytes + MSG_SIZE_OVERHEAD
                self.handle_message(message)
            # aiohttp counts what is read: the next frame answers for those taken behind its back
            first, size_bytes = pile[0]
            pile[0] = (first, size_bytes + taken_bytes)
            self.asyncio_loop.call_soon(self.receive_loop)

    def made(url: str) -> Any:
        connection = make(url)
        if type(connection) is Client:
            connection.__class__ = Fair
        return connection

    return made


class StreamClient:
    """The client, what its calls raise, and its session. Needs a running event loop."""

    def __init__(self, venue_id: str, symbols: Sequence[str], *, api_base: str = "") -> None:
        from ccxt import pro

        self._session = PlainSession(api_base) if api_base else None
        config: dict[str, Any] = {
            "timeout": TIMEOUT_MS,
            "number": str,
            "options": {
                **client_options(venue_id, symbols),
                **STREAM_OPTIONS.get(venue_id, {}),
                **SMALL_CACHES,
            },
        }
        if self._session is not None:
            config["session"] = self._session
        self.client: Any = getattr(pro, venue_id)(config)
        steady(self.client)
        self.errors = stream_errors()

    def share_markets(self, reader: Reader) -> None:
        """Takes over the markets of `reader`, without loading or copying them again."""
        self.client.set_markets_from_exchange(reader.client)

    async def close(self) -> None:
        """Ends every connection."""
        await self.client.close()
        if self._session is not None:
            await self._session.close()
