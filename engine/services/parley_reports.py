"""Why a trade was made, why one was not, and what votes have been worth. Reads only."""

from datetime import datetime

import numpy as np

from engine.analytics.skill import (
    Reliability,
    Skill,
    VoteHistory,
    reliability_of,
    skill_of,
)
from engine.core.advice import Vote, proposal_key
from engine.core.errors import UserError
from engine.core.events import ProposalDecided
from engine.core.forecasts import Forecast, ScoredVote
from engine.core.kinds import Regime
from engine.execution.desk import Desk
from engine.market.barriers import Outcome, labels
from engine.services.model_answers import SkillPart, VoterSkill
from engine.services.parley_answers import DecisionArchive, ForecastArchive, Rounds, Why, WhyNot
from engine.strategies.view import view_of

SEED = 20_260  # the same record always gives the same interval
HISTORY_ROUNDS = 200


class ParleyReports:
    """Answers from the books and the database."""

    def __init__(self, desk: Desk, decisions: DecisionArchive, forecasts: ForecastArchive) -> None:
        self._desk = desk
        self._decisions = decisions
        self._forecasts = forecasts

    async def why(self, position_id: int | None, symbol: str | None) -> Why:
        """The decision that made the position; else the newest one, on the symbol if named.

        Raises UserError where there is none.
        """
        decision = await self._decision(position_id, symbol)
        if decision is None:
            what = f"trade #{position_id}" if position_id else symbol or "the desk"
            raise UserError(f"Nothing was decided for {what}.", hint="/signals lists decisions.")
        snapshot = decision.proposal.snapshot
        key = proposal_key(snapshot.symbol, snapshot.timeframe, snapshot.at)
        forecast = await self._forecasts.forecast(key)
        number = decision.position_id
        if number is None:
            return Why(
                decision=decision, forecast=forecast, orders=(), fills=(), position=None, trade=None
            )
        return Why(
            decision=decision,
            forecast=forecast,
            orders=await self._decisions.orders_of(number),
            fills=await self._decisions.fills_of(number),
            position=await self._decisions.position(number),
            trade=await self._decisions.trade(number),
        )

    async def _decision(
        self, position_id: int | None, symbol: str | None
    ) -> ProposalDecided | None:
        waiting = (e for e in reversed(self._desk.books.remarks) if isinstance(e, ProposalDecided))
        if position_id is None:  # a denial is not durable at once
            for each in waiting:
                if symbol in {None, each.proposal.symbol}:
                    return each
        return await self._decisions.decision(position_id=position_id, symbol=symbol)

    async def why_not(self, symbol: str) -> WhyNot:
        """What keeps the desk out of the symbol now, and the last gate that said no."""
        books = self._desk.books
        view = view_of(self._desk.bars, symbol, self._desk.timeframe)
        parameters = self._desk.dial.parameters
        position = books.position_on(symbol)
        return WhyNot(
            symbol=symbol,
            trading=books.state.trading,
            cause=books.state.cause,
            why=books.state.why,
            position_id=None if position is None else position.position_id,
            not_traded=books.not_traded.get(symbol, ""),
            is_frozen=symbol in books.frozen(),
            regime=Regime.UNDEFINED if view is None else view.regime(parameters),
            last=await self._decision(None, symbol),
            market_at=books.state.cursor_at,
        )

    async def rounds(self, limit: int, symbol: str | None = None) -> Rounds:
        """The last rounds, newest first."""
        found = await self._forecasts.last(limit, symbol)
        return Rounds(forecasts=found, market_at=self._desk.books.state.cursor_at)

    async def skills(self) -> dict[str, VoterSkill]:
        """What each voter's words were worth so far, by its name in VOTERS."""
        votes = await self._forecasts.scored()
        block = self._desk.dial.parameters.horizon_bars
        names = dict.fromkeys(vote.voter for vote in votes)
        return {
            name: _told(
                skill_of(
                    [vote for vote in votes if vote.voter == name],
                    block,
                    np.random.default_rng(SEED),
                )
            )
            for name in names
        }

    async def reliability(self, voter: str = "") -> tuple[Reliability, Reliability]:
        """Said against happened, in plain words and calibrated; of one voter or of all."""
        votes = await self._forecasts.scored()
        chosen: list[ScoredVote] = [vote for vote in votes if voter in {"", vote.voter}]
        return (
            reliability_of("as said", chosen),
            reliability_of("calibrated", chosen, calibrated=True),
        )

    async def history(self, symbol: str | None = None) -> VoteHistory:
        """The last rounds' votes, oldest first."""
        found = await self._forecasts.last(HISTORY_ROUNDS, symbol)
        return history_of(tuple(reversed(found)))


def _told(skill: Skill) -> VoterSkill:
    return VoterSkill(
        labelled=skill.labelled,
        brier_skill_ratio=skill.brier_skill_ratio,
        low_ratio=skill.low_ratio,
        high_ratio=skill.high_ratio,
        hit_ratio=skill.hit_ratio,
        warned_ratio=skill.warned_ratio,
        evidence=skill.verdict,
        warned=SkillPart(skill.warned_labelled, skill.warned_skill_ratio, skill.warned_hit_ratio),
        clean=SkillPart(
            skill.labelled - skill.warned_labelled, skill.clean_skill_ratio, skill.clean_hit_ratio
        ),
    )


def history_of(forecasts: tuple[Forecast, ...]) -> VoteHistory:
    """Every answer of these rounds, in their order."""
    rows = [
        (_seconds(forecast.at), vote.voter, vote.p_up - vote.p_down, _lean(vote), _side(forecast))
        for forecast in forecasts
        for vote in forecast.votes
        if not vote.abstained
    ]
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), (), ()]
    return VoteHistory(
        at_s=np.array(columns[0], dtype=np.float64),
        voter=tuple(str(name) for name in columns[1]),
        lean=np.array(columns[2], dtype=np.float64),
        calibrated_lean=np.array(columns[3], dtype=np.float64),
        result=np.array(columns[4], dtype=np.float64),
    )


def _lean(vote: Vote) -> float:
    if vote.calibrated_up is None or vote.calibrated_down is None:
        return float("nan")
    return vote.calibrated_up - vote.calibrated_down


def _side(forecast: Forecast) -> float:
    if forecast.outcome is None:
        return float("nan")
    up, down = labels(Outcome(forecast.outcome))
    return up - down


def _seconds(at: datetime) -> float:
    return at.timestamp()
