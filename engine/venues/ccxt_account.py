"""The client of one live account: signed, watched over, asked in lanes, and its clock measured."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from statistics import median
from typing import Any, Protocol

from loguru import logger

from engine.core.clockwork import to_ms
from engine.core.errors import SettingsError, Temporary
from engine.venues.ccxt_errors import Meaning, meaning_of
from engine.venues.ccxt_guard import INTENT, Intent, NotSent, guarded
from engine.venues.ccxt_limiter import LANE, Lane, Limiter
from engine.venues.ccxt_row import LiveRow
from engine.venues.ccxt_session import PlainSession, check_base, check_hosts

TIMEOUT_S = 10.0
WAITS_S = (0.25, 1.0)  # between the attempts of one read
BAN_S = 10.0  # where the venue does not say how long
MAX_BAN_S = 300.0
RESYNC = timedelta(minutes=10)  # how long a measured clock offset is believed
SAMPLES = 5
JUMP_S = 0.5  # the wall moved against the monotonic clock: somebody set it
MAX_SKEW_S = 5.0  # beyond it the desk takes no entries
KEEP_ALIVE_MS = 10_000


class Wall(Protocol):
    """Real time."""

    def now(self) -> datetime: ...
    def monotonic_s(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What opens the account; never printed."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    password: str = field(default="", repr=False)


class NotThere(Exception):
    """The venue says that it does not know the order."""


class Account:
    """One client for everything that is signed: two would not know of each other's requests."""

    def __init__(
        self,
        row: LiveRow,
        keys: Keys,
        wall: Wall,
        *,
        api_base: str = "",
        timeout_s: float = TIMEOUT_S,
        limiter: Limiter | None = None,
    ) -> None:
        """`limiter` is the venue's, where a feed shares it; else the account makes its own."""
        check_base(api_base, row.hosts)
        self.row = row
        self.wall = wall
        self.timeout_s = timeout_s
        self.client: Any = None
        self.skew_s: float | None = None  # how far the venue's clock is ahead; None: not known
        self.unpriced: dict[str, None] = {}  # coins that paid fees, without a price that is known
        self._keys = keys
        self._api_base = api_base
        self._session: PlainSession | None = None
        self._limiter = limiter
        self._is_shared = limiter is not None
        self._measured: tuple[datetime, float] | None = None
        self._errors: tuple[type[BaseException], ...] = ()
        self._closed = False

    @property
    def errors(self) -> tuple[type[BaseException], ...]:
        """What a call may raise; ccxt's parsers stumble over garbage with plain errors."""
        return self._errors

    async def open(self) -> None:
        """Makes the client; raises SettingsError when it is not the one that it says to be."""
        # 0.8 s and 100 MB: only a live desk pays, and its loop does not wait
        library = await asyncio.to_thread(import_module, "ccxt.pro")
        base_error = (await asyncio.to_thread(import_module, "ccxt.base.errors")).BaseError
        self._errors = (
            base_error, TypeError, ValueError, LookupError, AttributeError, ArithmeticError,
            AssertionError, OSError, RuntimeError, NotSent,
        )  # fmt: skip
        venue_class = getattr(library, self.row.venue_id)
        if not venue_class.__module__.startswith("ccxt."):
            raise SettingsError(f"the client of {self.row.name} is not ccxt's own")
        self._session = PlainSession(self._api_base) if self._api_base else None
        self.client = guarded(venue_class, self.row, self.wall.monotonic_s)(self._config())
        check_hosts(self.client.urls["api"], self.row.hosts, getattr(self.client, "hostname", None))
        self.client.open()
        if self._limiter is None:
            self._limiter = Limiter(
                float(self.client.rateLimit), self.wall.monotonic_s, burst_s=self.row.burst_s
            )
        self.client.throttler = self._limiter

    async def read(self, what: str, call: Callable[[], Awaitable[Any]], *, lane: Lane) -> Any:
        """What `call` answers, tried a few times; raises NotThere, and Temporary otherwise."""
        for wait_s in (*WAITS_S, None):
            try:
                with self.in_lane(lane):
                    return await call()
            except self._errors as error:
                await self._after_read(error, what, wait_s)
        raise Temporary(f"{self.row.name} {what}: no answer")

    async def send(self, call: Callable[[], Awaitable[Any]], intent: Intent, *, lane: Lane) -> Any:
        """What `call` answers to the one order that `intent` describes; never tried again."""
        token = INTENT.set(intent)
        try:
            with self.in_lane(lane):
                return await call()
        except self._errors as error:
            await self.heed(error)
            raise
        finally:
            INTENT.reset(token)

    async def heed(self, error: BaseException) -> None:
        """Takes to heart what the venue said of our pace or our clock."""
        if meaning_of(error) is Meaning.SLOW_DOWN and "-2015" not in str(error):
            self._banned()
        if "InvalidNonce" in {each.__name__ for each in type(error).__mro__}:
            self._measured = None
            await self.measure()

    async def measure(self) -> float | None:
        """Measures and corrects the offset of the clocks; None while the venue does not tell."""
        offsets_s: list[float] = []
        for _ in range(SAMPLES):
            sent_at = self.wall.now()
            try:
                with self.in_lane(Lane.RECONCILE):
                    venue_ms = int(await self.client.fetch_time())
            except self._errors as error:
                logger.warning("{} tells no time: {}", self.row.name, type(error).__name__)
                break
            half_way_at = sent_at + (self.wall.now() - sent_at) / 2
            offsets_s.append((venue_ms - to_ms(half_way_at)) / 1e3)
        self.skew_s = median(offsets_s) if offsets_s else None
        if self.skew_s is not None:
            self.client.options["timeDifference"] = round(-self.skew_s * 1e3)
            self._measured = (self.wall.now(), self.wall.monotonic_s())
        return self.skew_s

    @property
    def clock_trouble(self) -> str:
        """Why no entry may be signed now: one sentence, or empty."""
        if self.skew_s is None or self._measured is None:
            return "the venue's clock is not known"
        measured_at, measured_s = self._measured
        now_at = self.wall.now()
        jump_s = (now_at - measured_at).total_seconds() - (self.wall.monotonic_s() - measured_s)
        if abs(jump_s) > JUMP_S:
            return f"our clock jumped by {jump_s:+.1f} s"
        if abs(self.skew_s) > MAX_SKEW_S:
            return f"our clock differs from the venue's by {-self.skew_s:+.1f} s"
        return ""

    @property
    def needs_measuring(self) -> bool:
        """Whether the offset is old, unknown, or our clock was moved."""
        if self._measured is None or self.wall.now() - self._measured[0] > RESYNC:
            return True
        return "jumped" in self.clock_trouble

    @property
    def banned_for_s(self) -> float:
        """How long the venue wants silence from us."""
        return 0.0 if self._limiter is None else self._limiter.banned_for_s

    async def close(self) -> None:
        """Ends every call; what was asked for and not answered stays unknown."""
        self._closed = True
        if self._limiter is not None and not self._is_shared:
            self._limiter.close()
        if self.client is not None:
            if self._session is not None:
                self.client.timeout_on_exit = 0  # the sockets are ours: nothing to wait for
            await self.client.close()
        if self._session is not None:
            await self._session.close()

    @contextmanager
    def in_lane(self, lane: Lane) -> Iterator[None]:
        """Within it every request of this task waits in `lane`."""
        token = LANE.set(lane)
        try:
            yield
        finally:
            LANE.reset(token)

    def _config(self) -> dict[str, Any]:
        options = dict(self.row.options)
        if self.row.recv_window_s:
            options["recvWindow"] = int(self.row.recv_window_s * 1e3)
        config = {
            "apiKey": self._keys.key,
            "secret": self._keys.secret,
            "password": self._keys.password,
            "timeout": int(self.timeout_s * 1e3),
            "number": str,
            "streaming": {"keepAlive": KEEP_ALIVE_MS},
            "options": options,
        }
        return config | ({"session": self._session} if self._session is not None else {})

    async def _after_read(self, error: BaseException, what: str, wait_s: float | None) -> None:
        # waits for the next attempt, or raises; ccxt's own text may hold a URL: only its class
        names = {each.__name__ for each in type(error).__mro__}
        if "OrderNotFound" in names:
            raise NotThere(what) from error
        text = f"{self.row.name} {what}: {type(error).__name__}"
        await self.heed(error)
        is_refused = meaning_of(error) is Meaning.REFUSED or "-2015" in str(error)
        if is_refused and names & {"AuthenticationError", "DDoSProtection"}:
            raise Temporary(text, chat_text="The venue refuses the key.") from error
        if self._closed or is_refused or wait_s is None:
            raise Temporary(text, chat_text="The venue does not answer.") from error
        await self.wall.sleep(wait_s)

    def _banned(self) -> None:
        headers = self.client.last_response_headers or {}
        told = {str(name).lower(): word for name, word in headers.items()}.get("retry-after", "")
        seconds = min(float(told), MAX_BAN_S) if str(told).isdigit() else BAN_S
        logger.warning("{} wants silence for {:.0f} s", self.row.name, seconds)
        if self._limiter is not None:
            self._limiter.ban(seconds)
