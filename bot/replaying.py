"""A recorded parley for a backtest: the tape of this desk's database, and who sat at the table."""

from pathlib import Path

import numpy as np

from bot.parley import Cast
from engine.research.backtest import Job
from engine.research.contamination import Contamination, contamination
from engine.research.questions import questions_of
from llm.accounts import cutoffs_of
from llm.replay import Misses, Recording, TapeAdvisor, replayed
from storage.database import Database
from storage.tape import DatabaseTape


async def tape_advisor(
    cast: Cast, job: Job, database: Database, salt: str, misses: Misses, data_dir: Path | None
) -> TapeAdvisor:
    """The advisor of the job out of the desk's tape; `salt` is the database's own word.

    Its `advise` and `lead` belong into the job. Raises TapeMissed, StorageError, SettingsError.
    """
    recording = Recording(
        specs=cast.specs,
        seats=cast.seats,
        store=DatabaseTape(database),
        parameters=job.parameters,
        salt=salt,
        misses=misses,
    )
    bars = {series.instrument.symbol: series.bars for series in job.series}
    return await replayed(questions_of(job, data_dir), bars, recording)


def contamination_of(cast: Cast, job: Job) -> Contamination:
    """Of the job's bars, those that its models may know the sequel of."""
    first_s, last_s = int(job.starts_at.timestamp()), int(job.ends_at.timestamp())
    closes = [series.bars.open_at_s + job.timeframe.seconds for series in job.series]
    told = [at_s[(at_s > first_s) & (at_s <= last_s)] for at_s in closes]
    return contamination(np.concatenate(told), cutoffs_of(cast.seats))
