"""Approvals in memory: the first valid word of each counts, as with the desk."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.core.approvals import Approval, Heard, Word, heard
from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.core.people import Actor
from engine.services.approval_answers import Vetoes, Waiting


@dataclass(slots=True)
class FakeApproving:
    found: Waiting
    refused: Vetoes
    now_at: datetime
    parameters: Parameters = field(default_factory=Parameters)
    asked: list[tuple[int, int, Word, str]] = field(default_factory=list)
    rows: dict[int, Approval] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = {each.number: each for each in self.found.approvals}

    def waiting(self) -> Waiting:
        return Waiting(
            approvals=tuple(each for each in self.rows.values() if each.is_pending),
            market_at=self.found.market_at,
        )

    async def approval(self, number: int) -> Approval:
        if number not in self.rows:
            raise UserError(f"There is no trade #{number} to decide.", hint="See /approve")
        return self.rows[number]

    async def answer(self, number: int, version: int, word: Word, actor: Actor) -> Heard:
        self.asked.append((number, version, word, actor.name))
        found = heard(await self.approval(number), word, actor, version, self.now_at)
        self.rows[number] = found.approval
        return found

    async def vetoes(self) -> Vetoes:
        return self.refused
