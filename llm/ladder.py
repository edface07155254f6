"""Who decides when models fail: a ladder with five rungs, and every step down is noted.

all voters -> those that answered, if they are a quorum -> the single best one, if the rule voters
agree -> the rule voters -> nobody, and no entry. Exits, stops and panic never come this way.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from engine.core.advice import Snapshot, Verdict, Vote, proposal_key
from engine.core.errors import StorageError
from engine.core.kinds import PositionSide
from engine.core.model_calls import CallBook, ParleyRound
from engine.core.parameters import Parameters
from engine.core.ports import Advisor, Leader
from llm.leading import NO_LEAD
from llm.modes import NOT_ASKED, NOT_NEEDED, obeyed
from llm.transport.seats import Wall
from llm.transport.watch import Levels, Watch

BELIEVED_RATIO = 0.4  # of what one voter says beyond even chances, as long as nothing is learned
FALLEN_ALERT_RATIO = 0.05  # of a day's rounds
FEWEST_ROUNDS = 10  # before their share means anything
DAY = timedelta(days=1)


class Rung(StrEnum):
    """Where a round was decided. The words are stored."""

    ALL = "all"
    QUORUM = "quorum"
    SINGLE = "single"
    RULES = "rules"
    NONE = "none"


RuleAdvice = Callable[[Snapshot, Parameters], Verdict]
Best = Callable[[tuple[Vote, ...]], Vote]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counsel:
    """What the ladder is told by others."""

    best: Best = lambda votes: votes[0]  # of models that answered, the one with the best record
    # the risk rules will deny the symbol's proposal: no dollar is spent, and they say why
    refused_anyway: Callable[[str], bool] = lambda _: False
    panel: Leader | None = None  # says which side it would take; None: nobody leads
    may_lead: Callable[[], bool] = lambda: True  # there is enough money left to ask for leads


class Ladder:
    """An Advisor: the panel's word, or the next best, as the mode of the parley lets it act."""

    def __init__(
        self,
        panel: Advisor,
        rules: RuleAdvice,
        *,
        parameters: Callable[[], Parameters],
        book: CallBook,
        watch: Watch,
        wall: Wall,
        counsel: Counsel | None = None,
    ) -> None:
        counsel = counsel or Counsel()
        self._panel = panel
        self._rules = rules
        self._parameters = parameters
        self._book = book
        self._watch = watch
        self._wall = wall
        self._best = counsel.best
        self._refused_anyway = counsel.refused_anyway
        self._leader = counsel.panel
        self._may_lead = counsel.may_lead
        self._levels = Levels((FALLEN_ALERT_RATIO,))

    async def advise(self, snapshot: Snapshot) -> Verdict:
        """The verdict that counts."""
        now = self._parameters()
        if now.parley_mode == "off":
            return NOT_ASKED
        if self._refused_anyway(snapshot.symbol):
            return NOT_NEEDED
        begun_s = self._wall.monotonic_s()
        heard = await self._panel.advise(snapshot)
        models = tuple(vote for vote in heard.votes if vote.is_model)
        if not models:
            return obeyed(heard, now.parley_mode)
        rung, verdict = self._descended(snapshot, heard, models, now)
        await self._note(self._round(snapshot, rung, models, begun_s))
        return obeyed(verdict, now.parley_mode)

    async def lead(self, snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
        """The side that the voters would take, and their verdict on it.

        Only a quorum leads: no rung below it proposes anything.
        """
        if self._leader is None or not self._parameters().leads or not self._may_lead():
            return snapshot.side, NO_LEAD
        begun_s = self._wall.monotonic_s()
        side, heard = await self._leader.lead(snapshot)
        models = tuple(vote for vote in heard.votes if vote.is_model)
        if models:
            complete = not any(vote.abstained for vote in models)
            decided = Rung.ALL if complete else Rung.QUORUM
            rung = decided if heard.quorum_met else Rung.NONE
            await self._note(self._round(snapshot, rung, models, begun_s))
        return side, heard

    def _round(
        self, snapshot: Snapshot, rung: Rung, models: tuple[Vote, ...], begun_s: float
    ) -> ParleyRound:
        return ParleyRound(
            round_id=proposal_key(snapshot.symbol, snapshot.timeframe, snapshot.at),
            symbol=snapshot.symbol,
            at=self._wall.now(),
            rung=rung.value,
            seats=len(models),
            answered=sum(not vote.abstained for vote in models),
            took_ms=(self._wall.monotonic_s() - begun_s) * 1000.0,
        )

    def _descended(
        self,
        snapshot: Snapshot,
        heard: Verdict,
        models: tuple[Vote, ...],
        now: Parameters,
    ) -> tuple[Rung, Verdict]:
        answers = tuple(vote for vote in models if not vote.abstained)
        if heard.quorum_met:
            return (Rung.ALL if len(answers) == len(models) else Rung.QUORUM), heard
        if now.parley_fallback == "none":
            return Rung.NONE, heard
        ruled = self._rules(snapshot, now)
        if answers:
            return Rung.SINGLE, single(self._best(answers), ruled, heard, snapshot.side)
        if now.parley_fallback == "rules":
            why = f"no model answered; the rule voters: {ruled.why}"
            return Rung.RULES, replace(ruled, votes=(*heard.votes, *ruled.votes), why=why)
        return Rung.NONE, heard

    async def _note(self, held: ParleyRound) -> None:
        try:
            await self._book.note_round(held)
            spent = await self._book.spending(held.at - DAY)
        except StorageError as error:
            self._watch.trouble(error.log_text)
            return
        if spent.rounds < FEWEST_ROUNDS:
            return
        fallen_ratio = spent.fallen_rounds / spent.rounds
        if self._levels.risen(fallen_ratio) is not None:
            self._watch.fell_back(fallen_ratio)


def single(vote: Vote, ruled: Verdict, heard: Verdict, side: PositionSide) -> Verdict:
    """The verdict of one voter: yes where it and the rule voters say so, as sure as the less sure.

    Until something is learned of the voter, most of what it says beyond even chances is left out.
    """
    up, down = vote.calibrated_up, vote.calibrated_down
    if up is None or down is None:
        up, down = (0.5 + BELIEVED_RATIO * (p - 0.5) for p in (vote.p_up, vote.p_down))
    own_ratio = up if side is PositionSide.LONG else down
    agrees = vote.side() is side
    word = "for" if agrees else "against"
    return Verdict(
        approved=agrees and ruled.approved,
        confidence_ratio=min(own_ratio, ruled.confidence_ratio),
        votes=(*heard.votes, *ruled.votes),
        dissent_ratio=0.0 if agrees == ruled.approved else 0.5,
        why=f"only {vote.voter} answered, {word} it; the rule voters: {ruled.why}",
    )
