"""A recorded parley for backtests and tuning: the tape answers, and nobody is called.

The rounds are held beforehand in the order of the market, because what the desk learns of its
voters depends on that order; afterwards each is looked up by its bar. The same tape, bars and
parameters give the same verdicts, run to run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from engine.core.advice import Snapshot, Verdict, proposal_key
from engine.core.errors import UserError
from engine.core.events import Event
from engine.core.forecasts import Forecast
from engine.core.kinds import PositionSide
from engine.core.model_calls import (
    ModelCall,
    ParleyRound,
    Spending,
    TapeMode,
    TapeStore,
    VoterRecord,
)
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import KEEP_BARS, Bars
from llm.budget import Budget
from llm.checks.reply import reply_schema
from llm.clients.contract import Address, Client
from llm.ladder import Counsel, Ladder
from llm.leading import NO_LEAD
from llm.modes import NOT_ASKED
from llm.panel import Chamber, Panel
from llm.record import VoteRecord
from llm.roster import DEFAULT_VOTERS, VoterSpec, parse_voters, rule_verdict
from llm.tape import Tape, TapeMissed
from llm.transport.asker import RoundAsker, RuleSeat, Seat, Tools
from llm.transport.breaker import OF_THE_ACCOUNT, Breaker
from llm.transport.seats import ModelSeat
from llm.transport.voter import ModelVoter
from llm.transport.watch import Nobody
from llm.voters.rules import ANALYSTS

MISSED = replace(NO_LEAD, quorum_met=False, why="the round is not on the tape")


class Misses(StrEnum):
    """What follows where the tape has no answer."""

    FAIL = "fail"  # an error that names the bar
    COUNT = "count"  # no entry there, and the count is told: the desk did not ask there either


class Round(Protocol):
    """A round that is wanted; `engine.research.questions.Asked` is one."""

    @property
    def snapshot(self) -> Snapshot: ...
    @property
    def is_lead(self) -> bool: ...
    @property
    def key(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What a replay reads."""

    specs: Sequence[VoterSpec]  # all voters, in the order of VOTERS
    seats: Sequence[ModelSeat]  # those that are models
    store: TapeStore
    parameters: Parameters
    salt: str  # of the desk that recorded: it is in every question
    misses: Misses = Misses.FAIL


