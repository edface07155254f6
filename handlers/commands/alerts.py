"""/alerts: how loud each class is, quiet hours, the daily summary, price alerts."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.parameters.research import zone_named
from engine.core.telling import AlertClass, Loudness, Wishes, time_of
from handlers.alert_keys import SNOOZE_HOURS
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import tapped
from handlers.price_alerts import add, forget, listed, remove
from handlers.told_payloads import AlertsTap, PriceAlertGone, SeenTap, SnoozeTap
from handlers.views.text import clean
from handlers.views.told import MARKS, wishes_text

NEXT = {
    Loudness.LOUD: Loudness.SILENT,
    Loudness.SILENT: Loudness.OFF,
    Loudness.OFF: Loudness.LOUD,
}
OFF = "off"


async def alerts(desk: Desk, request: Request) -> Answer:
    """The card of a person's wishes, after what the words ask for was changed."""
    if not request.words:
        return await _card(desk, request)
    name, *rest = request.words
    act = ACTS.get(name.lower())
    if act is None:
        raise UserError(
            f'/alerts knows no "{clean(name, 20)}".', hint=f"It knows {', '.join(ACTS)}."
        )
    return await act(desk, request, tuple(rest))


async def turn(desk: Desk, request: Request) -> Answer:
    """The next loudness of the tapped class: loud, silent, off, loud."""
    kind = _kind(tapped(request, AlertsTap).kind)
    wishes = await desk.notices.wishes(request.person.person_id)
    return await _wish(desk, request, wishes.with_loudness(kind, NEXT[wishes.of(kind)]))


async def snooze(desk: Desk, request: Request) -> Answer:
    """No sound for the class of the tapped alert, for an hour."""
    kind = _kind(tapped(request, SnoozeTap).kind)
    person_id = request.person.person_id
    wishes = await desk.notices.wishes(person_id)
    until = desk.now() + timedelta(hours=SNOOZE_HOURS)
    await desk.notices.wish(person_id, wishes.snoozed_until(kind, until))
    local = until.astimezone(desk.notices.zone(wishes))
    return Answer(
        toast=f"No sound for {kind.value} until {local:%H:%M}. What is critical still rings."
    )


async def seen(desk: Desk, request: Request) -> Answer:
    """Says that somebody looks after a critical alert, or lets it be told again in an hour."""
    tap = tapped(request, SeenTap)
    if not request.person.role.covers(Role.TRADER):
        raise UserError("A viewer cannot act on it.", hint="A trader or an owner has to say it.")
    if tap.later:
        until = desk.now() + timedelta(hours=SNOOZE_HOURS)
        if await desk.notices.later(tap.page_id, until):
            return Answer(toast="Told again in 1 h, unless somebody has seen it by then.")
        return Answer(toast="Somebody has seen it already.")
    card = (request.chat_id, request.message_id or 0)
    word = await desk.notices.seen(tap.page_id, request.person.name, card)
    if word is None:
        raise UserError("This alert is not kept any more.", hint="/status shows how the desk is.")
    local = word.at.astimezone(desk.notices.zone(Wishes()))
    state = f"Seen · {clean(word.by, 20)} · {local:%H:%M}"
    toast = "Thank you: nobody else is called." if word.is_first else f"{state}, before you."
    return Answer(keys=((Key(label=state, payload=None),),), edit=True, toast=toast)


async def _quiet(desk: Desk, request: Request, words: tuple[str, ...]) -> Answer:
    begins, ends = "", ""
    text = "".join(words)
    if text.lower() != OFF:
        first, dash, last = text.partition("-")
        if not dash:
            raise UserError("Quiet hours need two times.", hint="Such as /alerts quiet 23:00-07:00")
        begins, ends = _hour(first), _hour(last)
        if begins == ends:
            raise UserError(
                "Quiet hours cannot be the whole day.", hint="Set the classes to 🔕 instead."
            )
    wishes = await desk.notices.wishes(request.person.person_id)
    return await _wish(desk, request, replace(wishes, quiet_from=begins, quiet_to=ends))


async def _daily(desk: Desk, request: Request, words: tuple[str, ...]) -> Answer:
    text = "".join(words)
    at = "" if text.lower() == OFF else _hour(text)
    wishes = await desk.notices.wishes(request.person.person_id)
    return await _wish(desk, request, replace(wishes, daily_at=at, daily_since_at=desk.now()))


async def _zone(desk: Desk, request: Request, words: tuple[str, ...]) -> Answer:
    try:
        zone = str(zone_named(clean(" ".join(words), 40)))
    except ValueError as error:
        raise UserError(f"{error}.".capitalize()) from None
    wishes = await desk.notices.wishes(request.person.person_id)
    return await _wish(desk, request, replace(wishes, zone=zone, daily_since_at=desk.now()))


async def _wish(desk: Desk, request: Request, wishes: Wishes) -> Answer:
    await desk.notices.wish(request.person.person_id, wishes)
    return await _card(desk, request)


async def _card(desk: Desk, request: Request) -> Answer:
    person_id = request.person.person_id
    wishes = await desk.notices.wishes(person_id)
    mine = await desk.price_watch.mine(person_id)
    zone = desk.notices.zone(wishes)
    keys = [
        Key(label=f"{MARKS[wishes.of(kind)]} {kind.value}", payload=AlertsTap(kind=kind.value))
        for kind in AlertClass
    ]
    return Answer(
        text=wishes_text(wishes, mine, desk.now(), zone, desk.mode.badge),
        keys=tuple(tuple(keys[first : first + 2]) for first in range(0, len(keys), 2)),
        edit=request.button is not None,
    )


def _kind(text: str) -> AlertClass:
    try:
        return AlertClass(text)
    except ValueError:
        raise UserError("This button is outdated.", hint="See /alerts") from None


def _hour(text: str) -> str:
    try:
        return f"{time_of(text):%H:%M}"
    except ValueError:
        raise UserError(
            f'"{clean(text, 20)}" is no time of day.', hint="Write one like 08:00, or off."
        ) from None


ACTS: dict[str, Callable[[Desk, Request, tuple[str, ...]], Awaitable[Answer]]] = {
    "add": add,
    "list": listed,
    "remove": remove,
    "quiet": _quiet,
    "daily": _daily,
    "zone": _zone,
}
COMMAND = Command(
    name="alerts",
    help="what rings, quiet hours, price alerts, your summary",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,  # changes nothing of the desk
    handler=alerts,
    usage="[add|list|remove|quiet|daily|zone] [...]",
    examples=("/alerts add BTC > 70000", "/alerts quiet 23:00-07:00", "/alerts daily 08:00"),
)
BUTTONS = (
    Button(payload=AlertsTap, command="alerts", effect=Effect.READS, handler=turn),
    Button(payload=SnoozeTap, command="alerts", effect=Effect.READS, handler=snooze),
    Button(payload=SeenTap, command="alerts", effect=Effect.READS, handler=seen),
    Button(payload=PriceAlertGone, command="alerts", effect=Effect.READS, handler=forget),
)
