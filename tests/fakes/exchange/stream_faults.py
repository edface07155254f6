"""Faults of the streams: doubled, swapped, muted, frozen or dropped."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Rule:
    room: str  # a part of it; empty: any
    event: str  # the event's type; empty: any
    times: int

    def takes(self, room: str, event: str) -> bool:
        if self.times <= 0 or self.room not in room or self.event not in ("", event):
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class StreamFaults:
    """What happens to the events that leave; rooms are spot, swap, spot-user and swap-user."""

    is_refusing: bool = False  # no new connection
    is_mute: bool = False  # connected, answering pings, and saying nothing
    _doubled: list[_Rule] = field(default_factory=list)
    _swapped: list[_Rule] = field(default_factory=list)
    _lost: list[_Rule] = field(default_factory=list)
    _held: dict[str, list[str]] = field(default_factory=dict)
    _flowing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._flowing.set()

    def duplicate(self, times: int = 1, *, room: str = "", event: str = "") -> None:
        """The next `times` events are said twice."""
        self._doubled.append(_Rule(room, event, times))

    def reorder(self, times: int = 1, *, room: str = "", event: str = "") -> None:
        """The next `times` events are said after the one that follows them."""
        self._swapped.append(_Rule(room, event, times))

    def lose(self, times: int = 1, *, room: str = "", event: str = "") -> None:
        """The next `times` events are never said."""
        self._lost.append(_Rule(room, event, times))

    def freeze(self) -> None:
        """The peer hangs: no reading, no pong, no sending; what is due waits."""
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    async def flowing(self) -> None:
        """Returns once nothing is frozen."""
        await self._flowing.wait()

    def through(self, room: str, event: str, text: str) -> list[str]:
        """What is said in the place of one event."""
        if self.is_mute or any(rule.takes(room, event) for rule in self._lost):
            return []
        if any(rule.takes(room, event) for rule in self._swapped):
            self._held.setdefault(room, []).append(text)
            return []
        twice = 2 if any(rule.takes(room, event) for rule in self._doubled) else 1
        return [text] * twice + self._held.pop(room, [])
