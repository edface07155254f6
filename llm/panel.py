"""The parley: a question, the answers, and the rule over them. An Advisor.

Rule voters alone are counted, as a backtest counts them: their verdict is a function of the
snapshot. Where models have a seat, what was learned of every voter decides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.core.advice import Snapshot, Verdict, Vote
from engine.core.clockwork import from_ms
from engine.core.events import DissentSeen, Event
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.parameters.texts import warnings_of
from llm.briefing import question_of
from llm.checks.ballots import stale, vote_of
from llm.consensus import majority
from llm.contract import Asker, Question, Reply
from llm.leading import counted_lead, pooled_side
from llm.news import NEWS_AGE, News, NoNews
from llm.pooling.verdict import verdict_of
from llm.record import BarsOf, VoteRecord
from llm.voters.contract import Voter

Tell = Callable[[Event], None]


class RuleAsker:
    """Asks voters that need no model. One that fails abstains, with its error as the reason."""

    def __init__(self, voters: Sequence[Voter]) -> None:
        self._voters = tuple(voters)

    async def ask(self, question: Question) -> Sequence[Vote]:
        """One vote per voter, in their order."""
        return [await self._vote(voter, question.snapshot) for voter in self._voters]

    async def _vote(self, voter: Voter, snapshot: Snapshot) -> Vote:
        try:
            return await voter.vote(snapshot)
        except Exception as error:  # noqa: BLE001 - a voter's fault is an abstention
            reason = f"failed: {type(error).__name__}: {error}"
            return Vote(
                voter=voter.name, p_up=0.0, p_down=0.0, reason=reason, abstained=True,
                abstention="failed",
            )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chamber:
    """What a parley works with."""

    asker: Asker
    record: VoteRecord
    bars: BarsOf
    parameters: Callable[[], Parameters]
    tell: Tell  # hears events and does not block
    salt: str = ""  # the desk's own word, see llm/briefing.py
    news: News = field(default_factory=NoNews)


class Panel:
    """An Advisor over the seats of a chamber. What follows without a quorum is llm/ladder.py's."""

    def __init__(self, chamber: Chamber) -> None:
        self._chamber = chamber

    async def advise(self, snapshot: Snapshot) -> Verdict:
        """The verdict. The round is remembered, and scored when its event is over."""
        now = self._chamber.parameters()
        question, votes = await self._voted(snapshot)
        verdict = self._judged(question, votes, now)
        await self._chamber.record.save()
        if verdict.approved and verdict.dissent_ratio > now.dissent_over_ratio:
            self._chamber.tell(_dissent(snapshot, verdict))
        return verdict

    async def lead(self, snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
        """The likelier side of the snapshot's event, and the verdict on it; remembered alike."""
        record, now = self._chamber.record, self._chamber.parameters()
        question, votes = await self._voted(snapshot)
        if any(vote.is_model for vote in votes):
            side = pooled_side(record.look(question, votes))
            verdict = self._judged(_on(question, side), votes, now)
        else:
            side, verdict = counted_lead(votes, snapshot, now)
            record.hear(_on(question, side), votes)
        await record.save()
        return side, verdict

    async def _voted(self, snapshot: Snapshot) -> tuple[Question, tuple[Vote, ...]]:
        question, votes = await self.ask(snapshot)
        newest_at = self._newest_close_at(snapshot)
        return question, tuple(stale(vote, question, newest_at) for vote in votes)

    async def ask(self, snapshot: Snapshot) -> tuple[Question, tuple[Vote, ...]]:
        """The question on the snapshot, and everybody's vote on it, checked; nothing is noted.

        Whoever trades on them must see that no newer bar has closed meanwhile.
        """
        chamber = self._chamber
        now = chamber.parameters()
        bars = chamber.bars(snapshot.symbol, snapshot.timeframe)
        # a headline names the market and the day: in masked mode none is shown
        since = snapshot.at - NEWS_AGE
        news = () if now.masked else chamber.news.headlines(snapshot.symbol, since, snapshot.at)
        question = question_of(snapshot, bars, now, salt=chamber.salt, news=news)
        veto = warnings_of(now.veto_checks)
        answers = await chamber.asker.ask(question)
        return question, tuple(
            vote_of(question, answer, veto) if isinstance(answer, Reply) else answer
            for answer in answers
        )

    def _newest_close_at(self, snapshot: Snapshot) -> datetime:
        bars = self._chamber.bars(snapshot.symbol, snapshot.timeframe)
        if not len(bars):
            return snapshot.at
        return from_ms((int(bars.open_at_s[-1]) + snapshot.timeframe.seconds) * 1000)

    def _judged(self, question: Question, votes: tuple[Vote, ...], now: Parameters) -> Verdict:
        record = self._chamber.record
        found = record.hear(question, votes)
        if not any(vote.is_model for vote in votes):
            side = question.snapshot.side
            return majority(votes, side, quorum=now.quorum, majority_ratio=now.majority_ratio)
        verdict = verdict_of(question, votes, found, record.state.outcomes, now)
        return verdict if has_quorum(votes, now.quorum) else without_quorum(verdict, now.quorum)


def has_quorum(votes: Sequence[Vote], quorum: int) -> bool:
    """Whether so many answered, a model among them, and at least half of the models' seats."""
    models = [vote for vote in votes if vote.is_model]
    answered = sum(not vote.abstained for vote in models)
    answers = sum(not vote.abstained for vote in votes)
    return answered > 0 and answers >= quorum and 2 * answered >= len(models)


def without_quorum(verdict: Verdict, quorum: int) -> Verdict:
    """The verdict as a no for want of answers; the votes stay."""
    answered = sum(not vote.abstained for vote in verdict.votes)
    why = f"{answered} of {len(verdict.votes)} voters answered, {quorum} needed and half the models"
    return replace(verdict, approved=False, quorum_met=False, why=why, pool=None)


def _on(question: Question, side: PositionSide) -> Question:
    return replace(question, snapshot=replace(question.snapshot, side=side))


def _dissent(snapshot: Snapshot, verdict: Verdict) -> DissentSeen:
    return DissentSeen(
        at=snapshot.at,
        symbol=snapshot.symbol,
        side=snapshot.side,
        dissent_ratio=verdict.dissent_ratio,
        votes=verdict.votes,
    )
