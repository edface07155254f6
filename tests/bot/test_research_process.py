"""The research process: it knows the engine only, stops at once, dies with the desk, and its death
is told in one sentence."""

import asyncio
import os
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot import research_process
from bot.research_process import ask_process
from bot.research_room import Library, ResearchRoom
from bot.settings import Settings
from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.core.research import Kind
from engine.core.timeframes import Timeframe
from engine.research.tuning.market import market_of
from engine.research.worker_errand import Done, Errand
from engine.services.research_ports import Steps
from storage.database import Database
from storage.opening import open_database
from storage.research_trials import ResearchTrials
from tests.engine.research.test_run import write
from tests.fakes.research import a_job

REPO = Path(__file__).parents[2]
VOTERS = "trend=rules:trend,reversion=rules:reversion,volatility=rules:volatility"
FOREIGN = {"aiogram", "aiohttp", "ccxt", "openai", "anthropic", "httpx", "sqlalchemy", "storage",
           "handlers", "charts", "pydantic_settings"}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bars")
    write(made, "BTC_USDT_USDT-1h.parquet", seed=7, price=40_000.0)
    return made


def an_errand(folder: Path, kind: Kind = Kind.BACKTEST, words: str = "BTC 1h 20d") -> Errand:
    return Errand(
        kind=kind, words=words, folder=folder, values=Parameters().model_dump(), voters=VOTERS
    )


def silent(done: int, of: int, text: str) -> None:
    """Nobody looks."""


def test_a_worker_holds_nothing_but_the_engine_and_the_rule_voters(folder: Path) -> None:
    errand = an_errand(folder).model_dump_json()
    code = f"""
    import io, sys
    from bot.research_worker import rule_votes
    from engine.research.outcome import Watch
    from engine.research.worker import main
    out = io.StringIO()
    assert main({errand!r}, rule_votes, out, Watch()) == 0, out.getvalue()
    print(*sorted({{name.partition(".")[0] for name in sys.modules}} & {FOREIGN!r}))
    print(*sorted(name for name in sys.modules if name.startswith("bot.")))
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=REPO, check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    assert told.stdout.splitlines() == ["", "bot.research_worker"]


async def test_steps_and_a_result_come_back_over_the_pipe(folder: Path) -> None:
    steps: list[str] = []
    done = await ask_process(an_errand(folder), lambda _d, _o, text: steps.append(text))
    assert "reading bars" in steps
    assert done.told.symbols == ("BTC/USDT:USDT",)
    assert done.told.rows[0].trades > 0
    assert done.told.judgement
    assert [trial.market for trial in done.noted] == ["BTC/USDT:USDT 1h"]


@pytest.mark.parametrize(
    ("kind", "words", "sentence"),
    [
        (Kind.BACKTEST, "XYZ 1h", "There are no bars of XYZ."),
        (Kind.BACKTEST, "BTC 5m", "no 5m bars"),
        (Kind.BACKTEST, "BTC 1h 2020", "no bars in that span"),
        (Kind.WALKFORWARD, "BTC 1h 3d", "A walk needs"),
        (Kind.TUNE, "BTC 1h 20d", "too few to tune on"),
        (Kind.MONTECARLO, "BTC 1h 3d", "too few to draw from"),
    ],
)
async def test_what_cannot_be_done_is_one_sentence(
    folder: Path, kind: Kind, words: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence) as told:
        await ask_process(an_errand(folder, kind, words), silent)
    assert "\n" not in told.value.sentence()


async def test_models_cannot_be_asked_but_may_be_left_out(folder: Path) -> None:
    errand = an_errand(folder).model_copy(update={"voters": "oak=openai:gpt-5-mini"})
    with pytest.raises(UserError, match="oak is a model"):
        await ask_process(errand, silent)
    alone = errand.model_copy(update={"words": "BTC 1h 20d parley_mode=off"})
    assert (await ask_process(alone, silent)).told.rows[0].trades > 0


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import os; os._exit(7)", r"in the middle of its work \(code 7\)"),
        ("import os; os.kill(os.getpid(), 9)", "perhaps because memory ran out"),
        ("print('{\"at\": [1,')", r"code 0"),
        ('print(\'{"done": {"told": 1}}\')', "the desk and its research process differ"),
    ],
)
async def test_a_process_that_breaks_off_is_told_and_harms_nobody(
    folder: Path, code: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        await ask_process(an_errand(folder), silent, ("-c", code))


def test_memory_that_runs_out_is_a_sentence() -> None:
    code = """
    import io
    from engine.research.outcome import Watch
    from engine.research.worker import main
    def greedy(voters): raise MemoryError
    out = io.StringIO()
    errand = '{"kind": "backtest", "words": "", "folder": ".", "values": {}, "voters": ""}'
    print(main(errand, greedy, out, Watch()), out.getvalue())
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=REPO, check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    assert told.stdout.startswith("1 ")
    assert "not enough memory" in told.stdout


DEAF = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sys.stdin.readline()
print('{"at": [0, 1, "deaf"]}', flush=True)
while True:
    time.sleep(60)
