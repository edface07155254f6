"""The buttons of research forms and jobs; the rules of `handlers.payloads` hold."""

from aiogram.filters.callback_data import CallbackData


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
