"""The weekly tuning: a real worker process, its trials stored, its report told, nothing changed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from apscheduler.triggers.cron import CronTrigger

from bot.jobs import tune
from bot.retuning import Past, Retuner, ask_worker
from bot.schedule import _trigger
from engine.core.errors import UserError
from engine.core.events import Event, TuningReported
from engine.core.kinds import Role
from engine.core.parameters import Parameters
from engine.core.people import Actor
from engine.core.timeframes import Timeframe
from engine.execution.dial import Dial
from engine.research.tuning.errand import Errand, SideTold, Told
from engine.services.tuning import Tuning
from storage.database import Database
from storage.opening import open_database
from storage.research_trials import ResearchTrials
from tests.engine.research.drawn_bars import drawn_bars
from tests.fakes.clocks import FakeClock
from tests.fakes.memory_journal import MemoryJournal

OWNER = Actor("Olivia", Role.OWNER)
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
QUICK = Parameters(tuning_trials=10)


def write_bars(folder: Path, days: int) -> Path:
    bars = drawn_bars(7, 24 * days, price=40_000.0)
    folder.mkdir()
    columns = {
        "timestamp": bars.open_at_s * 1000, "open": bars.open, "high": bars.high,
        "low": bars.low, "close": bars.close, "volume": bars.volume_base,
    }  # fmt: skip
    pl.DataFrame(columns).write_parquet(folder / "BTC_USDT_USDT-1h.parquet")
    return folder


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}", tmp_path)
    yield opened.database
    await opened.database.close()


class Desk:
    """A Retuner with a memory of what was told."""

    def __init__(self, tmp_path: Path, database: Database, parameters: Parameters) -> None:
        self.told: list[Event] = []
        self.dial = Dial(parameters)
        self.journal = MemoryJournal()
        self.tuning = Tuning(
            self.dial, self.journal, self.journal, FakeClock(), tmp_path / "p.toml", lambda: ()
        )
        self.trials = ResearchTrials(database)
        past = Past(tmp_path / "market", ("BTC/USDT:USDT",), Timeframe.D1, tmp_path)
        self.retuner = Retuner(
            past, lambda: self.dial.parameters, self.tuning, self.trials, self._tell, lambda: NOW
        )

    async def _tell(self, event: Event) -> None:
        self.told.append(event)


async def test_without_bars_or_where_it_is_off_nothing_happens(
    tmp_path: Path, database: Database
) -> None:
    desk = Desk(tmp_path, database, QUICK)
    await desk.retuner.weekly()
    write_bars(tmp_path / "market", 3)
    await Desk(tmp_path, database, QUICK.with_value("weekly_tuning", False)).retuner.weekly()
    await desk.retuner.weekly()  # three days are too few: said in the log, no alert
    assert desk.told == []


async def test_a_passed_tuning_is_adopted_only_where_a_parameter_says_so(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.retuning.ask_worker", answering(allowed=True))
    careful, bold = (
        Desk(tmp_path, database, QUICK.with_value("tuning_adopts", adopts))
        for adopts in (False, True)
    )
    (tmp_path / "market").mkdir()
    for desk in (careful, bold):
        await desk.tuning.load()
        await desk.retuner.weekly()
    (report,) = careful.told
    assert isinstance(report, TuningReported)
    assert not report.adopted
    assert report.refused_because == ""
    assert careful.dial.parameters.stop_atr == 2.0
    (report,) = bold.told
    assert isinstance(report, TuningReported)
    assert report.adopted
    assert bold.dial.parameters.stop_atr == 2.5


async def test_what_did_not_pass_is_never_adopted(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.retuning.ask_worker", answering(allowed=False))
    desk = Desk(tmp_path, database, QUICK.with_value("tuning_adopts", True))
    await desk.tuning.load()
    report = await desk.retuner.tune("by hand")
    assert report.refused_because == "on unseen bars it is not clearly better than the old"
    assert not report.adopted
    assert desk.dial.parameters.stop_atr == 2.0


async def test_a_worker_process_answers_and_its_trials_are_stored(
    tmp_path: Path, database: Database
) -> None:
    write_bars(tmp_path / "market", 150)
    desk = Desk(tmp_path, database, QUICK)
    steps: list[int] = []
    errand = desk.retuner._errand("by hand").model_copy(
        update={"compiled_dir": None, "timeframe": Timeframe.H4, "stretches": 2,
                "names": ("stop_atr", "time_stop_bars"), "embargo_bars": 6, "trials": 2}
    )  # fmt: skip
    told = await ask_worker(errand, lambda done, of, text: steps.append(done))
    assert told.trials_made == 2
    assert steps[:3] == [0, 1, 2]
    await desk.trials.keep(told.noted, NOW)
    assert len(await desk.trials.of_study("by hand")) == len(told.noted)
    assert (await desk.trials.tally(told.market)).trials > 0


async def test_a_worker_that_cannot_do_it_says_so_in_one_sentence(
    tmp_path: Path, database: Database
) -> None:
    desk = Desk(tmp_path, database, QUICK)
    with pytest.raises(UserError, match="There is no folder"):
        await ask_worker(desk.retuner._errand("by hand"))


def test_the_weekly_job_runs_on_sunday_at_two_where_the_owner_lives() -> None:
    trigger = _trigger(tune.JOB, ZoneInfo("Europe/Berlin"))
    assert isinstance(trigger, CronTrigger)
    first = trigger.get_next_fire_time(None, NOW - timedelta(days=3))
    assert first == datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    summer = trigger.get_next_fire_time(None, datetime(2026, 7, 1, tzinfo=UTC))
    assert summer == datetime(2026, 7, 5, 0, 0, tzinfo=UTC)


def answering(*, allowed: bool) -> Callable[[Errand], Awaitable[Told]]:
    """A worker that found a better stop."""

    def a_side(sharpe: float) -> SideTold:
        return SideTold(
            config_hash="abc", trades=60, net_ratio=0.1, max_drawdown_ratio=0.05, sharpe=sharpe,
            sharpe_low=sharpe - 1.0, sharpe_high=sharpe + 1.0,
        )  # fmt: skip

    async def answer(errand: Errand) -> Told:
        return Told(
            study=errand.study,
            market="btc",
            changes=(("stop_atr", 2.0, 2.5),),
            held_out=(NOW - timedelta(days=90), NOW),
            old=a_side(0.5),
            new=a_side(2.0),
            better=1.5,
            better_low=0.2,
            better_high=2.8,
            allowed=allowed,
            why="on unseen bars it is not clearly better than the old",
            judgement="Weak.",
            word="weak",
            trials_made=10,
            pruned=2,
            overfit_ratio=0.3,
            importance=(),
            numbers=(),
            scores=(),
            noted=(),
        )

    return answer
