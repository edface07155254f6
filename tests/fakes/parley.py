"""The reports of votes in memory."""

from dataclasses import dataclass, field

from engine.analytics.skill import Reliability, VoteHistory
from engine.services.parley_answers import Rounds, Why, WhyNot


@dataclass(slots=True)
class FakeParley:
    because: Why
    obstacle: WhyNot
    held: Rounds
    curves: tuple[Reliability, Reliability]
    past: VoteHistory
    asked: list[tuple[object, ...]] = field(default_factory=list)

    async def why(self, position_id: int | None, symbol: str | None) -> Why:
        self.asked.append((position_id, symbol))
        return self.because

    async def why_not(self, symbol: str) -> WhyNot:
        self.asked.append((symbol,))
        return self.obstacle

    async def rounds(self, limit: int, symbol: str | None = None) -> Rounds:
        self.asked.append((limit, symbol))
        return Rounds(forecasts=self.held.forecasts[:limit], market_at=self.held.market_at)

    async def reliability(self, voter: str = "") -> tuple[Reliability, Reliability]:
        return self.curves

    async def history(self, symbol: str | None = None) -> VoteHistory:
        return self.past
