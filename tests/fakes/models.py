"""The parley's desk in memory: it answers with values and remembers what was asked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.services.model_answers import AskCard, BudgetCard, ModelBoard


@dataclass(slots=True)
class FakeModels:
    shown: ModelBoard
    money: BudgetCard
    round: AskCard
    dollars: float = 0.0
    asked: list[str] = field(default_factory=list)
    heard: list[Callable[[AskCard], None]] = field(default_factory=list)

    async def board(self) -> ModelBoard:
        return self.shown

    async def budget(self) -> BudgetCard:
        return self.money

    def most_usd(self) -> float:
        return self.dollars

    async def ask(self, symbol: str) -> AskCard:
        self.asked.append(symbol)
        return self.round

    async def begin(self, symbol: str, changed: Callable[[AskCard], None]) -> AskCard:
        self.asked.append(symbol)
        self.heard.append(changed)
        return self.round
