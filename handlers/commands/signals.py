"""/signals: the last proposals, taken or denied, each with its sentence."""

import re

from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import SignalsTap
from handlers.views.signals import signals_text

MOST_SIGNALS = 20


async def signals(desk: Desk, request: Request) -> Answer:
    """The newest proposals, drawn again where the card's own button was tapped."""
    tap = request.button if isinstance(request.button, SignalsTap) else _asked(request.words)
    limit = min(max(1, tap.limit), MOST_SIGNALS)
    return Answer(
        text=signals_text(await desk.risks.signals(limit), desk.mode.badge),
        keys=((refresh(SignalsTap(again=True, limit=limit)),),),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


def _asked(words: tuple[str, ...]) -> SignalsTap:
    if not words:
        return SignalsTap()
    if re.fullmatch(r"[0-9]{1,3}", words[0], re.ASCII) and 1 <= int(words[0]) <= MOST_SIGNALS:
        return SignalsTap(limit=int(words[0]))
    raise UserError(f"/signals takes a number from 1 to {MOST_SIGNALS}.", hint="Such as /signals 5")


COMMAND = Command(
    name="signals",
    help="the last proposals, taken or denied, and why",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=signals,
    usage="[how many]",
    examples=("/signals", "/signals 20"),
)
BUTTONS = (Button(payload=SignalsTap, command="signals", effect=Effect.READS, handler=signals),)
