"""Somebody without a role wrote to the bot."""

from engine.core.events import StrangerSeen
from engine.core.kinds import Role, Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape


def stranger_seen(event: StrangerSeen) -> str:
    """Who it was; the number is what counts, a name can be anything."""
    return "\n".join(
        [
            "👤 <b>A stranger wrote to the bot</b>",
            f"Id <code>{event.person_id}</code>, calls itself {escape(event.name, 60)}",
            "It got no answer and can do nothing.",
        ]
    )


ALERT = Alert(
    event=StrangerSeen,
    severity=Severity.WARNING,
    kind=AlertClass.PEOPLE,
    text=stranger_seen,
    roles=frozenset({Role.OWNER}),
)
