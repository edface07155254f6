"""Wishes, price alerts and topics in words. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from engine.core.price_alerts import PriceAlert
from engine.core.telling import AlertClass, Loudness, Place, Topic, Wishes, is_quiet
from handlers.views.text import escape, price, short_symbol

MARKS = {Loudness.LOUD: "🔔", Loudness.SILENT: "🔕", Loudness.OFF: "✖️"}
MEANINGS = {
    AlertClass.TRADES: "trades and orders",
    AlertClass.APPROVALS: "trades that wait for a word",
    AlertClass.RISK: "limits, halts, stops",
    AlertClass.VENUE: "prices and the exchange",
    AlertClass.MODELS: "voters and their cost",
    AlertClass.DESK: "the desk itself",
    AlertClass.PEOPLE: "who comes and goes",
    AlertClass.REPORTS: "summaries and reports",
}
TOPIC_MEANINGS = {
    Topic.TRADES: "opened and closed trades",
    Topic.APPROVALS: "what became of approvals",
    Topic.ALERTS: "risk, exchange, models, desk",
    Topic.REPORTS: "summaries",
}


def wishes_text(
    wishes: Wishes, mine: Sequence[PriceAlert], now: datetime, zone: tzinfo, badge: str
) -> str:
    """How a person is told, and how to change it."""
    lines = [f"<b>Your alerts</b> · {escape(badge)}"]
    for kind in AlertClass:
        until = wishes.snoozed.get(kind)
        snoozed = f", no sound until {_hour(until, zone)}" if until and now < until else ""
        mark = MARKS[wishes.of(kind)]
        lines.append(f"{mark} {kind.value}: {MEANINGS[kind]}{snoozed}")
    return "\n".join(
        [
            *lines,
            f"Quiet hours: {_quiet(wishes, now, zone)}",
            f"Daily summary: {wishes.daily_at or 'off'}. Zone: {escape(str(zone))}",
            f"Price alerts: {len(mine)} (/alerts list)",
            "🔔 sound, 🔕 no sound, ✖️ not told: tap to change. What is critical always rings,"
            " approvals ring in quiet hours too.",
            "<code>/alerts quiet 23:00-07:00</code>",
            "<code>/alerts daily 08:00</code>",
            "<code>/alerts zone Europe/Berlin</code>",
            "<code>/alerts add BTC &gt; 70000</code>",
        ]
    )


def _quiet(wishes: Wishes, now: datetime, zone: tzinfo) -> str:
    if not wishes.quiet_from:
        return "none"
    state = "now quiet" if is_quiet(wishes, now, zone) else f"next at {wishes.quiet_from}"
    return f"{wishes.quiet_from} to {wishes.quiet_to}, {state}"


def _hour(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def condition(alert: PriceAlert) -> str:
    """What an alert waits for, as HTML: "BTC &gt; 70,000"."""
    sign = "&gt;" if alert.is_above else "&lt;"
    return f"{escape(short_symbol(alert.symbol))} {sign} {price(alert.level_price)}"


def price_alerts_text(mine: Sequence[PriceAlert], badge: str) -> str:
    """A person's price alerts."""
    title = f"<b>Your price alerts</b> · {escape(badge)}"
    if not mine:
        return f"{title}\nNone yet. <code>/alerts add BTC &gt; 70000</code> makes one."
    lines = [
        f"{alert.alert_id}. {condition(alert)}, {_often(alert)}{'' if alert.armed else _BACK}"
        for alert in mine
    ]
    return "\n".join([title, *lines, "A tap removes one."])


_BACK = "; waits until the price has come back"


def _often(alert: PriceAlert) -> str:
    return f"each time ({alert.fired} so far)" if alert.repeats else "once"


def added_text(alert: PriceAlert, at_price: float | None, badge: str) -> str:
    """What was understood."""
    now = "" if at_price is None else f" Now {price(at_price)}."
    late = (
        ""
        if alert.armed
        else "\nThe price is there already: it has to come back first, and then cross."
    )
    title = f"🎯 <b>{condition(alert)}</b> · {escape(badge)}"
    return f"{title}\nI tell you {_often_said(alert)}.{now}{late}"


def _often_said(alert: PriceAlert) -> str:
    return "each time it happens" if alert.repeats else "once, when it happens"


def crossed_text(alert: PriceAlert, at_price: float, badge: str) -> str:
    """The message when it happens."""
    verb = "rose above" if alert.is_above else "fell below"
    symbol = escape(short_symbol(alert.symbol))
    rest = (
        "Told again at the next crossing; /alerts list removes it."
        if alert.repeats
        else "This alert is used up."
    )
    return (
        f"🎯 <b>{symbol} {verb} {price(alert.level_price)}</b> · {escape(badge)}\n"
        f"Now {price(at_price)}. {rest}"
    )


def topics_text(topics: Mapping[Topic, Place], badge: str) -> str:
    """Where each topic is told."""
    lines = [
        f"{topic.value}: {escape(topics[topic].words()) if topic in topics else 'not told'}"
        f" ({TOPIC_MEANINGS[topic]})"
        for topic in Topic
    ]
    return "\n".join(
        [
            f"<b>Topics of a group</b> · {escape(badge)}",
            *lines,
            "Send /topics in the group's topic: it answers with the line to send me here.",
            "<code>/topics trades off</code> ends one.",
        ]
    )


def here_text(place: Place) -> str:
    """What to send in the private chat, to be told at this place."""
    lines = [f"<code>/topics {topic.value} {place.words()}</code>" for topic in Topic]
    return "\n".join(["Send me one of these in our private chat:", *lines])
