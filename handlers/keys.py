"""Rows of buttons that several cards share; a person sees only what the role may do."""

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from aiogram.filters.callback_data import CallbackData

from engine.core.errors import UserError
from engine.core.kinds import Role, TradingState, Trail
from handlers.act_payloads import BreakevenTap, CloseTap, TrailTap
from handlers.confirm import Signer, Slip
from handlers.contract import Key, Request
from handlers.payloads import (
    BalanceTap,
    ChartTap,
    Dismissed,
    PanicTap,
    PauseTap,
    PositionsTap,
    ResumeTap,
    StatusTap,
    TradesTap,
)

if TYPE_CHECKING:
    from engine.core.positions import Position
    from handlers.desk import Desk

Tap = TypeVar("Tap", bound=CallbackData)
Rows = tuple[tuple[Key, ...], ...]

_LONGEST_SYMBOL_BYTES = 32  # a button holds 64 bytes in all
QUESTION_LIFE = timedelta(minutes=2)
PRICE_LIFE = timedelta(seconds=30)  # of a question that shows a price
PANIC_LIFE = timedelta(minutes=5)  # closing lowers risk: no hurry, and no trap


def refresh(payload: CallbackData) -> Key:
    return Key(label="🔄 Refresh", payload=payload)


def home_rows(role: Role) -> Rows:
    """The menu of /start: two rows of three, and panic for those who may."""
    return (
        (
            Key(label="📌 Status", payload=StatusTap()),
            Key(label="📈 Positions", payload=PositionsTap()),
            Key(label="🧾 Trades", payload=TradesTap()),
        ),
        (
            Key(label="🖼 Chart", payload=ChartTap()),
            Key(label="💰 Balance", payload=BalanceTap()),
            *((_pause(),) if role.covers(Role.TRADER) else ()),
        ),
        *(((_panic(),),) if role.covers(Role.TRADER) else ()),
    )


def status_rows(role: Role, state: TradingState) -> Rows:
    """The buttons of the live card."""
    watch = (
        refresh(StatusTap(again=True)),
        Key(label="📈 Positions", payload=PositionsTap()),
        Key(label="🖼 Chart", payload=ChartTap()),
    )
    if not role.covers(Role.TRADER):
        return (watch,)
    switch = _pause() if state is TradingState.ACTIVE else resume_key()
    return (watch, (switch, _panic()))


def price_tap(symbol: str, timeframe: str = "", *, again: bool = False) -> ChartTap:
    """The payload for a symbol's price; without the symbol where it is too long for a button."""
    if len(symbol.encode()) > _LONGEST_SYMBOL_BYTES:
        return ChartTap(again=again, name="price")
    return ChartTap(again=again, name="price", symbol=symbol, timeframe=timeframe)


def resume_key() -> Key:
    return Key(label="▶️ Resume", payload=ResumeTap())


def question_rows(label: str, payload: CallbackData) -> Rows:
    """A question: the safe answer stands first."""
    return (
        (Key(label="No, leave it", payload=Dismissed()),),
        (Key(label=label, payload=payload, style="danger"),),
    )


def tapped(request: Request, kind: type[Tap]) -> Tap:
    """The payload of the tapped button; raises TypeError when the router took the wrong handler."""
    if not isinstance(request.button, kind):
        raise TypeError(f"{kind.__name__} expected, got {request.button!r}")
    return request.button


def only_in_private(request: Request) -> None:
    """Returns in a private chat; raises UserError in a group, where anybody may read along."""
    if request.chat_id < 0:
        raise UserError("Only in our private chat.")


def signer(desk: "Desk", request: Request, action: str) -> Signer:
    """Signs and checks what the asking person confirms."""
    return Signer(desk.secret, action, request.person.person_id)


def slip_for(desk: "Desk", request: Request, action: str, subject: str) -> Slip:
    """A slip that lives as long as a question does."""
    return signer(desk, request, action).sign(subject, desk.now() + QUESTION_LIFE)


def position_keys(position: "Position", role: Role) -> Rows:
    """The acts on one position; none for who may not act."""
    if not role.covers(Role.TRADER):
        return ()
    number, version = position.position_id, position.version
    turns = ((Trail.ON, "Trail on"), (Trail.OFF, "Trail off"))
    shares = ((25, "Close 25 %"), (50, "50 %"), (100, "All"))
    return (
        tuple(
            Key(label=label, payload=CloseTap(position_id=number, share_pct=share_pct))
            for share_pct, label in shares
        ),
        (
            Key(label="Stop to entry", payload=BreakevenTap(position_id=number)),
            *(
                Key(
                    label=label,
                    payload=TrailTap(position_id=number, is_on=trail is Trail.ON, version=version),
                )
                for trail, label in turns
                if position.trail is not trail
            ),
        ),
    )


def _pause() -> Key:
    return Key(label="⏸ Pause", payload=PauseTap())


def _panic() -> Key:
    return Key(label="🛑 PANIC", payload=PanicTap(), style="danger")
