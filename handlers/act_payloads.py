"""The buttons of acts on positions and of approvals; the rules of `handlers.payloads` hold."""

from aiogram.filters.callback_data import CallbackData


class CloseTap(CallbackData, prefix="cl1", sep="|"):
    """Ask whether to close that share of a position."""

    position_id: int
    share_pct: int = 100


class CloseConfirmed(CallbackData, prefix="cc1", sep="|"):
    """Yes, close it. The subject is the position, the share, and the version that was shown."""

    subject: str
    until: str
    code: str


class CloseAllConfirmed(CallbackData, prefix="cx1", sep="|"):
    """Yes, close that share of everything. The subject is the share and what was open."""

    subject: str
    until: str
    code: str


class BreakevenTap(CallbackData, prefix="be1", sep="|"):
    """Ask whether the stop goes to breakeven."""

    position_id: int


class BreakevenConfirmed(CallbackData, prefix="bc1", sep="|"):
    """Yes, move it. The subject is the position and the version that was shown."""

    subject: str
    until: str
    code: str


class TrailTap(CallbackData, prefix="tl1", sep="|"):
    """Turn the trail of a position on or off, while it is as it was shown."""

    position_id: int
    is_on: bool
    version: str


class CancelTap(CallbackData, prefix="cn1", sep="|"):
    """Take a waiting entry back."""

    order: str


class BuyConfirmed(CallbackData, prefix="by1", sep="|"):
    """Yes, buy. The subject is the symbol's short name, the most to spend, and the price shown."""

    subject: str
    until: str
    code: str


class SellConfirmed(CallbackData, prefix="sl1", sep="|"):
    """Yes, sell short. The subject is as that of a purchase."""

    subject: str
    until: str
    code: str


class StrategyTap(CallbackData, prefix="sy1", sep="|"):
    """Turn a strategy on or off."""

    name: str
    is_on: bool


class ProfileTap(CallbackData, prefix="pp1", sep="|"):
    """Show or apply a profile."""

    name: str


class ProfileConfirmed(CallbackData, prefix="fc1", sep="|"):
    """Yes, apply it. The subject is the profile and the version that was shown."""

    subject: str
    until: str
    code: str


class ApproveTap(CallbackData, prefix="al1", sep="|"):
    """Show what waits for a word."""

    again: bool = False


class ApprovalTap(CallbackData, prefix="ap1", sep="|"):
    """A word on a trade that waits. The subject is its number, the offer's version, the word."""

    subject: str
    until: str
    code: str


class ApprovalWhy(CallbackData, prefix="aw1", sep="|"):
    """Why the trade was proposed and how its size came about."""

    number: int


class VetoesTap(CallbackData, prefix="ve1", sep="|"):
    """Show what refused trades would have brought."""

    again: bool = False
