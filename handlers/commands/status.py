"""/status: the desk on one pinned card that is kept up to date."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import status_rows
from handlers.payloads import StatusTap
from handlers.views.status import status_text


async def card(desk: Desk, role: Role) -> Answer:
    """The live card as a person of this role sees it; whoever keeps it alive asks here."""
    status = await desk.reports.status()
    text = status_text(status, await desk.risks.glance(), desk.health.lights())
    return Answer(text=text, keys=status_rows(role, status.trading), pin_as="status")


async def status(desk: Desk, request: Request) -> Answer:
    """The pinned card."""
    return await card(desk, request.person.role)


async def show(desk: Desk, request: Request) -> Answer:
    """The pinned card; the tapped one drawn again when the tap came from a status card."""
    fresh = await card(desk, request.person.role)
    if isinstance(request.button, StatusTap) and request.button.again:
        return Answer(text=fresh.text, keys=fresh.keys, edit=True, toast="Up to date")
    return fresh


COMMAND = Command(
    name="status",
    help="money, risk and positions on one live card",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=status,
)
BUTTONS = (Button(payload=StatusTap, command="status", effect=Effect.READS, handler=show),)
