"""The account or its venue is not as live trading needs it."""

from engine.core.events import AccountTrouble
from engine.core.kinds import Role, Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape
from handlers.views.words import sentence


def account_trouble(event: AccountTrouble) -> str:
    """What was found, and the mend."""
    return "\n".join(
        [
            f"🔑 <b>Account: {escape(event.name, 60)}</b>",
            f"{sentence(event.text, 200)}.",
            escape(event.hint, 200),
        ]
    )


ALERT = Alert(
    event=AccountTrouble,
    severity=Severity.CRITICAL,
    kind=AlertClass.VENUE,
    text=account_trouble,
    roles=frozenset({Role.OWNER, Role.TRADER}),
)
