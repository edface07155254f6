"""Trades by hand: the question of /buy and /sell, and its answer."""

from decimal import Decimal

from engine.core.commands import OpenPosition
from engine.core.errors import UserError
from engine.core.kinds import PositionSide
from handlers.act_payloads import BuyConfirmed, SellConfirmed
from handlers.confirm import command_id, short_digest
from handlers.contract import Answer, Request
from handlers.desk import Desk
from handlers.keys import PRICE_LIFE, question_rows, signer, tapped
from handlers.spoken import size
from handlers.views.acts import act_text, offer_text, usage_text

Slip = BuyConfirmed | SellConfirmed
ACTIONS: dict[PositionSide, tuple[str, str, type[Slip]]] = {
    PositionSide.LONG: ("buy", "Yes, buy", BuyConfirmed),
    PositionSide.SHORT: ("sell", "Yes, sell short", SellConfirmed),
}
_NAME_CHARACTERS = 6


async def ask(desk: Desk, request: Request, side: PositionSide) -> Answer:
    """What the rules allow of the wish, and whether it is to be sent."""
    action, label, payload = ACTIONS[side]
    if not request.words:
        return Answer(text=usage_text(action, desk.mode))
    symbol = await desk.reports.symbol(request.words[0])
    most_quote = _most(desk, request.words[1]) if len(request.words) > 1 else None
    offer = desk.acting.offer(
        OpenPosition(
            command_id=request.command_id,
            actor=request.person.as_actor(),
            symbol=symbol,
            side=side,
            most_quote=most_quote,
        )
    )
    most = "" if most_quote is None else f"{most_quote:f}"
    subject = f"{_short(symbol)}:{most}:{offer.price:.8g}"
    slip = signer(desk, request, action).sign(subject, desk.now() + PRICE_LIFE)
    signed = payload(subject=slip.subject, until=slip.until, code=slip.code)
    return Answer(text=offer_text(offer, desk.mode.badge), keys=question_rows(label, signed))


async def confirmed(desk: Desk, request: Request, side: PositionSide) -> Answer:
    """Sends the trade of the slip, once."""
    action, _, payload = ACTIONS[side]
    slip: Slip = tapped(request, payload)
    signer(desk, request, action).check(slip, desk.now())
    await desk.codes.require(request.person.person_id)
    short_name, most, seen = slip.subject.split(":")
    symbols = {_short(each): each for each in desk.mode.symbols}
    if short_name not in symbols:
        raise UserError("That symbol is not traded any more.", hint="Nothing was done.")
    act = await desk.acting.do(
        OpenPosition(
            command_id=command_id(slip),
            actor=request.person.as_actor(),
            symbol=symbols[short_name],
            side=side,
            most_quote=Decimal(most) if most else None,
            seen_price=float(seen),
        )
    )
    toast = "Sent" if act.changed else "Done before"
    return Answer(text=act_text(act, desk.mode.badge), toast=toast, edit=True)


def _most(desk: Desk, text: str) -> Decimal:
    number, is_share = size(text)
    return desk.acting.share_quote(number / 100) if is_share else number


def _short(symbol: str) -> str:
    return short_digest(symbol, _NAME_CHARACTERS)
