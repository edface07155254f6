"""The parley of a whole desk: VOTERS with models on loopback, a board, a budget, and /ask."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine_room import EngineRoom, build
from bot.markets import open_market
from bot.model_desk import ParleyDesk
from bot.parley import cast_of
from bot.settings import Settings, load
from engine.core.errors import SettingsError
from engine.core.events import BudgetReached, Event, ManyFallbacks, ProviderDown
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.execution.clocks import SystemClock
from engine.services.model_answers import AskCard, VoterSkill
from llm.contract import ErrorKind
from storage.opening import open_database
from storage.reports import Reports
from tests.llm.endpoints import Endpoint, serving
from tests.llm.test_news import fed, rss

PRICES = "oak=10/20"


def settings_of(folder: Path, voters: str, **more: str) -> Settings:
    flags = {"data_dir": str(folder), "voters": voters, "symbols": "BTC/USDT:USDT", **more}
    return load(flags, environ={}, env_file=None)


@asynccontextmanager
async def a_room(settings: Settings) -> AsyncIterator[EngineRoom]:
    def failed(error: BaseException) -> None:
        raise error

    wall = SystemClock(failed)
    opened = await open_database(settings.database, settings.data_dir / "backups")
    market = await open_market(settings, wall, opened.identity.created_at)
    room = await build(settings, cast_of(settings), opened, market, wall, lambda _: (), lambda: ())
    try:
        await room.start()
        yield room
    finally:
        await room.parley.close()
        await room.teller.finish()
        await market.close()
        await wall.close()
        await opened.database.close()


def the_desk(room: EngineRoom) -> ParleyDesk:
    async def skills() -> dict[str, VoterSkill]:
        return {}

    return ParleyDesk(room.parley, room.desk, Reports(room.parley.calls._database), skills)


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    async with serving() as served:
        yield served


async def test_models_are_asked_paid_and_shown_on_the_board(
    tmp_path: Path, endpoint: Endpoint
) -> None:
    voters = ",".join(
        (
            f"oak=openai:m-1@{endpoint.url('echo', 'openai')}",
            f"elm/contrarian=anthropic:m-2@{endpoint.url('401', 'anthropic')}",
            "trend=rules:trend",
        )
    )
    settings = settings_of(tmp_path, voters, model_prices=PRICES)
    async with a_room(settings) as room:
        desk = the_desk(room)
        await room.parley.asker.prepare()  # a busy machine takes seconds to import
        assert 0.0 < desk.most_usd() < 0.5
        done: asyncio.Future[AskCard] = asyncio.get_running_loop().create_future()
        first = await desk.begin(
            "BTC/USDT:USDT", lambda card: done.set_result(card) if card.is_done else None
        )
        card = first if first.is_done else await done
        oak, elm, trend = card.votes
        assert (oak.voter, oak.p_up, oak.abstained) == ("oak", 0.55, False)
        assert (elm.abstained, elm.abstention) == (True, "auth")
        assert not trend.is_model
        assert card.waiting == ()

        oak_row, elm_row, trend_row = (await desk.board()).rows
        assert (oak_row.answered, oak_row.persona, oak_row.resting) == (1, "forecaster", "")
        assert (elm_row.failures, elm_row.resting) == ((("auth", 1),), "auth")
        assert not trend_row.is_model

        budget = await desk.budget()
        # 200 fresh, 1000 cached and 100 output tokens at 10 and 20 dollars a million
        assert budget.lines[0].used_usd == pytest.approx(0.014)
        assert card.cost_usd == pytest.approx(0.014)

        asked = endpoint.count("echo")
        again = await desk.ask("BTC/USDT:USDT")
        assert again.votes[0].p_up == 0.55
        assert endpoint.count("echo") == asked  # the tape knows this bar
    async with a_room(settings) as room:  # a restart forgets no dollar
        assert room.parley.budget.standing().day_usd == pytest.approx(0.014)


async def test_a_desk_with_feeds_reads_them_and_says_how_they_are(
    tmp_path: Path, endpoint: Endpoint
) -> None:
    voters = f"oak=openai:m-1@{endpoint.url('echo', 'openai')}"
    async with fed(rss("BTC up"), b"no feed") as (news, _):
        feeds = ",".join(feed.url for feed in news.feeds)
        async with a_room(settings_of(tmp_path, voters, news_feeds=feeds)) as room:
            assert room.parley.news is not None
            await room.parley.news.refresh()
            board = await the_desk(room).board()
            assert board.news == (
                "127.0.0.1: 1 dated entries",
                "127.0.0.1: no well-formed XML",
            )
            assert not board.news_shown  # masked: a headline would name the market


async def test_a_desk_that_may_lead_asks_its_models_within_their_share_of_the_budget(
    tmp_path: Path, endpoint: Endpoint
) -> None:
    voters = f"oak=openai:m-1@{endpoint.url('echo', 'openai')}"
    async with a_room(settings_of(tmp_path, voters, model_prices=PRICES)) as room:
        leader = room.desk._doors.leader
        assert leader is not None
        snapshot = the_desk(room)._snapshot("BTC/USDT:USDT")
        assert (await leader.lead(snapshot))[1].votes == ()  # another mode
        room.dial.turn(Parameters(parley_mode="lead", quorum=1))
        await room.parley.asker.prepare()
        side, verdict = await leader.lead(snapshot)
        assert (side, verdict.quorum_met) == (PositionSide.LONG, True)  # 55 against 30
        assert verdict.pool is not None
        room.dial.turn(Parameters(parley_mode="lead", quorum=1, lead_budget_ratio=0.0))
        asked = len(endpoint.asked)
        assert not (await leader.lead(replace(snapshot, symbol="ETH/USDT:USDT")))[1].approved
        assert len(endpoint.asked) == asked


async def test_rule_voters_are_heard_for_nothing(tmp_path: Path) -> None:
    async with a_room(settings_of(tmp_path, "trend=rules:trend,calm=rules:volatility")) as room:
        desk = the_desk(room)
        assert desk.most_usd() == 0.0
        card = await desk.ask("BTC/USDT:USDT")
        assert [vote.voter for vote in card.votes] == ["trend", "calm"]
        assert card.is_done
        assert [row.is_model for row in (await desk.board()).rows] == [False, False]
        assert (await desk.budget()).prices_as_of == ""


async def test_a_desk_that_replays_its_tape_asks_nobody(tmp_path: Path, endpoint: Endpoint) -> None:
    voters = f"oak=openai:m-1@{endpoint.url('echo', 'openai')},trend=rules:trend"
    async with a_room(settings_of(tmp_path, voters)) as room:
        await room.parley.asker.prepare()
        live = await the_desk(room).ask("BTC/USDT:USDT")
        snapshot = the_desk(room)._snapshot("BTC/USDT:USDT")
        verdict = await room.parley.advisor.advise(snapshot)
    asked = len(endpoint.asked)
    async with a_room(settings_of(tmp_path, voters, tape="replay")) as room:
        replayed = await the_desk(room).ask("BTC/USDT:USDT")
        assert [(v.p_up, v.reason) for v in replayed.votes] == [
            (v.p_up, v.reason) for v in live.votes
        ]
        again = await room.parley.advisor.advise(snapshot)
        assert (again.approved, again.votes[0].p_up) == (verdict.approved, verdict.votes[0].p_up)
    assert len(endpoint.asked) == asked


async def test_trouble_with_models_becomes_events(tmp_path: Path) -> None:
    async with a_room(settings_of(tmp_path, "trend=rules:trend")) as room:
        seen: asyncio.Queue[Event] = asyncio.Queue()
        room.bus.subscribe(seen.put_nowait)
        watch = room.parley.asker._tools.watch
        watch.provider_down("oak", "openai at x", ErrorKind.QUOTA, 900.0)
        watch.budget_used(0.8)
        watch.fell_back(0.1)
        watch.trouble("x" * 5000)
        wanted: set[type[Event]] = {ProviderDown, BudgetReached, ManyFallbacks}
        async with asyncio.timeout(30):
            while wanted:  # one may be told twice
                wanted.discard(type(await seen.get()))


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"voters": "oak=openai:gpt-5"}, "OPENAI_API_KEY or OAK_API_KEY"),
        ({"voters": "oracle"}, "VOTERS has 'oracle'"),
        ({"voters": "trend=rules:trend", "voter_api_keys": "oak=sk-1"}, "VOTERS does not name"),
        ({"voters": "trend=rules:trend", "model_prices": "x"}, "MODEL_PRICES has 'x'"),
        ({"voters": "trend=rules:trend", "news_feeds": "file:///etc/passwd"}, "NEWS_FEEDS has"),
    ],
)
async def test_a_parley_that_cannot_be_held_is_refused_before_anything_is_made(
    flags: dict[str, str], said: str, tmp_path: Path
) -> None:
    from bot.app import run

    settings = load({"data_dir": str(tmp_path / "var"), **flags}, environ={}, env_file=None)
    with pytest.raises(SettingsError) as caught:
        await run(settings)
    assert said in caught.value.sentence()
    assert "sk-1" not in caught.value.sentence()
    assert not (tmp_path / "var").exists()
