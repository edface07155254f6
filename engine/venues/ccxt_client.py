"""A ccxt client for public reads: made, redirected, and asked with patience."""

import difflib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from engine.core.errors import SettingsError, Temporary
from engine.venues.ccxt_errors import Meaning, meaning_of
from engine.venues.ccxt_limiter import Limiter
from engine.venues.ccxt_session import PlainSession
from engine.venues.quirks import client_options

TIMEOUT_MS = 10_000
WAITS_S = (0.5, 1.0, 2.0)  # between the attempts of one read
SLOW_DOWN_S = 10.0  # where the venue does not say how long
MAX_WAIT_S = 60.0


class Sleeper(Protocol):
    async def sleep(self, seconds: float) -> None: ...


class Reader:
    """Public reads of one venue. Repeats what may be repeated; raises Temporary after that.

    Needs a running event loop from its birth. Raises SettingsError for a venue that ccxt does
    not know, and for what the venue refuses for good.
    """

    def __init__(
        self, venue_id: str, symbols: Sequence[str], clock: Sleeper, *, api_base: str = ""
    ) -> None:
        from ccxt import async_support  # 0.8 s and 100 MB: only this market pays
        from ccxt.base.errors import BaseError

        if venue_id not in async_support.exchanges:
            close = difflib.get_close_matches(venue_id, async_support.exchanges, n=3)
            hint = f"Did you mean {' or '.join(close)}?" if close else ""
            raise SettingsError(f"MARKET: there is no venue '{venue_id}'.", hint=hint)
        self._venue_id = venue_id
        self._clock = clock
        self._session = PlainSession(api_base) if api_base else None
        config = {
            "timeout": TIMEOUT_MS,
            "number": str,
            "options": client_options(venue_id, symbols),
        }
        if self._session is not None:
            config["session"] = self._session
        self.client: Any = getattr(async_support, venue_id)(config)
        # ccxt's parsers stumble over garbage with plain Python errors
        self._errors = (
            BaseError,
            TypeError,
            ValueError,
            LookupError,
            AttributeError,
            ArithmeticError,
        )
        self._limiter: Limiter | None = None
        self._closed = False

    def paced_by(self, limiter: Limiter) -> None:
        """Asks in the turns of `limiter` from now on, which others share; ccxt's own rests."""
        self.client.open()
        self.client.throttler = self._limiter = limiter

    async def ask(
        self,
        call: Callable[[], Awaitable[Any]],
        what: str,
        *,
        waits_s: tuple[float, ...] = WAITS_S,
    ) -> Any:
        """What `call` answers; one attempt more than there are waits."""
        for wait_s in (*waits_s, None):
            try:
                return await call()
            except self._errors as error:
                await self._after(error, what, wait_s)
        raise Temporary(f"{self._venue_id} {what}: no answer")

    async def close(self) -> None:
        self._closed = True
        await self.client.close()
        if self._session is not None:
            await self._session.close()

    async def _after(self, error: BaseException, what: str, wait_s: float | None) -> None:
        # waits for the next attempt, or raises; ccxt's own text may hold a URL: only its class
        text = f"{self._venue_id} {what}: {type(error).__name__}"
        meaning = meaning_of(error)
        if self._closed:
            raise Temporary(f"{text}, closed") from error
        if meaning is Meaning.REFUSED:
            raise SettingsError(
                f"MARKET: {text}",
                chat_text=f"The venue {self._venue_id} refused to answer: {type(error).__name__}.",
            ) from error
        if wait_s is None:
            raise Temporary(text, chat_text="The venue does not answer.") from error
        if meaning is Meaning.SLOW_DOWN:
            wait_s = self._told_wait_s()
            if self._limiter is not None:
                self._limiter.ban(wait_s)  # the account is to hear of it too
        await self._clock.sleep(wait_s)

    def _told_wait_s(self) -> float:
        headers = self.client.last_response_headers or {}
        told = {str(name).lower(): word for name, word in headers.items()}.get("retry-after", "")
        return min(float(told), MAX_WAIT_S) if str(told).isdigit() else SLOW_DOWN_S
