"""A backtest out of a desk's own database: its tape answers, and its contaminated bars count."""

from dataclasses import replace
from pathlib import Path

from bot.parley import Cast
from bot.replaying import contamination_of, tape_advisor
from engine.research.backtest import run
from llm.replay import Misses
from storage.opening import open_database
from storage.tape import DatabaseTape
from tests.llm.rounds import a_seat
from tests.llm.test_replay import (
    BARS,
    CONFIRMING,
    SALT,
    SEATS,
    SPECS,
    recorded,
    the_job,
    with_advisor,
)

CAST = Cast(SPECS, SEATS)


async def test_the_tape_of_a_database_makes_the_trades_of_its_desk(tmp_path: Path) -> None:
    job, desk, live = await recorded(CONFIRMING)
    url = f"sqlite+aiosqlite:///{tmp_path / 'parley.db'}"
    opened = await open_database(url, tmp_path / "backups")
    try:
        await DatabaseTape(opened.database).keep(list(desk.tape._entries.values()))
        advisor = await tape_advisor(CAST, job, opened.database, SALT, Misses.COUNT, None)
        other = await tape_advisor(CAST, job, opened.database, "another", Misses.COUNT, None)
    finally:
        await opened.database.close()
    assert run(with_advisor(job, advisor), None).trades == live.trades
    assert len(other.missed) == len(other.verdicts)  # another desk asked in other words


def test_bars_of_a_model_that_nobody_knows_are_all_contaminated() -> None:
    job = the_job(CONFIRMING)
    found = contamination_of(CAST, job)
    assert BARS < found.contaminated_bars == found.bars <= BARS * len(job.series)
    known = a_seat("oak")
    known = replace(known, address=replace(known.address, model="gpt-5"))
    clean = contamination_of(Cast(SPECS[:1], (known,)), job)
    assert (clean.bars, clean.contaminated_bars, clean.note) == (found.bars, 0, "")
