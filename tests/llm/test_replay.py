"""A backtest with models replays what they said: the same trades as the desk, and no call."""

import hashlib
import socket
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NoReturn

import numpy as np
import pytest

from engine.core.advice import Snapshot, Verdict
from engine.core.errors import UserError
from engine.core.kinds import PositionSide
from engine.core.model_calls import TapeMode
from engine.core.parameters import Parameters
from engine.core.parameters.exit_plans import PARLEY
from engine.research.backtest import Job, Result, run
from engine.research.contamination import contamination
from engine.research.questions import questions_of
from llm.clients.contract import Answer, Dialect, Prompt
from llm.ladder import Counsel, Ladder
from llm.panel import Chamber, Panel
from llm.record import VoteRecord
from llm.replay import Misses, Recording, TapeAdvisor, replayed
from llm.roster import VoterSpec, rule_verdict
from llm.tape import MemoryTape, TapeMissed
from tests.engine.research.desk_run import LaterDesk, desk_run
from tests.engine.research.test_backtest import a_job
from tests.fakes.memory_forecasts import MemoryForecasts
from tests.llm.endpoints import a_vote_text
from tests.llm.rounds import Notebook, StandingWall, a_seat, a_table, opener

BARS = 150
SALT = "a desk of its own"
NAMES = ("oak", "elm", "fir")
SPECS = tuple(VoterSpec(name, "openai", "m-1") for name in NAMES)
SEATS = tuple(a_seat(name) for name in NAMES)
CONFIRMING = Parameters(barrier_atr=3.0, horizon_bars=12, value_margin_r=-0.3)
LEADING = CONFIRMING.with_value("parley_mode", "lead")


@dataclass
class Minded:
    """A client with opinions: firm ones, by the question's own hash. It fails now and then."""

    name: str
    asked: list[str] = field(default_factory=list)

    async def ask(self, prompt: Prompt, dialect: Dialect, timeout_s: float) -> Answer:
        words = dict(line.split(": ") for line in prompt.user.splitlines()[:2])
        self.asked.append(words["snapshot_id"])
        mood = hashlib.sha256((self.name + words["snapshot_id"]).encode()).digest()
        p_up = 0.05 + 0.9 * mood[0] / 255.0
        p_down = 1.0 - p_up
        text = a_vote_text(
            snapshot_id=words["snapshot_id"],
            symbol=words["symbol"],
            p_up=p_up,
            p_down=p_down,
            action="BUY" if p_up > p_down else "SELL",
        )
        return Answer(text="no JSON at all" if mood[1] < 12 else text, model="m-1")


def the_job(parameters: Parameters) -> Job:
    job = a_job(parameters)
    return replace(job, series=job.series[:2], ends_at=job.starts_at + BARS * job.timeframe.delta)


@dataclass
class Desk:
    """A parley as the live desk holds it, which records."""

    ladder: Ladder
    tape: MemoryTape
    clients: tuple[Minded, ...]


def a_desk(parameters: Parameters, seen: LaterDesk) -> Desk:
    tape, notebook = MemoryTape(), Notebook()
    clients = tuple(Minded(name) for name in NAMES)
    seats = [(seat, opener(client)) for seat, client in zip(SEATS, clients, strict=True)]
    table = a_table(seats, parameters=parameters, tape=tape, mode=TapeMode.LIVE)

    def trouble(text: str) -> None:
        raise RuntimeError(text)

    record = VoteRecord(MemoryForecasts(), seen.bars, lambda: parameters, lambda _: None, trouble)
    chamber = Chamber(
        asker=table.asker,
        record=record,
        bars=seen.bars,
        parameters=lambda: parameters,
        tell=lambda _: None,
        salt=SALT,
    )
    panel = Panel(chamber)
    ladder = Ladder(
        panel,
        lambda snapshot, now: rule_verdict((), snapshot, now),
        parameters=lambda: parameters,
        book=notebook,
        watch=notebook,
        wall=StandingWall(),
        counsel=Counsel(best=record.best, refused_anyway=seen.refused_anyway, panel=panel),
    )
    return Desk(ladder, tape, clients)


async def replay(job: Job, tape: MemoryTape, misses: Misses = Misses.COUNT) -> TapeAdvisor:
    recording = Recording(
        specs=SPECS,
        seats=SEATS,
        store=tape,
        parameters=job.parameters,
        salt=SALT,
        misses=misses,
    )
    bars = {series.instrument.symbol: series.bars for series in job.series}
    return await replayed(questions_of(job, None), bars, recording)


