"""A tiny desk to talk to: commands whose effects can be counted, held back and made to fail."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from aiogram.filters.callback_data import CallbackData

from engine.core.errors import Temporary, UserError
from engine.core.kinds import Role
from engine.services.answers import Mode
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Picture, Request
from handlers.desk import Desk, Pairing
from tests.bot.localchat.wire import png


class BuyTap(CallbackData, prefix="by1", sep="|"):
    card_id: int


class PageTap(CallbackData, prefix="pg1", sep="|"):
    number: int


class SlowTap(CallbackData, prefix="sl1", sep="|"):
    pass


class TypoTap(CallbackData, prefix="ty1", sep="|"):
    pass


class HaltTap(CallbackData, prefix="ha1", sep="|"):
    pass


BUY_KEYS = ((Key(label="Buy", payload=BuyTap(card_id=7), style="success"),),)


class Table:
    """What the commands did. `effects` is the truth that survives a crash, as a database would."""

    def __init__(self) -> None:
        self.effects: list[tuple[str, str]] = []  # (command, command id), once each
        self.attempts: list[str] = []
        self.began = asyncio.Event()  # something with an effect
        self.slow_began = asyncio.Event()
        self.let_go = asyncio.Event()
        self.crash = asyncio.Event()  # set: a handler never returns, as if the process had died
        self.status = "all is well"
        self.bought_by: list[str] = []

    async def status_card(self, desk: Desk, request: Request) -> Answer:
        keys = ((Key(label="Refresh", payload=PageTap(number=0)),),)
        return Answer(text=f"<b>{self.status}</b>\nas of {desk.now():%H:%M:%S}", keys=keys,
                      pin_as="status", edit=request.button is not None)  # fmt: skip

    async def panic(self, desk: Desk, request: Request) -> Answer:
        await self._effect("panic", request)
        keys = ((Key(label="Close all", payload=HaltTap(), style="danger"),),)
        return Answer(text="<b>HALTED</b>", keys=keys)

    async def slow(self, desk: Desk, request: Request) -> Answer:
        self.slow_began.set()
        await self.let_go.wait()
        return Answer(text="slow is done", toast="slow is done")

    async def resume(self, desk: Desk, request: Request) -> Answer:
        await self._effect("resume", request)
        return Answer(text=f"resumed {' '.join(request.words)}".strip())

    async def pause(self, desk: Desk, request: Request) -> Answer:
        await self._effect("pause", request)
        return Answer(text="paused")

    async def card(self, desk: Desk, request: Request) -> Answer:
        return Answer(text="Buy 1 BTC?", keys=BUY_KEYS)

    async def buy(self, desk: Desk, request: Request) -> Answer:
        if self.bought_by:
            return Answer(toast=f"already bought by {self.bought_by[0]}")
        self.bought_by.append(request.person.name)
        await self._effect("buy", request)
        done = ((Key(label="Bought", payload=None),),)
        return Answer(text="Bought 1 BTC", keys=done, edit=True, toast="done")

    async def page(self, desk: Desk, request: Request) -> Answer:
        return Answer(text=f"page {cast('PageTap', request.button).number}", edit=True)

    async def chart(self, desk: Desk, request: Request) -> Answer:
        keys = ((Key(label="Next", payload=PageTap(number=2)),),)
        return Answer(picture=Picture(png=png(), caption="<b>equity</b>"), keys=keys)

    async def boom(self, desk: Desk, request: Request) -> Answer:
        raise RuntimeError("an inner secret")

    async def wait(self, desk: Desk, request: Request) -> Answer:
        await self.let_go.wait()
        return Answer(toast="slow is done")

    async def typo(self, desk: Desk, request: Request) -> Answer:
        raise UserError("bad <number>", hint="Try 5.")

    async def denied(self, desk: Desk, request: Request) -> Answer:
        raise Temporary("socket closed", chat_text="The venue does not answer.", hint="Try later.")

    async def broken(self, desk: Desk, request: Request) -> Answer:
        return Answer(text="<b>not closed & <i>wrong</b>")

    async def long(self, desk: Desk, request: Request) -> Answer:
        lines = "\n".join(f"line {number} 🚀" for number in range(600))
        return Answer(text=f"<pre>{lines}</pre>", keys=BUY_KEYS)

    async def start(self, desk: Desk, request: Request) -> Answer:
        return Answer(text=f"Hello {request.person.role.value}")

    async def _effect(self, name: str, request: Request) -> None:
        self.attempts.append(name)
        self.began.set()
        done = (name, request.command_id)
        if done not in self.effects:  # the engine's receipt
            self.effects.append(done)
        if self.crash.is_set():
            await asyncio.get_running_loop().create_future()

    def commands(self) -> tuple[Command, ...]:
        rows: tuple[tuple[str, Any, Role, Effect, bool], ...] = (
            ("start", self.start, Role.VIEWER, Effect.READS, False),
            ("status", self.status_card, Role.VIEWER, Effect.READS, False),
            ("panic", self.panic, Role.TRADER, Effect.REDUCES, True),
            ("pause", self.pause, Role.TRADER, Effect.REDUCES, False),
            ("resume", self.resume, Role.OWNER, Effect.RAISES, False),
            ("slow", self.slow, Role.VIEWER, Effect.READS, False),
            ("card", self.card, Role.VIEWER, Effect.READS, False),
            ("chart", self.chart, Role.VIEWER, Effect.READS, False),
            ("boom", self.boom, Role.VIEWER, Effect.READS, False),
            ("typo", self.typo, Role.VIEWER, Effect.READS, False),
            ("denied", self.denied, Role.VIEWER, Effect.READS, False),
            ("broken", self.broken, Role.VIEWER, Effect.READS, False),
            ("long", self.long, Role.VIEWER, Effect.READS, False),
        )
        return tuple(
            Command(
                name=name, help=f"does {name}", group=Group.WATCH, role=role, effect=effect,
                handler=handler, safety=safety,
            )
            for name, handler, role, effect, safety in rows
        )  # fmt: skip

    def buttons(self) -> tuple[Button, ...]:
        return (
            Button(payload=BuyTap, command="resume", effect=Effect.RAISES, handler=self.buy),
            Button(payload=SlowTap, command="slow", effect=Effect.READS, handler=self.wait),
            Button(payload=TypoTap, command="typo", effect=Effect.READS, handler=self.typo),
            Button(payload=PageTap, command="status", effect=Effect.READS, handler=self.page),
            Button(
                payload=HaltTap,
                command="panic",
                effect=Effect.REDUCES,
                handler=self.slow,
                safety=True,
            ),
        )


def a_desk(pairing: Pairing, now: Callable[[], datetime], **services: Any) -> Desk:
    """A desk whose other services nobody calls: the table's handlers keep their own books."""
    nothing = cast("Any", None)
    fields: dict[str, Any] = dict.fromkeys(Desk.__dataclass_fields__, nothing)
    mode = Mode(
        words="a test", badge="PAPER", market="simulated", symbols=(), timeframes=(), speed=1
    )
    known = {"pairing": pairing, "now": now, "mode": mode, "secret": bytes(32)}
    return Desk(**fields | known | services)