@dataclass(frozen=True, slots=True)
class TapeAdvisor:
    """The verdicts of rounds that were held, as pure functions of a snapshot."""

    verdicts: Mapping[str, tuple[PositionSide, Verdict]]
    missed: tuple[str, ...] = ()  # keys of bars whose answers the tape lacks
    is_on: bool = True

    def advise(self, snapshot: Snapshot) -> Verdict:
        """The verdict on the proposal; raises TapeMissed for a bar that was not asked about."""
        return self._found(snapshot)[1] if self.is_on else NOT_ASKED

    def lead(self, snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
        """The side that the voters would take, and how sure they are; raises TapeMissed."""
        return self._found(snapshot)

    def _found(self, snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
        key = proposal_key(snapshot.symbol, snapshot.timeframe, snapshot.at)
        if key not in self.verdicts:
            raise TapeMissed(f"no round was held on {_bar(snapshot)}")
        return self.verdicts[key]


async def replayed(
    rounds: Sequence[Round], bars: Mapping[str, Bars], recording: Recording
) -> TapeAdvisor:
    """The advisor of those rounds, which come oldest first; `bars` by symbol, history included.

    Raises TapeMissed, which names the bar, or counts it; StorageError where the tape cannot be
    read; UserError where a leading desk would fail at the first bar that nobody asked about.
    """
    now = recording.parameters
    if now.parley_mode == "off":
        return TapeAdvisor({}, is_on=False)
    if now.leads and recording.misses is Misses.FAIL and recording.seats:
        raise UserError(
            "In mode lead a tape lacks the bars on which the desk had no room for an entry.",
            hint="Count the misses, or set parley_mode to confirm.",
        )
    past = _Past(bars)
    ladder = _ladder(recording, past)
    verdicts: dict[str, tuple[PositionSide, Verdict]] = {}
    missed = []
    for wanted in rounds:
        past.now_at = wanted.snapshot.at
        try:
            verdicts[wanted.key] = await _held(ladder, wanted)
        except TapeMissed as miss:
            if recording.misses is Misses.FAIL:
                text = f"{_bar(wanted.snapshot)}: {miss.log_text}"
                raise TapeMissed(text, hint=miss.hint) from None
            missed.append(wanted.key)
            verdicts[wanted.key] = wanted.snapshot.side, MISSED
    return TapeAdvisor(verdicts, tuple(missed))


async def _held(ladder: Ladder, wanted: Round) -> tuple[PositionSide, Verdict]:
    if wanted.is_lead:
        return await ladder.lead(wanted.snapshot)
    return wanted.snapshot.side, await ladder.advise(wanted.snapshot)


def _bar(snapshot: Snapshot) -> str:
    return f"{snapshot.symbol} {snapshot.timeframe.value}, bar of {snapshot.at:%Y-%m-%d %H:%M} UTC"


class _Past:
    """The bars that had closed at `now_at`, and a wall that stands there."""

    def __init__(self, bars: Mapping[str, Bars]) -> None:
        self._bars = bars
        self.now_at = datetime.fromtimestamp(0, UTC)

    def all(self, symbol: str, timeframe: Timeframe) -> Bars:
        bars = self._bars[symbol]
        last_open_s = int(self.now_at.timestamp()) - timeframe.seconds
        return bars.until(int(np.searchsorted(bars.open_at_s, last_open_s, side="right")))

    def kept(self, symbol: str, timeframe: Timeframe) -> Bars:
        return self.all(symbol, timeframe).tail(KEEP_BARS)

    def now(self) -> datetime:
        return self.now_at

    def monotonic_s(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise TapeMissed(f"a replay waits for nobody, and not {seconds} s")


class _NoBook:
    """The memory of a run that keeps none: of calls, of forecasts, of what was learned."""

    async def note_calls(self, calls: Sequence[ModelCall]) -> None:
        """Nothing is called."""

    async def note_round(self, held: ParleyRound) -> None:
        """It costs nothing, and alerts nobody."""

    async def spending(self, since: datetime) -> Spending:  # noqa: ARG002
        return Spending(total_usd=0.0, by_voter={}, rounds=0, fallen_rounds=0)

    async def records(self, since: datetime) -> tuple[VoterRecord, ...]:  # noqa: ARG002
        return ()

    async def load(self) -> tuple[Mapping[str, Any] | None, tuple[Forecast, ...]]:
        return None, ()  # a replay learns from its own past, never from the desk's

    async def keep(self, forecasts: Sequence[Forecast], learned: Mapping[str, Any]) -> None:
        """Forgotten with the run."""


def _ladder(recording: Recording, past: _Past) -> Ladder:
    now, book = recording.parameters, _NoBook()

    def parameters() -> Parameters:
        return now

    def told(event: Event) -> None:
        del event

    def trouble(text: str) -> None:
        del text

    asker = RoundAsker(
        _seats(recording, past),
        Tools(
            tape=Tape(recording.store, TapeMode.REPLAY),
            book=book,
            budget=Budget(parameters, past.now),
            watch=Nobody(),
            wall=past,
            parameters=parameters,
            schema=reply_schema(),
        ),
    )
    record = VoteRecord(book, past.all, parameters, told, trouble)
    panel = Panel(
        Chamber(
            asker=asker,
            record=record,
            bars=past.kept,
            parameters=parameters,
            tell=told,
            salt=recording.salt,
        )
    )
    own = tuple(spec for spec in recording.specs if not spec.is_model)
    rules = own or parse_voters(DEFAULT_VOTERS)
    return Ladder(
        panel,
        lambda snapshot, present: rule_verdict(rules, snapshot, present),
        parameters=parameters,
        book=book,
        watch=Nobody(),
        wall=past,
        counsel=Counsel(best=record.best, panel=panel),
    )


def _seats(recording: Recording, past: _Past) -> list[Seat]:
    models = {seat.name: seat for seat in recording.seats}

    async def nobody(address: Address) -> Client:
        raise TapeMissed(f"a replay asks nobody, and not {address.model}")

    def voter(seat: ModelSeat) -> ModelVoter:
        return ModelVoter(
            seat,
            client=nobody,
            account=Breaker(OF_THE_ACCOUNT, past.monotonic_s),
            budget=Budget(lambda: recording.parameters, past.now),
            wall=past,
            chance=lambda: 0.0,
        )

    return [
        voter(models[spec.name])
        if spec.name in models
        else RuleSeat(spec.name, ANALYSTS[spec.model])
        for spec in recording.specs
    ]
