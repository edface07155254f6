"""A long task of the desk died and was started again."""

from engine.core.events import TaskFailed
from engine.core.kinds import Role, Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import count_of, escape


def task_failed(event: TaskFailed) -> str:
    """Which task, how often, and its own words."""
    return "\n".join(
        [
            f"🔧 <b>{escape(event.task, 60)} failed</b>",
            f"{count_of(event.failures, 'failure')} so far; it was started again.",
            f"<i>{escape(event.text, 200)}</i>",
        ]
    )


ALERT = Alert(
    event=TaskFailed,
    severity=Severity.WARNING,
    kind=AlertClass.DESK,
    text=task_failed,
    roles=frozenset({Role.OWNER, Role.TRADER}),
)
