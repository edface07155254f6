"""What every inline button carries: ids, cursors and signed slips; at most 64 bytes each.

The digit in a prefix is the version of the layout: a changed layout gets a new digit, so that
buttons of old messages are known to be outdated. `again` redraws the tapped card; without it a new
card is sent, so that the pinned one stays what it is.
"""

from aiogram.filters.callback_data import CallbackData


class StatusTap(CallbackData, prefix="st1", sep="|"):
    """Show the desk's card, or draw it again."""

    again: bool = False


class PositionsTap(CallbackData, prefix="po1", sep="|"):
    """Show a page of the open positions."""

    again: bool = False
    page: int = 1


class BalanceTap(CallbackData, prefix="ba1", sep="|"):
    """Show the account."""

    again: bool = False


class OrdersTap(CallbackData, prefix="oo1", sep="|"):
    """Show the open orders."""

    again: bool = False


class ReconcileTap(CallbackData, prefix="cm1", sep="|"):
    """Compare with the venue."""

    again: bool = False


class RiskTap(CallbackData, prefix="ri1", sep="|"):
    """Show what could be lost."""

    again: bool = False


class MarketTap(CallbackData, prefix="mk1", sep="|"):
    """Show what kind of market it is."""

    again: bool = False


class SignalsTap(CallbackData, prefix="sg1", sep="|"):
    """Show the last proposals."""

    again: bool = False
    limit: int = 8


class ModelsTap(CallbackData, prefix="mo1", sep="|"):
    """Show the voters."""

    again: bool = False


class BudgetTap(CallbackData, prefix="bu1", sep="|"):
    """Show what models cost."""

    again: bool = False


class AskTap(CallbackData, prefix="as1", sep="|"):
    """Hold a round on the symbol, or show how far it is."""

    symbol: str


class VotesTap(CallbackData, prefix="vo1", sep="|"):
    """Show the last rounds of votes."""

    again: bool = False
    limit: int = 3
    symbol: str = ""


class HealthTap(CallbackData, prefix="hl1", sep="|"):
    """Show the health card."""

    again: bool = False


class TradesTap(CallbackData, prefix="tr1", sep="|"):
    """Show a page of closed trades: those before a trade, or the newest."""

    again: bool = False
    before: int | None = None
    limit: int = 8
    number: int = 1  # of the page, for its footer


class ChartTap(CallbackData, prefix="ch1", sep="|"):
    """Draw a chart in place of the one shown."""

    again: bool = False
    name: str = "equity"
    symbol: str = ""
    timeframe: str = ""


class HelpTap(CallbackData, prefix="he1", sep="|"):
    """Show a tab of the help."""

    tab: str


class ParamsTap(CallbackData, prefix="pr1", sep="|"):
    """Show a group of parameters, what differs, or the history."""

    section: str


class PauseTap(CallbackData, prefix="pa1", sep="|"):
    """Stop taking entries."""


class ResumeTap(CallbackData, prefix="re1", sep="|"):
    """Take entries again, or ask first."""


class ResumeConfirmed(CallbackData, prefix="rc1", sep="|"):
    """Yes, take entries again. The subject is the state that was shown."""

    subject: str
    until: str
    code: str


class PanicTap(CallbackData, prefix="pn1", sep="|"):
    """Halt now: panic's first step."""


class PanicKept(CallbackData, prefix="pk1", sep="|"):
    """Leave the positions behind their stops, and stay halted."""


class PanicConfirmed(CallbackData, prefix="pc1", sep="|"):
    """Yes, close every position at market. The subject names the incident."""

    subject: str
    until: str
    code: str


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


class ProfileTap(CallbackData, prefix="pf1", sep="|"):
    """Show or apply a profile."""

    name: str


class ProfileConfirmed(CallbackData, prefix="fc1", sep="|"):
    """Yes, apply it. The subject is the profile and the version that was shown."""

    subject: str
    until: str
    code: str


class SetConfirmed(CallbackData, prefix="sc1", sep="|"):
    """Yes, set it. The subject is the parameter's short name and the new value."""

    subject: str
    until: str
    code: str


class UndoTap(CallbackData, prefix="un1", sep="|"):
    """Take back the change that made this version."""

    version: int


class UndoConfirmed(CallbackData, prefix="uc1", sep="|"):
    """Yes, go back. The subject is the version that was shown."""

    subject: str
    until: str
    code: str


class ReloadConfirmed(CallbackData, prefix="rl1", sep="|"):
    """Yes, apply the file. The subject names the difference that was shown."""

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


class FormTap(CallbackData, prefix="rf1", sep="|"):
    """What a research form holds; `act` opens a field's choices, or runs it."""

    kind: str
    symbol: str = ""  # its base
    frame: str = ""
    days: int = 180
    ways: str = ""  # a family of strategies; empty: as the desk trades
    exits: str = ""  # an exit plan; empty: as the desk trades
    act: str = ""  # a field's name, "run", or empty: the form itself


class JobTap(CallbackData, prefix="jb1", sep="|"):
    """Show a research job, with its picture when it is over; 0: the list of jobs."""

    number: int = 0
    again: bool = False


class JobAct(CallbackData, prefix="ja1", sep="|"):
    """Stop a job, run it again, or ask more about it: `act` is "stop", "again" or a kind."""

    number: int
    act: str


class AdoptTap(CallbackData, prefix="ad1", sep="|"):
    """Take over what a tuning found: ask first."""

    number: int


class AdoptConfirmed(CallbackData, prefix="ac1", sep="|"):
    """Yes, take it over. The subject is the job's number."""

    subject: str
    until: str
    code: str


class Dismissed(CallbackData, prefix="no1", sep="|"):
    """No: the question goes away and nothing changes."""
