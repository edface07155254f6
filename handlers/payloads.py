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


class PositionTap(CallbackData, prefix="ps1", sep="|"):
    """Show one open position."""

    position_id: int
    again: bool = False


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


class TradesTap(CallbackData, prefix="tr2", sep="|"):
    """Show a page of closed trades: those before a trade, or the newest; all, or of a kind."""

    again: bool = False
    before: int | None = None
    limit: int = 8
    number: int = 1  # of the page, for its footer
    symbol: str = ""  # short names: the whole ones would not fit
    strategy: str = ""
    side: str = ""  # "long", "short"
    won: bool | None = None
    days: int | None = None


class TradeTap(CallbackData, prefix="td1", sep="|"):
    """Show one closed trade."""

    trade_id: int


class WhyTap(CallbackData, prefix="wy1", sep="|"):
    """Show how a trade was decided."""

    position_id: int


class ExposureTap(CallbackData, prefix="ex1", sep="|"):
    """Show what is held."""

    again: bool = False


class PeriodsTap(CallbackData, prefix="pe1", sep="|"):
    """Show results by day, week or month."""

    span: str
    count: int
    again: bool = False


class PartsTap(CallbackData, prefix="pf1", sep="|"):
    """Show the trades by one side of them."""

    dimension: str
    days: int | None = None
    again: bool = False


class StatsTap(CallbackData, prefix="ss1", sep="|"):
    """Show the record in figures."""

    again: bool = False


class LogsTap(CallbackData, prefix="lg1", sep="|"):
    """Show the last lines of the log."""

    count: int = 20
    level: str = ""
    again: bool = False


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


class Dismissed(CallbackData, prefix="no1", sep="|"):
    """No: the question goes away and nothing changes."""
