"""What a check sees, and how it objects."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.core.advice import Objection, Tier
from llm.checks.reply import VoteReply
from llm.contract import Question


@dataclass(frozen=True, slots=True)
class Ballot:
    """A reply beside the question that it answers. Levels and prices are in the sheet's scale."""

    reply: VoteReply
    question: Question

    @property
    def sign(self) -> int:
        """+1 BUY, -1 SELL, 0 HOLD."""
        return {"BUY": 1, "SELL": -1, "HOLD": 0}[self.reply.action]

    @property
    def confidence_ratio(self) -> float:
        """Derived, never asked for."""
        return max(self.reply.p_up, self.reply.p_down)

    def number(self, key: str) -> float:
        """A number of the sheet; NaN where it has none, and every comparison with that is false."""
        return self.question.known.get(key, float("nan"))


Check = Callable[[Ballot], str | None]  # the objection in words, or None


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One row of CHECKS."""

    code: str
    tier: Tier
    check: Check

    def objection(self, ballot: Ballot) -> Objection | None:
        text = self.check(ballot)
        return None if text is None else Objection(self.code, self.tier, text)
