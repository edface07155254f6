"""What a voter is: a name, and a forecast for a snapshot."""

from typing import Protocol

from engine.core.advice import Snapshot, Vote


class Voter(Protocol):
    """One voice in the parley. It may fail: the panel counts that as an abstention."""

    @property
    def name(self) -> str: ...

    async def vote(self, snapshot: Snapshot) -> Vote: ...
