"""Price alerts and summaries, on a real database."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.price_watch import MOST_OF_ONE, PriceWatch
from bot.summaries import Hearer, Summaries, due_now
from engine.core.errors import UserError
from engine.core.telling import AlertClass, Loudness, Wishes
from engine.services.answers import Status
from storage.database import Database
from storage.opening import open_database
from storage.outbox import Outbox
from storage.price_alerts import PriceAlerts
from storage.reports import Reports
from storage.tables.outbox import OUTBOX
from tests.fakes.services import FakePictures
from tests.handlers.answers import a_status

ANN = 1001
START = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)  # a Saturday, 08:00 in Berlin


class Clock:
    """Each look at it is a moment of its own."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database: copying it is quicker than migrating anew."""
    path = tmp_path_factory.mktemp("told") / "parley.db"
    asyncio.run(_make(path))
    return path


async def _make(path: Path) -> None:
    opened = await open_database(f"sqlite+aiosqlite:///{path}", path.parent)
    await opened.database.close()


@pytest.fixture
async def database(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(template, tmp_path / "parley.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'parley.db'}")
    yield database
    await database.close()


async def queued(database: Database) -> list[tuple[int, str, bool]]:
    """(chat, words, silent) of all that was put into the outbox, oldest first."""
    rows = await database.read(lambda db: db.execute(select(OUTBOX).order_by(OUTBOX.c.id)).all())
    return [
        (
            row.chat_id,
            row.payload.get("text") or row.payload["caption"],
            row.payload.get("disable_notification", False),
        )
        for row in rows
    ]


class Market:
    """One price, and the watch over it; `again` is the process after a restart."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.price: float | None = 64_000.0
        self.chat: tuple[int, bool] | None = (ANN, False)
        self.now = Clock()
        self.again()

    def again(self) -> None:
        self.watch = PriceWatch(
            PriceAlerts(self.database),
            lambda _symbol: self.price,
            lambda _person: self.chat,
            "PAPER",
            self.now,
            lambda: None,
        )

    async def walks(self, *prices: float) -> int:
        """How many alerts were told on the way."""
        before = len(await queued(self.database))
        for self.price in prices:
            await self.watch.look()
        return len(await queued(self.database)) - before

    async def wants(self, level: str, *, above: bool = True, repeats: bool = False) -> bool:
        """Whether the new alert is armed."""
        alert = await self.watch.add(
            ANN, "BTC/USDT", Decimal(level), is_above=above, repeats=repeats
        )
        return alert.armed


async def test_a_price_alert_fires_once_across_a_restart_and_is_gone(database: Database) -> None:
    market = Market(database)
    assert await market.wants("70000")
    assert await market.walks(65_000.0, 70_000.0) == 0
    market.again()
    assert await market.walks(70_001.0, 69_000.0, 71_000.0) == 1
    market.again()
    assert await market.walks(60_000.0, 72_000.0) == 0
    assert await market.watch.mine(ANN) == ()
    ((chat, words, silent),) = await queued(database)
    assert (chat, silent) == (ANN, False)
    assert "BTC rose above 70,000" in words


async def test_one_that_repeats_needs_the_price_to_come_back_first(database: Database) -> None:
    market = Market(database)
    await market.wants("70000", repeats=True)
    assert await market.walks(70_001.0) == 1
    assert await market.walks(69_999.0, 70_001.0, 69_950.0, 70_500.0) == 0  # it trembles
    market.again()
    assert await market.walks(69_900.0, 70_001.0, 70_100.0) == 1
    assert (await market.watch.mine(ANN))[0].fired == 2


async def test_one_beyond_its_level_already_waits_for_a_real_crossing(database: Database) -> None:
    market = Market(database)
    market.price = 71_000.0
    assert not await market.wants("70000")
    assert await market.walks(72_000.0) == 0
    assert await market.walks(69_000.0, 70_500.0) == 1


async def test_below_works_as_above_does(database: Database) -> None:
    market = Market(database)
    await market.wants("60000", above=False)
    assert await market.walks(60_000.0) == 0
    assert await market.walks(59_999.0) == 1


async def test_the_number_of_a_used_alert_may_come_again_and_is_told_again(
    database: Database,
) -> None:
    market = Market(database)
    await market.wants("70000")
    assert await market.walks(71_000.0) == 1
    market.price = 60_000.0
    await market.wants("70000")
    assert await market.walks(71_000.0) == 1


async def test_no_price_no_person_no_alert_and_quiet_hours_are_silent(database: Database) -> None:
    market = Market(database)
    await market.wants("70000")
    market.price = None
    await market.watch.look()
    market.chat = (ANN, True)
    assert await market.walks(71_000.0) == 1
    assert (await queued(database))[0][2] is True
    await market.wants("80000")
    market.chat = None
    assert await market.walks(81_000.0) == 0
    assert await market.watch.mine(ANN) == ()


async def test_one_person_has_only_so_many(database: Database) -> None:
    market = Market(database)
    for number in range(MOST_OF_ONE):
        await market.wants(str(70_000 + number))
    with pytest.raises(UserError, match="already"):
        await market.wants("90000")


def a_hearer(at: str = "08:00", **more: object) -> Hearer:
    hearer = Hearer(
        chat_id=ANN,
        wishes=Wishes(daily_at=at),
        zone=ZoneInfo("Europe/Berlin"),
        since=START - timedelta(days=30),
    )
    return replace(hearer, **more)  # type: ignore[arg-type]  # the test names the fields


def keys(now: datetime, *hearers: Hearer) -> list[str]:
    return [due.key for due in due_now(hearers, now)]


def test_a_summary_is_due_at_the_hour_of_the_person_and_weekly_on_sunday() -> None:
    before = START - timedelta(seconds=1)
    assert keys(before, a_hearer()) == ["daily:2026-11-20:1001", "weekly:2026-11-15:1001"]
    assert keys(START, a_hearer()) == ["daily:2026-11-21:1001", "weekly:2026-11-15:1001"]
    sunday = START + timedelta(days=1)
    assert keys(sunday, a_hearer()) == ["daily:2026-11-22:1001", "weekly:2026-11-22:1001"]


def test_nobody_is_told_of_a_time_before_they_came_or_wished_for_it() -> None:
    new = a_hearer(since=START + timedelta(hours=1))
    assert keys(START + timedelta(hours=2), new) == []
    wished = Wishes(daily_at="08:00", daily_since_at=START + timedelta(hours=1))
    assert keys(START + timedelta(hours=2), a_hearer(wishes=wished)) == []
    sunday = START + timedelta(days=1)
    assert keys(sunday, new) == ["daily:2026-11-22:1001", "weekly:2026-11-22:1001"]


def test_who_wants_none_gets_none() -> None:
    off = Wishes().with_loudness(AlertClass.REPORTS, Loudness.OFF)
    assert keys(START, a_hearer(at=""), a_hearer(wishes=off)) == []


def summaries(database: Database) -> Summaries:
    """Those of a process that has just started."""

    async def status() -> Status:
        return a_status()

    return Summaries(Outbox(database), Reports(database), FakePictures(), status, lambda: START)


async def test_a_missed_summary_is_sent_late_and_once_by_whatever_process(
    database: Database,
) -> None:
    since = START - timedelta(hours=1)
    quiet = Wishes(daily_at="08:00", quiet_from="06:00", quiet_to="23:00")
    hearers = [a_hearer(since=since), a_hearer(since=since, chat_id=1002, wishes=quiet)]
    late = START + timedelta(hours=3)
    running = summaries(database)
    assert await running.look(hearers, late) == 2
    assert await running.look(hearers, late) == 0
    assert await summaries(database).look(hearers, late + timedelta(hours=1)) == 0
    told = await queued(database)
    assert [(chat, silent) for chat, _, silent in told] == [(ANN, False), (1002, True)]
    assert "Daily summary" in told[0][1]
    assert "Due at 08:00" in told[0][1]
    # the next day is a Sunday: two for each
    assert await summaries(database).look(hearers, late + timedelta(days=1)) == 4
