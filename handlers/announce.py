"""Events -> the messages that tell them. Pure: the journal stores the messages with the event."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from engine.core.events import (
    Event,
    PanicReported,
    ParametersChanged,
    PositionIncreased,
    PositionReduced,
    TradeClosed,
    TradeOpened,
    TradingStateChanged,
)
from engine.core.kinds import Role, Severity
from engine.core.messages import GIST, PAGE, THREAD, OutboxMessage, Priority
from engine.core.telling import TOPIC_OF, Loudness, Topic, Wishes, loudness_now
from handlers.alert_keys import page_id_of, seen_markup, snooze_markup
from handlers.alerts import ALERTS
from handlers.contract import Alert
from handlers.digest import Gist
from handlers.views.text import plain_text

ANSWERED = (TradingStateChanged, ParametersChanged)  # a person's change is answered where asked
ASKED_FOR = (PanicReported,)  # somebody looks on: no need to call others
ESCALATE_AFTER_S = 300.0


@dataclass(frozen=True, slots=True)
class Recipient:
    """A chat that hears of events, and what its person may see and wants to hear."""

    chat_id: int
    role: Role
    wishes: Wishes = field(default_factory=Wishes)
    zone: tzinfo = UTC  # of the quiet hours
    thread_id: int | None = None  # of a group's topic
    topics: frozenset[Topic] | None = None  # of a group: only these; None: a person, all
    since: datetime | None = None  # when the person came
    person_id: int = 0


def announce(
    event: Event,
    recipients: Iterable[Recipient],
    *,
    badge: str,
    now: datetime | None = None,
    escalate_after_s: float = ESCALATE_AFTER_S,
) -> tuple[OutboxMessage, ...]:
    """One message for each recipient whose role the alert is for; none for a silent event.

    Who changed something from the private chat has the answer there, and gets no alert of it.

    The key is the event's and the chat's, so that an event told twice is sent once. `badge`
    ("PAPER", "LIVE") stands at the end of the first line. `now` (None: the event's moment) decides
    on quiet hours. The payload's entries in `OURS` stay here: they feed the digest, threads and
    the calling of others when a critical alert stays without a word.
    """
    alert = alert_for(event)
    if alert is None or alert.text is None:
        return ()
    text = _badged(alert.text(event), badge)
    whole: dict[str, Any] = {"text": text, GIST: Gist.of(event).as_json()}
    thread = _thread(event)
    if thread:
        whole[THREAD] = thread
    told = []
    for recipient in recipients:
        loudness = loudness_for(event, recipient, now or event.at)
        if loudness is Loudness.OFF:
            continue
        payload = whole | how(recipient, loudness)
        if recipient.topics is None:
            payload |= _asked_back(event, alert, text, escalate_after_s)
        told.append(
            OutboxMessage(
                key=f"{event.key()}|{recipient.chat_id}",
                chat_id=recipient.chat_id,
                method="sendMessage",
                payload=payload,
                priority=_priority(alert),
            )
        )
    return tuple(told)


def alert_for(event: Event) -> Alert | None:
    """The row of ALERTS that holds for this event, or None for a kind without a row."""
    for alert in ALERTS:
        if type(event) is alert.event and (alert.when is None or alert.when(event)):
            return alert
    return None


def loudness_for(event: Event, recipient: Recipient, now: datetime) -> Loudness:
    """How the recipient is told of the event at this moment; OFF where it is not for them."""
    alert = alert_for(event)
    if alert is None or not _hears(alert, recipient):
        return Loudness.OFF
    if recipient.chat_id == _answered_chat(event):
        return Loudness.OFF
    return loudness_now(recipient.wishes, alert.kind, alert.severity, now, recipient.zone)


def _hears(alert: Alert, recipient: Recipient) -> bool:
    if recipient.topics is None:
        return recipient.role in alert.roles
    # anybody may be in a group: it hears what every role may
    topic = TOPIC_OF.get(alert.kind, Topic.ALERTS)
    return topic in recipient.topics and alert.roles == frozenset(Role)


def how(recipient: Recipient, loudness: Loudness) -> dict[str, Any]:
    """The part of a payload that says where it goes and whether it rings."""
    found: dict[str, Any] = {}
    if loudness is Loudness.SILENT:
        found["disable_notification"] = True
    if recipient.thread_id is not None:
        found["message_thread_id"] = recipient.thread_id
    return found


def _asked_back(event: Event, alert: Alert, text: str, after_s: float) -> dict[str, Any]:
    """The buttons; and the page, where a critical alert came without anybody's asking."""
    if alert.severity is not Severity.CRITICAL:
        return {"reply_markup": snooze_markup(alert.kind)}
    if isinstance(event, ASKED_FOR) or _answered_chat(event) is not None:
        return {}
    page_id = page_id_of(event.key())
    page = {
        "page_id": page_id,
        "event_key": event.key(),
        "gist": plain_text(text.partition("\n")[0]),
        "after_s": after_s,
    }
    return {"reply_markup": seen_markup(page_id), PAGE: page}


def _thread(event: Event) -> str:
    """The name under which the messages of one position hang together; "" for all else."""
    if isinstance(event, TradeClosed):
        return f"trade-{event.trade.trade_id}"
    if isinstance(event, TradeOpened | PositionIncreased | PositionReduced):
        return f"trade-{event.position.position_id}"
    return ""


def _answered_chat(event: Event) -> int | None:
    # a private chat has its person's id
    return event.actor.person_id if isinstance(event, ANSWERED) else None


def _priority(alert: Alert) -> Priority:
    return Priority.SAFETY if alert.severity is Severity.CRITICAL else Priority.ALERT


def _badged(text: str, badge: str) -> str:
    first, line_break, rest = text.partition("\n")
    return f"{first} · {badge}{line_break}{rest}"
