"""Events -> the messages that tell them. Pure: the journal stores the messages with the event."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.core.events import Event, ParametersChanged, TradingStateChanged
from engine.core.kinds import Role, Severity
from engine.core.messages import OutboxMessage, Priority
from handlers.alerts import ALERTS
from handlers.contract import Alert
from handlers.digest import GIST, Gist

ANSWERED = (TradingStateChanged, ParametersChanged)  # a person's change is answered where asked


@dataclass(frozen=True, slots=True)
class Recipient:
    """A chat that hears of events, and what its person may see."""

    chat_id: int
    role: Role


def announce(
    event: Event, recipients: Iterable[Recipient], *, badge: str
) -> tuple[OutboxMessage, ...]:
    """One message for each recipient whose role the alert is for; none for a silent event.

    Who changed something from the private chat has the answer there, and gets no alert of it.

    The key is the event's and the chat's, so that an event told twice is sent once. `badge`
    ("PAPER", "LIVE") stands at the end of the first line. The payload's entry GIST is ours: it
    feeds the digest, and `handlers.digest.call_arguments` leaves it out of the call.
    """
    alert = alert_for(event)
    if alert is None or alert.text is None:
        return ()
    payload: dict[str, Any] = {
        "text": _badged(alert.text(event), badge),
        GIST: Gist.of(event).as_json(),
    }
    if alert.severity is Severity.INFO:
        payload["disable_notification"] = True
    return tuple(
        OutboxMessage(
            key=f"{event.key()}|{recipient.chat_id}",
            chat_id=recipient.chat_id,
            method="sendMessage",
            payload=payload,
            priority=_priority(alert),
        )
        for recipient in recipients
        if recipient.role in alert.roles and recipient.chat_id != _answered_chat(event)
    )


def alert_for(event: Event) -> Alert | None:
    """The row of ALERTS that holds for this event, or None for a kind without a row."""
    for alert in ALERTS:
        if type(event) is alert.event and (alert.when is None or alert.when(event)):
            return alert
    return None


def _answered_chat(event: Event) -> int | None:
    # a private chat has its person's id
    return event.actor.person_id if isinstance(event, ANSWERED) else None


def _priority(alert: Alert) -> Priority:
    return Priority.SAFETY if alert.severity is Severity.CRITICAL else Priority.ALERT


def _badged(text: str, badge: str) -> str:
    first, line_break, rest = text.partition("\n")
    return f"{first} · {badge}{line_break}{rest}"
