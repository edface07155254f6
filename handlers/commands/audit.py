"""/audit: who did what, when and from where."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import only_in_private
from handlers.told_payloads import AuditTap
from handlers.views.people import audit_text

PAGE_ROWS = 8


async def audit(desk: Desk, request: Request) -> Answer:
    """The newest rows, or those before the row that the button names."""
    only_in_private(request)
    tap = request.button if isinstance(request.button, AuditTap) else AuditTap()
    found = await desk.staff.audit(max(0, tap.before), PAGE_ROWS + 1)
    shown = found[:PAGE_ROWS]
    keys = []
    if tap.before:
        keys.append(Key(label="« Newest", payload=AuditTap()))
    if len(found) > PAGE_ROWS:
        keys.append(Key(label="Older »", payload=AuditTap(before=shown[-1].number)))
    return Answer(
        text=audit_text(shown, desk.mode.badge),
        keys=(tuple(keys),) if keys else (),
        edit=request.button is not None,
    )


COMMAND = Command(
    name="audit",
    help="who did what, when and from where",
    group=Group.ADMIN,
    role=Role.OWNER,
    effect=Effect.READS,
    handler=audit,
)
BUTTONS = (Button(payload=AuditTap, command="audit", effect=Effect.READS, handler=audit),)
