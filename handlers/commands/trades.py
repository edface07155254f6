"""/trades: closed trades, newest first, a page at a time."""

import re

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.services.answers import TradePage
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.payloads import TradesTap
from handlers.views.trades import trades_text

PAGE_TRADES = 8
MOST_TRADES = 20


async def trades(desk: Desk, request: Request) -> Answer:
    """The newest page."""
    limit = _limit(request.words)
    page = await desk.reports.trades(limit=limit)
    return _answer(desk, page, TradesTap(limit=limit))


async def turn(desk: Desk, request: Request) -> Answer:
    """The page that the tapped button leads to."""
    tap = request.button if isinstance(request.button, TradesTap) else TradesTap()
    limit = min(max(1, tap.limit), MOST_TRADES)
    page = await desk.reports.trades(before=tap.before, limit=limit)
    return _answer(desk, page, tap)


def _answer(desk: Desk, page: TradePage, tap: TradesTap) -> Answer:
    of = -(-page.total // tap.limit)
    number = tap.number if tap.before is not None else 1
    keys = []
    if tap.before is not None:
        keys.append(Key(label="« Newest", payload=TradesTap(again=True, limit=tap.limit)))
    if page.next_before is not None:
        older = TradesTap(again=True, before=page.next_before, limit=tap.limit, number=number + 1)
        keys.append(Key(label="Older »", payload=older))
    return Answer(
        text=trades_text(page, desk.mode.badge, number=number, of=of),
        keys=(tuple(keys),),
        edit=tap.again,
    )


def _limit(words: tuple[str, ...]) -> int:
    if not words:
        return PAGE_TRADES
    if re.fullmatch(r"[0-9]{1,3}", words[0], re.ASCII) and 1 <= int(words[0]) <= MOST_TRADES:
        return int(words[0])
    raise UserError(f"/trades takes a number from 1 to {MOST_TRADES}.", hint="Such as /trades 5")


COMMAND = Command(
    name="trades",
    help="closed trades and what they brought",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=trades,
    usage="[how many]",
    examples=("/trades", "/trades 20"),
)
BUTTONS = (Button(payload=TradesTap, command="trades", effect=Effect.READS, handler=turn),)
