"""What somebody asks of the desk: imperative, frozen. Done once per command_id."""

from dataclasses import dataclass

from engine.core.people import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    command_id: str  # names the asking: an update's id, a job's run; a repeat changes nothing
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Command):
    """Stop taking entries; positions stay guarded."""

    why: str = ""


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
