"""Another process answers with our bot token."""

from engine.core.events import TwinSeen
from engine.core.kinds import Role, Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert


def twin_seen(event: TwinSeen) -> str:
    """What it means and what to do."""
    return "\n".join(
        [
            "👥 <b>A second desk uses this bot</b>",
            f"Telegram refused us {event.conflicts:,} times in a row.",
            "Stop the other process, or give it a bot of its own. If you did not start one,"
            " revoke the token with BotFather.",
        ]
    )


ALERT = Alert(
    event=TwinSeen,
    severity=Severity.CRITICAL,
    kind=AlertClass.DESK,
    text=twin_seen,
    roles=frozenset({Role.OWNER}),
)
