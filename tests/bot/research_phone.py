"""A phone of a desk that researches: the chat over HTTP, the work held by the test."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from bot.research_teller import ResearchTeller
from bot.telegram.redraw import Redraws
from engine.core.kinds import Role, TradingState
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.execution.dial import Dial
from engine.services.answers import Mode
from engine.services.research import Research
from engine.services.tuning import Tuning
from handlers.commands import BUTTONS, COMMANDS
from storage.research_jobs import ResearchJobs
from storage.research_trials import ResearchTrials
from tests.bot.localchat.wire import png
from tests.bot.telegram.conftest import migrated as migrated
from tests.bot.telegram.rig import OWNER, Rig
from tests.bot.telegram.table import a_desk
from tests.fakes.clocks import FakeClock
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.research import HeldBench
from tests.fakes.services import FakeControls
from tests.handlers.answers import a_control, a_step

if TYPE_CHECKING:
    from engine.services.controls import Controls

SYMBOLS = ("BTC/USDT:USDT", "ETH/USDT:USDT")
MODE = Mode(
    words="a test", badge="PAPER", market="simulated", symbols=SYMBOLS,
    timeframes=(Timeframe.H1,), speed=1.0,
)  # fmt: skip

SHOWING = {"sendMessage", "sendPhoto", "editMessageText"}


class Album:
    """Pictures that were drawn."""

    def __init__(self) -> None:
        self.drawn: list[str] = []

    async def draw(self, name: str, values: object) -> bytes:
        self.drawn.append(name)
        return png()


@dataclass
class Phone:
    """The rig with a desk that researches; the work itself is held by the test."""

    rig: Rig
    bench: HeldBench = field(default_factory=HeldBench)
    album: Album = field(default_factory=Album)
    ahead: timedelta = timedelta(0)
    controls: FakeControls = field(
        default_factory=lambda: FakeControls(a_step(), a_control(after=TradingState.ACTIVE))
    )
    dial: Dial = field(default_factory=lambda: Dial(Parameters()))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Research]:
        """One process of the desk's chat."""
        rig = self.rig
        redraws = Redraws(rig.stores.outbox, lambda: link.wake(), rig.now)
        jobs = ResearchJobs(rig.database)
        teller = ResearchTeller(
            jobs, rig.stores.outbox, redraws, self.album, self._role_of, MODE.badge
        )
        journal = MemoryJournal()
        tuning = Tuning(self.dial, journal, journal, FakeClock(), Path("p.toml"), lambda: ())
        await tuning.load()
        research = Research(
            jobs, ResearchTrials(rig.database), self.bench, teller, tuning, self._now
        )
        nothing = a_desk(rig.pairing, rig.now)
        rig.desk = replace(
            nothing,
            research=research,
            mode=MODE,
            pictures=self.album,
            tuning=tuning,
            controls=cast("Controls", self.controls),
        )
        rig.commands, rig.buttons = COMMANDS, BUTTONS
        async with rig.running() as link:
            await research.start()
            yield research
            await research.close()
            await teller.close()
            await redraws.close()

    def _now(self) -> datetime:
        return self.rig.now() + self.ahead

    async def _role_of(self, person_id: int) -> Role | None:
        found = await self.rig.stores.people.find(person_id)
        return None if found is None else found.role

    async def card(self, words: str, since: int = 0) -> dict[str, Any]:
        """The first call after `since` that shows these words."""
        seen = 0
        while True:
            answer = await self.rig.wire.get("/sim/wait", since=since, count=seen + 1, timeout=20)
            assert answer["status"] == 200, f"nobody said {words!r}"
            calls = answer["calls"]
            for call in calls[seen:]:
                shown = call["params"].get("text") or call["params"].get("caption") or ""
                if words in str(shown) and call["ok"] and call["method"] in SHOWING:
                    return cast("dict[str, Any]", call)
            seen = len(calls)

    async def taps(self, label: str, message_id: int, user_id: int = OWNER) -> int:
        return await self.rig.taps(message_id, user_id, label=label)


def id_of(call: dict[str, Any]) -> int:
    return int(call["answer"]["result"]["message_id"])


def keys_of(call: dict[str, Any]) -> list[list[dict[str, str]]]:
    """The keyboard under a message."""
    markup = call["params"]["reply_markup"]
    found = json.loads(markup) if isinstance(markup, str) else markup
    return cast("list[list[dict[str, str]]]", found["inline_keyboard"])