def with_advisor(job: Job, advisor: TapeAdvisor) -> Job:
    return replace(job, advise=advisor.advise, lead=advisor.lead)


def no_socket(*_: object) -> NoReturn:
    raise AssertionError("a replay opened a socket")


async def recorded(parameters: Parameters) -> tuple[Job, Desk, Result]:
    """The job, the desk that traded it, and its trades as a result of a replay's kind."""
    job = the_job(parameters)
    seen = LaterDesk()
    desk = a_desk(parameters, seen)
    trades, cash_quote = await desk_run(job, seen=seen, parley=desk.ladder)
    empty = run(replace(job, lead=_nobody), None)
    return job, desk, replace(empty, trades=trades, cash_quote=cash_quote)


def _nobody(snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
    return snapshot.side, Verdict(
        approved=False, confidence_ratio=0.5, votes=(), dissent_ratio=0.0, why="nobody"
    )


@pytest.mark.parametrize("parameters", [CONFIRMING, LEADING], ids=["confirm", "lead"])
async def test_a_replayed_tape_makes_the_trades_that_the_desk_made(
    parameters: Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, desk, live = await recorded(parameters)
    monkeypatch.setattr(socket, "socket", no_socket)
    monkeypatch.setattr(socket, "create_connection", no_socket)
    before = [len(client.asked) for client in desk.clients]
    assert min(before) > 5

    first, second = (await replay(job, desk.tape), await replay(job, desk.tape))
    assert first.verdicts == second.verdicts  # to the last digit, run to run
    result = run(with_advisor(job, first), None)
    assert result.trades == live.trades
    assert result.cash_quote == live.cash_quote
    assert result.trades
    if parameters is LEADING:
        assert {trade.strategy for trade in result.trades} >= {PARLEY}
    assert [len(client.asked) for client in desk.clients] == before


async def test_a_round_that_is_not_on_the_tape_is_an_error_that_names_its_bar() -> None:
    job = the_job(CONFIRMING)
    with pytest.raises(TapeMissed, match=r"ETH/USDT 1h, bar of 2026-01-07 17:00") as missed:
        await replay(job, MemoryTape(), Misses.FAIL)
    assert "3 of 3" in missed.value.log_text


async def test_misses_that_are_counted_take_no_entry() -> None:
    job = the_job(CONFIRMING)
    advisor = await replay(job, MemoryTape())
    assert len(advisor.missed) == len(questions_of(job, None)) > 3
    assert not run(with_advisor(job, advisor), None).trades


async def test_a_leading_replay_counts_its_misses_or_is_refused() -> None:
    with pytest.raises(UserError, match="mode lead"):
        await replay(the_job(LEADING), MemoryTape(), Misses.FAIL)


async def test_a_bar_nobody_asked_about_is_no_guess() -> None:
    advisor = TapeAdvisor({})
    (asked, *_) = questions_of(the_job(CONFIRMING), None)
    with pytest.raises(TapeMissed, match="no round was held"):
        advisor.advise(asked.snapshot)


def test_questions_come_in_the_order_of_the_market() -> None:
    asked = questions_of(the_job(LEADING), None)
    moments = [each.snapshot.at for each in asked]
    assert moments == sorted(moments)
    assert len({each.key for each in asked}) == len(asked) > BARS
    assert {each.is_lead for each in asked} == {True, False}


def _days(*days: int) -> np.ndarray:
    return np.array([day * 86_400 + 3600 for day in days], dtype=np.int64)


@pytest.mark.parametrize(
    ("cutoffs", "bars", "voters"),
    [
        ({}, 0, ()),
        ({"oak": date(1970, 1, 3)}, 3, ("oak",)),  # days 0, 1 and 2; the cut-off's own is one
        ({"oak": date(1969, 1, 1)}, 0, ()),
        ({"oak": None}, 5, ("oak",)),  # nobody knows what it has read
        ({"oak": date(1970, 1, 1), "elm": date(1970, 1, 2)}, 2, ("oak", "elm")),
    ],
)
def test_bars_before_a_models_cut_off_are_contaminated(
    cutoffs: dict[str, date | None], bars: int, voters: tuple[str, ...]
) -> None:
    found = contamination(_days(0, 1, 2, 3, 4), cutoffs)
    assert (found.bars, found.contaminated_bars, found.voters) == (5, bars, voters)
    assert bool(found.note) == bool(bars)
    assert all(voter in found.note for voter in voters)
