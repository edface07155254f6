"""A link to Telegram on a local chat, with a real database behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.localchat.server import serve
from bot.localchat.world import World
from bot.telegram.pace import Limit
from bot.telegram.pairing import CodePairing
from bot.telegram.runner import TelegramLink
from bot.telegram.settings import Arrived, LinkSettings, Stores, Voice, nobody
from engine.core.events import Event
from engine.core.kinds import Role
from engine.core.messages import OutboxMessage, Person, Priority
from handlers.contract import Button, Command
from handlers.desk import CodeCheck, Desk, NoCodes
from handlers.digest import digest
from storage.audit import Audit
from storage.database import Database
from storage.inbox import Inbox
from storage.live_messages import LiveMessages
from storage.outbox import Outbox
from storage.people import People
from tests.bot.localchat.wire import Json, Wire
from tests.bot.telegram.table import Table, a_desk

OWNER, TRADER, VIEWER, STRANGER, GROUP = 1001, 1002, 1003, 1004, -2001
NAMES = {OWNER: "Olivia", TRADER: "Theo", VIEWER: "Vera"}
ROLES = {OWNER: Role.OWNER, TRADER: Role.TRADER, VIEWER: Role.VIEWER}
SENT = ("sendMessage", "sendPhoto")


class WallClock:
    """The wall clock, which a test may set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(slots=True)
