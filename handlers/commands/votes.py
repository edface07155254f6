"""/votes: the last rounds with what came of them, and their pictures."""

import re

from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import ChartTap, VotesTap
from handlers.views.votes import votes_text

MOST_ROUNDS = 8


async def votes(desk: Desk, request: Request) -> Answer:
    """The newest rounds, drawn again where the card's own button was tapped."""
    if isinstance(request.button, VotesTap):
        tap = request.button
    else:
        tap = await _asked(desk, request.words)
    limit = min(max(1, tap.limit), MOST_ROUNDS)
    rounds = await desk.parley.rounds(limit, tap.symbol or None)
    return Answer(
        text=votes_text(rounds, desk.mode.badge),
        keys=(
            (refresh(VotesTap(again=True, limit=limit, symbol=tap.symbol)),),
            (
                Key(label="Reliability", payload=ChartTap(name="reliability")),
                Key(label="Over time", payload=ChartTap(name="votes")),
            ),
        ),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


async def _asked(desk: Desk, words: tuple[str, ...]) -> VotesTap:
    tap = VotesTap()
    for word in words[:2]:
        if re.fullmatch(r"[0-9]{1,3}", word, re.ASCII):
            if not 1 <= int(word) <= MOST_ROUNDS:
                raise UserError(f"/votes shows 1 to {MOST_ROUNDS} rounds.", hint="Such as /votes 5")
            tap = tap.model_copy(update={"limit": int(word)})
        else:
            symbol = await desk.reports.symbol(word)
            tap = tap.model_copy(update={"symbol": symbol if len(symbol.encode()) <= 40 else ""})
    return tap


COMMAND = Command(
    name="votes",
    help="the last rounds of votes, and what came of them",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=votes,
    usage="[how many] [symbol]",
    examples=("/votes", "/votes 5", "/votes BTC"),
)
BUTTONS = (Button(payload=VotesTap, command="votes", effect=Effect.READS, handler=votes),)
