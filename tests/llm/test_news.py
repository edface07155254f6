"""News out of feeds on loopback: dated, on the market, harmless, and never waited for."""

import asyncio
import json
import re
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from engine.core.parameters import Parameters
from engine.market.bars import EMPTY
from llm.briefing import question_of
from llm.contract import Question, Reply
from llm.feed_news import STALE_AFTER, FeedNews
from llm.feed_reading import LONGEST_BODY, MOST_ENTRIES, FeedFault, read_feed
from llm.hygiene import instructs
from llm.news import MOST_HEADLINES, NEWS_AGE, Headline, chosen
from llm.panel import Chamber, Panel
from llm.record import VoteRecord
from tests.fakes.memory_forecasts import MemoryForecasts
from tests.llm.checks.test_hostile import DECORATED, NEWS, NO_VOTES
from tests.llm.rounds import NOW, StandingWall
from tests.llm.snapshots import a_snapshot

DAY_AGO = NOW - timedelta(days=1)
OPEN = Parameters(masked=False)
HOSTILE = [*NO_VOTES.values(), *DECORATED.values(), *NEWS.values()]
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def rss(*titles: str, at: datetime = NOW) -> bytes:
    items = "".join(
        f"<item><title>{escape(_NOT_XML.sub('', title))}</title>"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
        for title in titles
    )
    head = '<?xml version="1.0"?><rss><channel><title>The paper</title>'
    return f"{head}{items}</channel></rss>".encode()


def atom(title: str, at: datetime = NOW) -> bytes:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>The paper</title><entry>'
        f"<title>{title}</title><published>{at.isoformat()}</published></entry></feed>"
    ).encode()


@asynccontextmanager
async def fed(*bodies: bytes | Handler) -> AsyncIterator[tuple[FeedNews, StandingWall]]:
    app = web.Application()
    for number, body in enumerate(bodies):

        async def answer(request: web.Request, body: bytes | Handler = body) -> web.StreamResponse:
            return web.Response(body=body) if isinstance(body, bytes) else await body(request)

        app.router.add_get(f"/{number}", answer)
    server = TestServer(app)
    await server.start_server()
    wall = StandingWall()
    try:
        yield FeedNews([str(server.make_url(f"/{n}")) for n in range(len(bodies))], wall), wall
    finally:
        await server.close()


def seen(news: FeedNews, symbol: str = "BTC/USDT") -> tuple[str, ...]:
    return news.headlines(symbol, DAY_AGO, NOW)


async def test_rss_and_atom_are_read_and_the_newest_come_first() -> None:
    old, new = rss("BTC falls", at=NOW - timedelta(hours=2)), atom("Bitcoin rises")
    async with fed(old, new) as (news, _):
        assert seen(news) == ()  # nothing is read before it is asked for
        await news.refresh()
        assert seen(news) == ("Bitcoin rises", "BTC falls")
        assert news.told() == ("127.0.0.1: 1 dated entries",) * 2


async def test_no_headline_is_shown_before_it_was_published() -> None:
    async with fed(rss("BTC tomorrow", at=NOW + timedelta(hours=1))) as (news, _):
        await news.refresh()
        assert seen(news) == ()
        later = NOW + timedelta(hours=1)
        assert news.headlines("BTC/USDT", DAY_AGO, later) == ("BTC tomorrow",)
        assert news.headlines("BTC/USDT", later, later + NEWS_AGE) == ()  # and not for ever


@pytest.mark.parametrize(
    ("text", "symbol", "named"),
    [
        ("BTC up", "BTC/USDT:USDT", True),
        ("bitcoin up", "BTC/USDT", True),
        ("WBTC up", "BTC/USDT", False),
        ("a link to it", "LINK/USDT", False),  # the coin is written in capitals
        ("Chainlink up", "LINK/USDT", True),
        ("anything", "A.*/USDT", False),
    ],
)
def test_a_headline_belongs_to_the_market_that_it_names(
    text: str, symbol: str, named: bool
) -> None:
    found = chosen([Headline(NOW, text)], symbol, DAY_AGO, NOW)
    assert bool(found) is named


def test_an_entry_without_a_date_or_of_a_later_change_is_not_older_than_it_says() -> None:
    body = (
        b"<feed><entry><title>BTC undated</title></entry>"
        b"<entry><title>BTC odd</title><updated>yesterday</updated></entry>"
        b"<entry><title>BTC changed</title><updated>2026-11-21T11:00:00Z</updated>"
        b"<published>2026-11-20T11:00:00Z</published></entry></feed>"
    )
    assert read_feed(body) == (Headline(datetime(2026, 11, 21, 11, tzinfo=UTC), "BTC changed"),)


LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>'
    b"<rss><item><title>&lol2;</title></item></rss>"
)
OUTSIDE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><title>&x;</title></item></rss>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><p>blocked",
        b"<html></html>",
        b'{"rss": 1}',
        LAUGHS,
        OUTSIDE,
        b"<rss>" + b"<a>" * 100_000,
        b"<rss>" + b" " * LONGEST_BODY + b"</rss>",
        b"\xff\xfe\x00broken",
        b'<?xml version="1.0" encoding="no-such"?><rss/>',
    ],
)
def test_what_is_no_feed_is_one_fault_in_our_words(body: bytes) -> None:
    with pytest.raises(FeedFault) as fault:
        read_feed(body)
    assert "passwd" not in str(fault.value)


def test_a_flood_of_entries_is_cut_off() -> None:
    assert len(read_feed(rss(*(f"BTC {n}" for n in range(1000))))) == MOST_ENTRIES


async def test_a_feed_that_fails_is_silent_and_says_why() -> None:
    async def refuses(_: web.Request) -> web.StreamResponse:
        return web.Response(status=503)

    async def huge(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b"<rss>" + b" " * (2 * LONGEST_BODY))

    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"<rss>")
        assert request.transport is not None
        request.transport.close()
        return response

    async with fed(refuses, huge, cut, LAUGHS, rss("BTC up")) as (news, _):
        await news.refresh()
        assert seen(news) == ("BTC up",)
        assert news.told() == (
            "127.0.0.1: it answers 503",
            "127.0.0.1: larger than a megabyte",
            "127.0.0.1: no answer",
            "127.0.0.1: it declares a document type or entities",
            "127.0.0.1: 1 dated entries",
        )


async def test_what_a_feed_said_before_it_fell_silent_is_no_news_after_an_hour() -> None:
    bodies = [rss("BTC up"), b"gone"]

    async def once(_: web.Request) -> web.StreamResponse:
        return web.Response(body=bodies.pop(0))

    async with fed(once) as (news, wall):
        await news.refresh()
        await news.refresh()
        assert seen(news) == ("BTC up",)
        assert news.told() == ("127.0.0.1: 1 dated entries (no well-formed XML now)",)
        wall.s += STALE_AFTER.total_seconds() + 1
        assert seen(news) == ()
        assert news.told() == ("127.0.0.1: no well-formed XML",)


async def test_feeds_are_read_again_and_again_until_the_desk_stops() -> None:
    read = asyncio.Semaphore(0)

    async def counted(_: web.Request) -> web.StreamResponse:
        read.release()
        return web.Response(body=rss("BTC up"))

    async with fed(counted) as (news, _):
        task = asyncio.create_task(news.run())
        async with asyncio.timeout(30):
            for _ in range(3):
                await read.acquire()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("text", HOSTILE)
async def test_no_hostile_headline_is_an_order_a_sign_or_a_link_in_the_question(text: str) -> None:
    title = text[:100_000]  # a feed of a megabyte is a fault of its own
    async with fed(rss(f"BTC {title}", "BTC is quiet", title)) as (news, _):
        await news.refresh()
        question = question_of(a_snapshot(), EMPTY, OPEN, salt="s", news=seen(news))
    items = json.loads(question.sheet)["news"]
    assert "BTC is quiet" in items
    assert len(items) <= MOST_HEADLINES
    for item in items:
        assert len(item) <= 240
        assert not instructs(item)
        assert not set(item) & set("<>{}[]`\n\x00")
        assert not re.search(r"https?://|t\.me/|www\.", item)
        assert not any(unicodedata.category(each) in {"Cf", "Cc", "Co", "Cs"} for each in item)
    assert question.fence not in question.sheet
    assert text not in NEWS.values() or items == ["BTC is quiet"]  # an order is left out whole


async def test_voters_see_news_only_where_it_does_not_betray_the_market() -> None:
    asked: list[Question] = []

    class Noting:
        async def ask(self, question: Question) -> list[Reply]:
            asked.append(question)
            return []

    class OneLine:
        def headlines(self, symbol: str, since: datetime, until: datetime) -> tuple[str, ...]:
            assert (until, since) == (a_snapshot().at, until - NEWS_AGE)
            return (f"{symbol} in the news",)

    async def ask(now: Parameters) -> None:
        record = VoteRecord(
            MemoryForecasts(), lambda *_: EMPTY, lambda: now, lambda _: None, pytest.fail
        )
        chamber = Chamber(
            asker=Noting(),
            record=record,
            bars=lambda *_: EMPTY,
            parameters=lambda: now,
            tell=lambda _: None,
            news=OneLine(),
        )
        await Panel(chamber).ask(a_snapshot())

    await ask(Parameters())
    await ask(OPEN)
    assert [json.loads(question.sheet)["news"] for question in asked] == [
        [],
        [f"{a_snapshot().symbol} in the news"],
    ]
