"""Who asked for something."""

from dataclasses import dataclass

from engine.core.kinds import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or a part of the desk, that changes something; stands in every audit row."""

    name: str
    role: Role
    person_id: int | None = None  # Telegram's numeric id


DESK = Actor("desk", Role.OWNER)
TERMINAL = Actor("terminal", Role.OWNER)