class Rig:
    """The parts of a running bot, and the phones of its people."""

    world: World
    wire: Wire
    database: Database
    stores: Stores
    table: Table = field(default_factory=Table)
    now: WallClock = field(default_factory=WallClock)
    told: list[Event] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    codes: CodeCheck = field(default_factory=NoCodes)
    commands: tuple[Command, ...] = ()  # empty: the table's
    buttons: tuple[Button, ...] = ()
    arrived: Arrived = nobody
    desk: Desk | None = None  # None: the table's, whose services nobody calls
    services: dict[str, Any] = field(default_factory=dict)  # of the desk, by name

    @property
    def pairing(self) -> CodePairing:
        return CodePairing(self.stores.people, self.now, lambda: 0.0)

    def link(self) -> TelegramLink:
        """A link that is not started yet: a process of its own, as far as memory goes."""
        settings = {
            "token": SecretStr(self.world.token),
            "api_base": self.wire.url,
            "poll_s": 10,
            "chat_limit": Limit(100, 1.0, 1),
            "live_card_s": lambda: 3600.0,
            **self.settings,
        }
        return TelegramLink(
            settings=LinkSettings(**settings),
            stores=self.stores,
            desk=replace(
                self.desk or a_desk(self.pairing, self.now, **self.services), codes=self.codes
            ),
            commands=self.commands or self.table.commands(),
            buttons=self.buttons or self.table.buttons(),
            voice=Voice(
                tell=self.told.append,
                digest=partial(digest, badge="PAPER"),
                arrived=self.arrived,
            ),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[TelegramLink]:
        """A link while the context lasts, polling from its first moment."""
        link = self.link()
        await link.start()
        try:
            yield link
        finally:
            await link.stop()

    async def says(self, text: str, user_id: int = OWNER, **more: Any) -> int:
        """Lets a person write; the number of the last call made before."""
        before = self.world.calls.last_seq
        answer = await self.wire.say(text, user_id, **more)
        assert answer["ok"], answer
        return before

    async def taps(self, message_id: int, user_id: int = OWNER, **which: Any) -> int:
        """Lets a person tap; the number of the last call made before."""
        before = self.world.calls.last_seq
        answer = await self.wire.tap(message_id, user_id, **which)
        assert answer["ok"], answer
        return before

    async def calls(self, method: str, count: int = 1, since: int = 0) -> list[Json]:
        """The first `count` calls of a method after `since`, as soon as they came."""
        answer = await self.wire.get(
            "/sim/wait", method=method, count=count, since=since, timeout=20
        )
        assert answer["status"] == 200, [call["method"] for call in answer["calls"]]
        found: list[Json] = answer["calls"]
        return found

    async def texts(self, count: int = 1, since: int = 0) -> list[str]:
        """The texts of the first messages that arrived after `since`."""
        calls = await self.calls("sendMessage", count, since)
        return [str(call["params"]["text"]) for call in calls if call["ok"]]

    async def asks(self, text: str, user_id: int = OWNER, **more: Any) -> str:
        """What the bot answers to a command, in its first message."""
        return (await self.texts(1, await self.says(text, user_id, **more)))[0]

    async def last_message(self, chat_id: int = OWNER) -> Json:
        """The newest message of a chat."""
        chat = await self.wire.get(f"/sim/chat/{chat_id}")
        message: Json = chat["messages"][-1]
        return message

    async def fault(self, method: str, **what: Any) -> None:
        """Breaks the next calls of a method."""
        answer = await self.wire.post("/sim/fault", method=method, **what)
        assert answer["ok"], answer

    async def last_text(self, chat_id: int) -> str:
        """The text of the next message that a chat gets, or of the first it got."""
        count = 0
        while True:
            calls = await self.calls("sendMessage", count + 1)
            for call in calls[count:]:
                if call["ok"] and call["params"]["chat_id"] == chat_id:
                    return str(call["params"]["text"])
            count = len(calls)

    async def hears(self, words: str, since: int = 0) -> int:
        """Returns when a message with these words arrived; how many were sent before it."""
        seen = 0
        while True:
            calls = await self.calls("sendMessage", seen + 1, since)
            for number, call in enumerate(calls[seen:], seen):
                if call["ok"] and words in call["params"]["text"]:
                    return number
            seen = len(calls)

    def seen(self, since: int = 0) -> list[str]:
        """The methods of all calls after `since`, but polling."""
        skipped = {"getUpdates", "getMe", "deleteWebhook", "setMyCommands", "deleteMyCommands"}
        return [call.method for call in self.world.calls.since(since) if call.method not in skipped]

    def refused(self, status: int) -> int:
        """How many calls were answered with this HTTP status."""
        return sum(call.status == status for call in self.world.calls.since(0))


@asynccontextmanager
async def a_rig(path: Path) -> AsyncIterator[Rig]:
    """A rig on the migrated database at `path`; the owner, a trader and a viewer are known."""
    database = Database(f"sqlite+aiosqlite:///{path}", lock_wait_s=0.05)
    now = WallClock()
    outbox = Outbox(database, now)
    stores = Stores(
        inbox=Inbox(database, outbox, now),
        outbox=outbox,
        people=People(database),
        live=LiveMessages(database),
    )
    world = World(first_id=100)
    try:
        async with serve(world) as url, aiohttp.ClientSession() as session:
            rig = Rig(world, Wire(url, session), database, stores, now=now)
            for person_id, role in ROLES.items():
                await stores.people.put(a_person(person_id, role))
            yield rig
    finally:
        await database.close()


def a_person(person_id: int, role: Role) -> Person:
    """Somebody known, who has written before."""
    return Person(
        person_id=person_id,
        name=NAMES.get(person_id, f"P{person_id}"),
        role=role,
        added_at=datetime(2026, 11, 21, tzinfo=UTC),
        added_by="test",
        chat_id=person_id,
    )


def an_alert(
    number: int, chat_id: int = OWNER, priority: Priority = Priority.ALERT, **more: Any
) -> OutboxMessage:
    """An alert as `handlers.announce` would put it."""
    gist = {
        "first_at": "2026-11-21T08:00:00+00:00",
        "last_at": "2026-11-21T08:00:00+00:00",
        "counts": {"TradeOpened": 1},
        "net_quote": {},
        "won": 0,
        "lost": 0,
    }
    return OutboxMessage(
        key=f"alert|{number}|{chat_id}",
        chat_id=chat_id,
        method="sendMessage",
        payload={"text": f"alert {number}", "gist": gist},
        priority=priority,
        **more,
    )


async def audit_of(rig: Rig) -> list[tuple[str, str, str]]:
    """(action, subject, result) of the audit's rows, oldest first."""
    rows = await Audit(rig.database).newest(50)
    return [(row.action, row.subject, row.result) for row in reversed(rows)]
