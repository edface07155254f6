"""/performance: which trades earn, by symbol, strategy, regime, hour, voter and more."""

import re

from engine.analytics.breakdown import Dimension
from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.parameters.parse import closest
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import Rows
from handlers.payloads import PartsTap
from handlers.views.results import breakdown_text

SIDE_BY_SIDE = 3
MOST_DAYS = 3660
_DAYS = re.compile(r"([0-9]{1,4})(?:d|days?)", re.ASCII)


async def performance(desk: Desk, request: Request) -> Answer:
    """The trades by what the word names; by symbol without one."""
    return await _card(desk, _asked(request.words))


async def turn(desk: Desk, request: Request) -> Answer:
    """The tapped side of the trades, in place."""
    tap = request.button
    known = isinstance(tap, PartsTap) and tap.dimension in set(Dimension)
    symbols = PartsTap(dimension=Dimension.SYMBOL.value, again=True)
    return await _card(desk, tap if isinstance(tap, PartsTap) and known else symbols)


def _asked(words: tuple[str, ...]) -> PartsTap:
    tap = PartsTap(dimension=Dimension.SYMBOL.value)
    for word in words:
        said = word.lower().removeprefix("by")
        days = _DAYS.fullmatch(said)
        if days and 1 <= int(days[1]) <= MOST_DAYS:
            tap = tap.model_copy(update={"days": int(days[1])})
        elif said in set(Dimension):
            tap = tap.model_copy(update={"dimension": said})
        elif said:
            near = closest(said, list(Dimension)) or list(Dimension)
            raise UserError(
                f"Trades are not told apart by «{said[:24]}».",
                hint=f"Try one of: {', '.join(near)}; or days such as 30d.",
            )
    return tap


async def _card(desk: Desk, tap: PartsTap) -> Answer:
    dimension = Dimension(tap.dimension)
    days = None if tap.days is None else min(max(1, tap.days), MOST_DAYS)
    found = await desk.results.parts(dimension, days)
    return Answer(
        text=breakdown_text(found, desk.mode.badge), keys=_keys(dimension, days), edit=tap.again
    )


def _keys(dimension: Dimension, days: int | None) -> Rows:
    keys = [
        Key(
            label=f"🔄 {each.value}" if each is dimension else each.value,
            payload=PartsTap(dimension=each.value, days=days, again=True),
        )
        for each in Dimension
    ]
    return tuple(tuple(keys[at : at + SIDE_BY_SIDE]) for at in range(0, len(keys), SIDE_BY_SIDE))


COMMAND = Command(
    name="performance",
    help="which trades earn: by symbol, hour, voter and more",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=performance,
    usage="[symbol|strategy|regime|hour|voter|...] [30d]",
    examples=("/performance", "/performance hour", "/performance strategy 30d"),
)
BUTTONS = (Button(payload=PartsTap, command="performance", effect=Effect.READS, handler=turn),)
