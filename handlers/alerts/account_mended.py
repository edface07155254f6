"""A trouble of the account or its venue is over."""

from engine.core.events import AccountMended
from engine.core.kinds import Role, Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape


def account_mended(event: AccountMended) -> str:
    """What is as it should be again."""
    return f"🔑 <b>Account: {escape(event.name, 60)}</b> is as it should be again."


ALERT = Alert(
    event=AccountMended,
    severity=Severity.NOTICE,
    kind=AlertClass.VENUE,
    text=account_mended,
    roles=frozenset({Role.OWNER, Role.TRADER}),
)
