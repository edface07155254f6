"""News out of RSS and Atom feeds, fetched beside the desk: a round never waits for them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from llm.feed_reading import LONGEST_BODY, FeedFault, read_feed
from llm.news import Headline, chosen
from llm.transport.seats import Wall

if TYPE_CHECKING:
    import aiohttp

EVERY_S = 300.0
LONGEST_FETCH_S = 10.0
STALE_AFTER = timedelta(hours=1)  # without a good fetch, what a feed said is no news any more
MOST_REDIRECTS = 3


@dataclass(slots=True)
class Feed:
    """One feed, and what was last read of it."""

    url: str
    found: tuple[Headline, ...] = ()
    read_at: datetime | None = None
    fault: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or "?"

    def is_fresh(self, now: datetime) -> bool:
        return self.read_at is not None and now - self.read_at <= STALE_AFTER


class FeedNews:
    """A News over feeds. `run` keeps them fresh; one that fails is silent, and says why."""

    def __init__(self, urls: Sequence[str], wall: Wall) -> None:
        self.feeds = tuple(Feed(url) for url in urls)
        self._wall = wall

    def headlines(self, symbol: str, since: datetime, until: datetime) -> tuple[str, ...]:
        """Of the feeds that were read lately, at once."""
        now = self._wall.now()
        found = (each for feed in self.feeds if feed.is_fresh(now) for each in feed.found)
        return chosen(found, symbol, since, until)

    def told(self) -> tuple[str, ...]:
        """One line per feed for a person: its host, and how it is."""
        now = self._wall.now()
        return tuple(f"{feed.host}: {_state(feed, now)}" for feed in self.feeds)

    async def run(self) -> None:
        """Reads every feed now and then, for ever."""
        while True:
            await self.refresh()
            await self._wall.sleep(EVERY_S)

    async def refresh(self) -> None:
        """Reads every feed once."""
        import aiohttp

        timeout = aiohttp.ClientTimeout(total=LONGEST_FETCH_S)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
            await asyncio.gather(*(self._read(session, feed) for feed in self.feeds))

    async def _read(self, session: "aiohttp.ClientSession", feed: Feed) -> None:
        import aiohttp

        try:
            body = await _fetched(session, feed.url)
            # a megabyte of XML takes expat some 20 ms: not on the loop
            feed.found = await asyncio.to_thread(read_feed, body)
        except (FeedFault, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            feed.fault = str(error) if isinstance(error, FeedFault) else "no answer"
            return
        feed.fault, feed.read_at = "", self._wall.now()


async def _fetched(session: "aiohttp.ClientSession", url: str) -> bytes:
    async with session.get(url, max_redirects=MOST_REDIRECTS) as response:
        if response.status != 200:
            raise FeedFault(f"it answers {response.status}")
        parts, size = [], 0
        async for part in response.content.iter_chunked(65_536):
            size += len(part)
            if size > LONGEST_BODY:
                raise FeedFault("larger than a megabyte")
            parts.append(part)
        return b"".join(parts)


def _state(feed: Feed, now: datetime) -> str:
    if feed.is_fresh(now):
        return f"{len(feed.found)} dated entries" + (f" ({feed.fault} now)" if feed.fault else "")
    return feed.fault or "not read yet"
