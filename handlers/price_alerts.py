"""/alerts add, list, remove: prices that a person wants to hear of."""

import re

from engine.core.errors import UserError
from engine.core.price_alerts import level_of
from handlers.contract import Answer, Key, Request
from handlers.desk import Desk
from handlers.keys import tapped
from handlers.told_payloads import PriceAlertGone
from handlers.views.text import clean, plain_text
from handlers.views.told import added_text, condition, price_alerts_text

_WANTED = re.compile(r"(\S+?)\s*([<>])\s*(\S+?)(?:\s+(once|again))?", re.IGNORECASE)
EXAMPLE = "Such as /alerts add BTC > 70000, with the word again to hear of each crossing."


async def add(desk: Desk, request: Request, words: tuple[str, ...]) -> Answer:
    """The new alert, said back."""
    found = _WANTED.fullmatch(" ".join(words))
    if found is None:
        raise UserError("A price alert needs a symbol, > or <, and a price.", hint=EXAMPLE)
    symbol = await desk.reports.symbol(found[1])
    level_price = level_of(found[3])
    if level_price is None:
        raise UserError(
            f'"{clean(found[3], 20)}" is no price.', hint="Write digits and a point, no comma."
        )
    alert = await desk.price_watch.add(
        request.person.person_id,
        symbol,
        level_price,
        is_above=found[2] == ">",
        repeats=(found[4] or "").lower() == "again",
    )
    now_price = desk.price_watch.price(symbol)
    return Answer(text=added_text(alert, now_price, desk.mode.badge))


async def listed(desk: Desk, request: Request, words: tuple[str, ...]) -> Answer:  # noqa: ARG001
    """The person's alerts, each with a button that removes it."""
    mine = await desk.price_watch.mine(request.person.person_id)
    keys = tuple(
        (
            Key(
                label=f"🗑 {alert.alert_id}. {plain_text(condition(alert))}",
                payload=PriceAlertGone(alert_id=alert.alert_id),
            ),
        )
        for alert in mine
    )
    return Answer(
        text=price_alerts_text(mine, desk.mode.badge), keys=keys, edit=request.button is not None
    )


async def remove(desk: Desk, request: Request, words: tuple[str, ...]) -> Answer:
    """The list without the alert of this number."""
    if len(words) != 1 or re.fullmatch(r"[0-9]{1,9}", words[0], re.ASCII) is None:
        raise UserError("Which one?", hint="/alerts remove 3; /alerts list shows the numbers.")
    if not await desk.price_watch.remove(int(words[0]), request.person.person_id):
        raise UserError("You have no price alert of this number.", hint="See /alerts list")
    return await listed(desk, request, ())


async def forget(desk: Desk, request: Request) -> Answer:
    """The list without the tapped alert; a second tap finds it gone."""
    alert_id = tapped(request, PriceAlertGone).alert_id
    await desk.price_watch.remove(alert_id, request.person.person_id)
    return await listed(desk, request, ())
