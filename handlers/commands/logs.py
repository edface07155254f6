"""/logs: the last lines of the log, secrets hidden."""

import re

from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import LogsTap
from handlers.views.system import logs_text

MOST_LINES = 50
LEVELS = ("INFO", "WARNING", "ERROR")


async def logs(desk: Desk, request: Request) -> Answer:
    """As many of the last lines as were asked for, and fit."""
    tap = request.button if isinstance(request.button, LogsTap) else _asked(request.words)
    count = min(max(1, tap.count), MOST_LINES)
    level = tap.level if tap.level in LEVELS else ""
    lines = desk.health.log_lines(count, level)
    levels = tuple(
        Key(
            label=f"• {each.lower()}" if each == level else each.lower(),
            payload=LogsTap(count=count, level="" if each == level else each, again=True),
        )
        for each in LEVELS[1:]
    )
    again = LogsTap(count=count, level=level, again=True)
    return Answer(
        text=logs_text(lines, desk.mode.badge, level=level),
        keys=((refresh(again), *levels),),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


def _asked(words: tuple[str, ...]) -> LogsTap:
    tap = LogsTap()
    for word in words:
        if word.upper() in LEVELS:
            tap = tap.model_copy(update={"level": word.upper()})
        elif re.fullmatch(r"[0-9]{1,3}", word, re.ASCII) and 1 <= int(word) <= MOST_LINES:
            tap = tap.model_copy(update={"count": int(word)})
        else:
            raise UserError(
                f"/logs takes a number from 1 to {MOST_LINES}, and warning or error.",
                hint="Such as /logs 20 error",
            )
    return tap


COMMAND = Command(
    name="logs",
    help="the last lines of the log, secrets hidden",
    group=Group.ADMIN,
    role=Role.OWNER,
    effect=Effect.READS,
    handler=logs,
    usage="[how many] [warning|error]",
    examples=("/logs", "/logs 30 error"),
)
BUTTONS = (Button(payload=LogsTap, command="logs", effect=Effect.READS, handler=logs),)
