"""/positions: what is open, its result and its stop."""

from collections.abc import Sequence

from engine.core.kinds import Role
from engine.services.answers import PositionRow
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import Rows, price_tap, refresh
from handlers.payloads import PositionsTap
from handlers.views.positions import page_count, positions_text


async def positions(desk: Desk, request: Request) -> Answer:
    """A page of the open positions."""
    status = await desk.reports.status()
    rows = status.open_positions
    tap = request.button if isinstance(request.button, PositionsTap) else PositionsTap()
    page = min(max(1, tap.page), page_count(rows))  # positions may have closed since the last look
    return Answer(
        text=positions_text(rows, desk.mode.badge, status.market_at, page=page),
        keys=_keys(rows, page),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


def _keys(rows: Sequence[PositionRow], page: int) -> Rows:
    keys = [refresh(PositionsTap(again=True, page=page))]
    if page > 1:
        keys.append(Key(label="« Back", payload=PositionsTap(again=True, page=page - 1)))
    if page < page_count(rows):
        keys.append(Key(label="More »", payload=PositionsTap(again=True, page=page + 1)))
    if rows:
        keys.append(Key(label="🖼 Chart", payload=price_tap(rows[0].position.symbol)))
    return (tuple(keys),)


COMMAND = Command(
    name="positions",
    help="open positions, results and stops",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=positions,
)
BUTTONS = (
    Button(payload=PositionsTap, command="positions", effect=Effect.READS, handler=positions),
)
