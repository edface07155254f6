"""What somebody asks of the desk: imperative, frozen. Done once per command_id."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from engine.core.kinds import PositionSide
from engine.core.people import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    command_id: str  # names the asking: an update's id, a job's run; a repeat changes nothing
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Command):
    """Stop taking entries; positions stay guarded."""

    why: str = ""
    lasts: timedelta | None = None  # market time; None: until somebody resumes


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSymbol(Command):
    """Stop taking entries on one symbol."""

    symbol: str
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSymbol(Command):
    """Take entries on that symbol again."""

    symbol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    """Take entries again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panic(Command):
    """Step 1: halt, cancel resting entries. Step 2 (`close_all`): flatten every position."""

    close_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParameter(Command):
    """Change one parameter; `text` is what the person typed."""

    name: str
    text: str
    confirmed: bool = False  # a raise of risk needs a second tap
    lasts: timedelta | None = None  # then it goes back by itself; None: it stays


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProfile(Command):
    """Change all that a named profile says, at once and as a whole."""

    profile: str
    version: int  # of the parameters that were shown
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptParameters(Command):
    """Take over what a tuning found."""

    study: str
    values: tuple[tuple[str, bool | int | float | str], ...]
    refused_because: str = ""  # why it did not pass out of sample; empty: it passed
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoParameters(Command):
    """Go back to the version before the present one."""

    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionAct(Command):
    """Something done to one open position, as the person saw it."""

    position_id: int
    version: str  # `Position.version` that was shown: another one changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePosition(PositionAct):
    """Sell that share of what is open, at market."""

    share_ratio: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveToBreakeven(PositionAct):
    """Put the stop where the position ends without a loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTrail(PositionAct):
    """Let the stop follow the best price from now on, or leave it where it is."""

    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseEverything(Command):
    """Sell that share of every open position at market; the desk goes on afterwards."""

    version: str  # of all that was open when it was asked
    share_ratio: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelEntry(Command):
    """Take a waiting entry back from the venue."""

    client_order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPosition(Command):
    """Enter by a person's word: same rules, same protection, same journal."""

    symbol: str
    side: PositionSide
    most_quote: Decimal | None = None  # no more than this; None: as much as the rules say
    seen_price: float | None = None  # the price that was shown; None: not asked yet
