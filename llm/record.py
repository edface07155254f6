"""The desk's memory of votes at work: hears rounds, waits for their outcomes, learns from each.

The state is a function of the rounds and outcomes up to a moment: outcomes are taken in the order
in which they were decided, and only those decided before the bar that asks. So a replay of the
same market learns the same, whenever its jobs run.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from engine.core.advice import Vote, proposal_key
from engine.core.errors import StorageError
from engine.core.events import BiasSeen, Event, Recalibrated
from engine.core.forecasts import Forecast, ForecastBook
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.barriers import Asked, Outcome, Touch, outcome_of
from engine.market.bars import Bars
from llm.calibration.learning import Habits, Lesson, Round, asked, resolved
from llm.calibration.state import Calibration, decoded, encoded, fresh
from llm.contract import Question
from llm.pooling.verdict import with_calibrated

PATIENCE = 4  # horizons after which bars that did not come will not come
BarsOf = Callable[[str, Timeframe], Bars]


class VoteRecord:
    """What was voted, what came of it, and what that taught.

    `tell` hears events and must not block. A database that fails costs the memory of the votes,
    never a decision: `trouble` hears of it, and the next round is stored with all that waits.
    """

    def __init__(
        self,
        book: ForecastBook,
        bars: BarsOf,
        parameters: Callable[[], Parameters],
        tell: Callable[[Event], None],
        trouble: Callable[[str], None],
    ) -> None:
        self._book = book
        self._bars = bars
        self._parameters = parameters
        self._tell = tell
        self._trouble = trouble
        self._turn = asyncio.Lock()
        self._waiting: dict[str, Forecast] = {}  # without an outcome
        self._unsaved: dict[str, Forecast] = {}
        self._biased_sign = 0
        self.state: Calibration = fresh()

    async def load(self) -> None:
        """Remembers; raises StorageError."""
        learned, waiting = await self._book.load()
        self.state = fresh() if learned is None else decoded(dict(learned))
        self._waiting = {forecast.key: forecast for forecast in waiting}

    def credit(self) -> Mapping[str, float]:
        """How likely each voter's calibrated words were so far: a log weight by identity."""
        hedge = (self.state.up.hedge + self.state.down.hedge).tolist()
        return dict(zip(self.state.voters, hedge, strict=True))

    def best(self, votes: tuple[Vote, ...]) -> Vote:
        """The vote of the voter with the best record among them."""
        credit = self.credit()
        return max(votes, key=lambda vote: credit.get(vote.identity, 0.0))

    def hear(self, question: Question, votes: tuple[Vote, ...]) -> Round:
        """The round of those votes, noted; `save` makes it durable. A bar is heard once."""
        snapshot = question.snapshot
        self.catch_up(snapshot.at)
        key = proposal_key(snapshot.symbol, snapshot.timeframe, snapshot.at)
        found, state = self._asked(question, votes)
        width_price = question.barrier_atr * snapshot.features["atr_price"]
        # without an ATR there are no barriers, and no event to score
        if key not in self._waiting and width_price > 0.0:
            self.state = state
            self._note(_forecast(key, question, votes, found))
        return found

    def look(self, question: Question, votes: tuple[Vote, ...]) -> Round:
        """What `hear` would find; nothing is noted."""
        self.catch_up(question.snapshot.at)
        return self._asked(question, votes)[0]

    def _asked(self, question: Question, votes: tuple[Vote, ...]) -> tuple[Round, Calibration]:
        regime = question.snapshot.regime.value
        return asked(self.state, votes, question.base, regime, self._habits())

    def catch_up(self, before_at: datetime) -> int:
        """Learns every outcome decided before that moment; returns how many there were."""
        found: list[tuple[datetime, str, Touch]] = []
        for key, forecast in self._waiting.items():
            touch = self._touch(forecast, before_at)
            if touch is not None:
                at = forecast.at + touch.bars * forecast.timeframe.delta
                if at < before_at:
                    found.append((at, key, touch))
        for at, key, touch in sorted(found, key=lambda each: each[:2]):
            self._learn(self._waiting.pop(key), touch.outcome, at)
        return len(found)

    def _touch(self, forecast: Forecast, before_at: datetime) -> Touch | None:
        bars = self._bars(forecast.symbol, forecast.timeframe)
        found = outcome_of(bars, _asked(forecast))
        patience_bars = PATIENCE * forecast.horizon_bars
        if found is None and before_at - forecast.at > patience_bars * forecast.timeframe.delta:
            return Touch(Outcome.LOST, patience_bars)  # its symbol is not traded any more
        return found

    async def save(self) -> None:
        """Makes what waits durable, or keeps it for the next time."""
        async with self._turn:
            unsaved = dict(self._unsaved)
            try:
                await self._book.keep(tuple(unsaved.values()), encoded(self.state))
            except StorageError as error:
                self._trouble(f"the votes were not stored: {error.sentence()}")
                return
            for key, forecast in unsaved.items():
                if self._unsaved.get(key) is forecast:
                    del self._unsaved[key]

    def _learn(self, forecast: Forecast, outcome: Outcome, at: datetime) -> None:
        lesson = resolved(self.state, forecast, outcome, self._habits())
        self.state = lesson.state
        done = replace(forecast, outcome=outcome.value, resolved_at=at)
        self._unsaved[forecast.key] = done
        self._tell_lesson(lesson, at)

    def _tell_lesson(self, lesson: Lesson, at: datetime) -> None:
        if lesson.recalibrated:
            self._tell(
                Recalibrated(
                    at=at,
                    accuracy_ratio=lesson.accuracy_ratio,
                    outcomes=lesson.state.outcomes,
                )
            )
        if lesson.biased_sign and lesson.biased_sign != self._biased_sign:
            side = PositionSide.LONG if lesson.biased_sign > 0 else PositionSide.SHORT
            self._tell(BiasSeen(at=at, side=side, outcomes=lesson.state.outcomes))
        self._biased_sign = lesson.biased_sign

    def _note(self, forecast: Forecast) -> None:
        self._waiting[forecast.key] = forecast
        self._unsaved[forecast.key] = forecast

    def _habits(self) -> Habits:
        now = self._parameters()
        return Habits(now.warn_factor_ratio, now.recalibrate_under_ratio, now.bias_over_ratio)


def _forecast(key: str, question: Question, votes: tuple[Vote, ...], found: Round) -> Forecast:
    snapshot = question.snapshot
    width_price = question.barrier_atr * snapshot.features["atr_price"]
    return Forecast(
        key=key,
        snapshot_id=question.snapshot_id,
        symbol=snapshot.symbol,
        timeframe=snapshot.timeframe,
        at=snapshot.at,
        side=snapshot.side,
        regime=snapshot.regime,
        close_price=snapshot.entry_price,
        up_price=snapshot.entry_price + width_price,
        down_price=snapshot.entry_price - width_price,
        horizon_bars=question.horizon_bars,
        base_up=question.base.up_ratio,
        base_down=question.base.down_ratio,
        votes=with_calibrated(votes, found),
        voters=found.voters,
        up=found.up.heard,
        down=found.down.heard,
    )


def _asked(forecast: Forecast) -> Asked:
    return Asked(
        int(forecast.at.timestamp()),
        forecast.timeframe.seconds,
        forecast.up_price,
        forecast.down_price,
        forecast.horizon_bars,
    )
