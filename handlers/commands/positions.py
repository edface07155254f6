"""/positions: what is open, its result and its stop; and one position in full."""

from collections.abc import Sequence

from engine.core.kinds import Role
from engine.services.answers import PositionRow
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import Rows, position_keys, price_tap, refresh, tapped
from handlers.payloads import PositionsTap, PositionTap, TradeTap, WhyTap
from handlers.views.positions import page_count, position_text, positions_text, rows_of
from handlers.views.text import short_symbol
from handlers.views.words import side_mark

SIDE_BY_SIDE = 3


async def positions(desk: Desk, request: Request) -> Answer:
    """A page of the open positions, a button for each."""
    rows = await desk.reports.positions()
    tap = request.button if isinstance(request.button, PositionsTap) else PositionsTap()
    page = min(max(1, tap.page), page_count(rows))  # positions may have closed since the last look
    return Answer(
        text=positions_text(rows, desk.mode.badge, desk.reports.as_of(), page=page),
        keys=_keys(rows, page),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


async def position(desk: Desk, request: Request) -> Answer:
    """One open position by its number, whatever else closed meanwhile."""
    tap = tapped(request, PositionTap)
    row = await desk.reports.position(tap.position_id)
    if row is None:
        return Answer(
            text=f"#{tap.position_id} is not open any more.",
            keys=((Key(label="🧾 How it ended", payload=TradeTap(trade_id=tap.position_id)),),),
            edit=tap.again,
        )
    return Answer(
        text=position_text(row, desk.mode.badge, desk.reports.as_of()),
        keys=(*position_keys(row.position, request.person.role), *_position_keys(row)),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


def _keys(rows: Sequence[PositionRow], page: int) -> Rows:
    names = [
        Key(
            label=f"{side_mark(row.position.side)} {short_symbol(row.position.symbol)}",
            payload=PositionTap(position_id=row.position.position_id),
        )
        for row in rows_of(rows, page)
    ]
    turn = [refresh(PositionsTap(again=True, page=page))]
    if page > 1:
        turn.append(Key(label="« Back", payload=PositionsTap(again=True, page=page - 1)))
    if page < page_count(rows):
        turn.append(Key(label="More »", payload=PositionsTap(again=True, page=page + 1)))
    lines = (names[at : at + SIDE_BY_SIDE] for at in range(0, len(names), SIDE_BY_SIDE))
    return (*(tuple(line) for line in lines), tuple(turn))


def _position_keys(row: PositionRow) -> Rows:
    position_id = row.position.position_id
    return (
        (
            refresh(PositionTap(position_id=position_id, again=True)),
            Key(label="🖼 Chart", payload=price_tap(row.position.symbol)),
            Key(label="❔ Why", payload=WhyTap(position_id=position_id)),
        ),
        (Key(label="📈 All positions", payload=PositionsTap()),),
    )


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
    Button(payload=PositionTap, command="positions", effect=Effect.READS, handler=position),
)
