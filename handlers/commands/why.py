"""/why: how a decision came about: votes, checks, pool, size, fills, result."""

import re

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import tapped
from handlers.payloads import WhyTap
from handlers.views.why import why_text

_NUMBER = re.compile(r"#?([0-9]{1,9})", re.ASCII)


async def why(desk: Desk, request: Request) -> Answer:
    """The trade of that number, the newest decision on that symbol, or the newest of all."""
    position_id, symbol = None, None
    if request.words:
        number = _NUMBER.fullmatch(request.words[0])
        if number:
            position_id = int(number[1])
        else:
            symbol = await desk.reports.symbol(request.words[0])
    return Answer(text=why_text(await desk.parley.why(position_id, symbol), desk.mode.badge))


async def of_trade(desk: Desk, request: Request) -> Answer:
    """The decision behind the tapped trade or position."""
    position_id = tapped(request, WhyTap).position_id
    return Answer(text=why_text(await desk.parley.why(position_id, None), desk.mode.badge))


COMMAND = Command(
    name="why",
    help="how a trade or a proposal was decided, step by step",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=why,
    usage="[trade number | symbol]",
    examples=("/why", "/why 42", "/why BTC"),
)
BUTTONS = (Button(payload=WhyTap, command="why", effect=Effect.READS, handler=of_trade),)
