"""The questions before positions are left: asked alike by several commands and their buttons."""

from collections.abc import Callable

from engine.core.ids import base36
from engine.core.positions import Position
from handlers.act_payloads import CloseAllConfirmed, CloseConfirmed, CloseTap
from handlers.contract import Answer, Key, Request
from handlers.desk import Desk
from handlers.keys import PRICE_LIFE, question_rows, signer
from handlers.views.acts import closing_all_text, closing_text, which_text
from handlers.views.text import short_symbol

ID_DIGITS = 8
_SHOWN = 10


def ask_close(desk: Desk, request: Request, position_id: int, share_pct: int) -> Answer:
    """Whether that share of the position is to be closed at the present price."""
    found = desk.acting.closing(position_id, share_pct / 100)
    number = base36(found.position.position_id, ID_DIGITS)
    subject = f"{number}.{share_pct}.{found.position.version}"
    slip = signer(desk, request, "close").sign(subject, desk.now() + PRICE_LIFE)
    confirmed = CloseConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    return Answer(
        text=closing_text(found, desk.mode.badge),
        keys=question_rows("Yes, close it", confirmed),
    )


def ask_close_all(desk: Desk, request: Request, share_pct: int) -> Answer:
    """Whether that share of every position is to be closed."""
    found = desk.acting.closing_all()
    if not found.positions:
        return Answer(text=which_text((), "", desk.mode.badge))
    slip = signer(desk, request, "closeall").sign(
        f"{share_pct}.{found.version}", desk.now() + PRICE_LIFE
    )
    confirmed = CloseAllConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    label = "Yes, close all" if share_pct == 100 else f"Yes, close {share_pct} %"
    return Answer(
        text=closing_all_text(found, share_pct, desk.mode.badge),
        keys=question_rows(label, confirmed),
    )


def close_key(position: Position) -> Key:
    """Asks whether to close it."""
    return Key(label=label_of(position), payload=CloseTap(position_id=position.position_id))


def label_of(position: Position) -> str:
    """The position on a button; plain text."""
    return f"{short_symbol(position.symbol)} #{position.position_id}"


def which(desk: Desk, act: str, key_of: Callable[[Position], Key]) -> Answer:
    """The open positions, one button each."""
    positions = desk.acting.positions()
    keys = [key_of(position) for position in positions[:_SHOWN]]
    rows = tuple(tuple(keys[start : start + 2]) for start in range(0, len(keys), 2))
    return Answer(text=which_text(positions, act, desk.mode.badge), keys=rows)