"""


async def test_a_stop_ends_even_a_process_that_does_not_listen(folder: Path) -> None:
    begun = asyncio.Event()
    work = asyncio.create_task(ask_process(an_errand(folder), lambda *_: begun.set(), ("-c", DEAF)))
    await begun.wait()
    assert research_process.STOP_S < 1.0  # and then it is killed
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


async def test_no_worker_outlives_a_desk_that_was_killed(folder: Path) -> None:
    long = an_errand(folder, Kind.COMPARE, "BTC 1h 35d all sma_cross percent ladder give_back")
    desk = f"""
    import asyncio, sys
    from bot import research_process
    from engine.research.worker_errand import Errand
    errand = Errand.model_validate_json({long.model_dump_json()!r})
    start = research_process.start_process
    async def started(command):
        process = await start(command)
        print(process.pid, flush=True)
        return process
    research_process.start_process = started
    asyncio.run(research_process.ask_process(errand, lambda *s: print(s[2], flush=True)))
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(desk), cwd=REPO, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    worker = int(await process.stdout.readline())
    await process.stdout.readline()  # it works
    process.kill()
    await process.wait()
    await process.stdout.read()  # ends only when the worker's end is closed, too
    while _is_alive(worker):  # noqa: ASYNC110 - somebody else's child tells nobody of its end
        await asyncio.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}", tmp_path)
    yield opened.database
    await opened.database.close()


def a_room(tmp_path: Path, market: str, database: Database) -> ResearchRoom:
    settings = Settings(market=market, data_dir=tmp_path, voters=VOTERS)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    library = Library(
        settings=settings, symbols=("BTC/USDT:USDT", "ETH/USDT:USDT"), began_at=at,
        market_now=lambda: at,
    )  # fmt: skip
    return ResearchRoom(library, Parameters, ResearchTrials(database))


async def carried_out(room: ResearchRoom, words: str, steps: Steps = silent) -> Done:
    job = a_job(words=room.check(Kind.BACKTEST, words))
    errand = (await room.prepare(job, steps)).model_copy(update={"compiled_dir": None})
    return await room.carry_out(errand, steps)


async def test_a_simulated_market_makes_its_own_bars(tmp_path: Path, database: Database) -> None:
    room = a_room(tmp_path, "simulated", database)
    steps: list[str] = []
    done = await carried_out(room, "BTC 1h 10d", lambda _d, _o, text: steps.append(text))
    assert any(text.startswith("making bars of BTC") for text in steps)
    assert done.told.notes == ()  # funding is known, too
    assert done.told.to_at == datetime(2026, 3, 1, tzinfo=UTC)
    with pytest.raises(UserError, match="There is no market XYZ here"):
        room.check(Kind.BACKTEST, "XYZ 1h")


async def test_trials_before_are_counted_against_the_next_one(
    tmp_path: Path, folder: Path, database: Database
) -> None:
    room = a_room(tmp_path, f"replay:{folder}", database)
    first = await carried_out(room, "BTC 1h 20d sma_cross")
    await ResearchTrials(database).keep(first.noted, datetime(2026, 3, 1, tzinfo=UTC))
    job = a_job(words=room.check(Kind.BACKTEST, "BTC 1h 20d breakout"))
    assert (await room.prepare(job, silent)).tally.trials == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("BTC 1h 20d stop_atr=9999", "outside"),
        ("BTC 1h 20d votes=tape", "in the terminal only"),
        ("", "Which market?"),
        ("BTC 1h sma_crss", "Did you mean sma_cross"),
        ("BTC 1h 99999d", "is no span"),
    ],
)
async def test_bad_words_are_refused_before_anything_begins(
    tmp_path: Path, database: Database, words: str, sentence: str
) -> None:
    with pytest.raises(UserError) as told:
        a_room(tmp_path, "simulated", database).check(Kind.BACKTEST, words)
    assert sentence in told.value.sentence()


async def test_a_tuning_is_pinned_to_the_bars_it_began_with(
    tmp_path: Path, folder: Path, database: Database
) -> None:
    words = a_room(tmp_path, "simulated", database).check(Kind.TUNE, "BTC 4h 200d sma_cross")
    assert words == "BTC/USDT:USDT 4h 2025-08-13..2026-03-01 sma_cross"
    replayed = a_room(tmp_path, f"replay:{folder}", database)
    assert replayed.check(Kind.TUNE, "BTC 4h 200d") == "BTC/USDT:USDT 4h 200d"


def test_bars_that_came_later_make_no_other_market(folder: Path) -> None:
    def market(ends_at: datetime) -> str:
        whole = market_of(folder, ("BTC/USDT:USDT",), Timeframe.H1, Decimal(10_000), None)
        assert whole.digest != whole.until(ends_at).digest
        return whole.until(ends_at).until(datetime(2026, 1, 20, tzinfo=UTC)).digest

    assert market(datetime(2026, 1, 25, tzinfo=UTC)) == market(datetime(2026, 2, 1, tzinfo=UTC))
