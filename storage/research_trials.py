"""The trials of research, counted over all studies of one past."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from engine.research.trials import Tally, Trial, tally_of
from storage.database import Database
from storage.statements import insert_new
from storage.tables.research_trials import RESEARCH_TRIALS

MOST_ROWS = 100_000  # of one past; by then the hurdle hardly moves


class ResearchTrials:
    """Where trials are kept. Every method raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, trials: Sequence[Trial], made_at: datetime) -> None:
        """Stores the trials; one that was made before stays as it was."""
        rows = {trial.key: _row(trial, made_at) for trial in trials}
        await self._database.write(lambda db: insert_new(db, RESEARCH_TRIALS, list(rows.values())))

    async def of_study(self, study: str) -> tuple[Trial, ...]:
        """The trials of one study, oldest first."""
        wanted = select(RESEARCH_TRIALS).where(RESEARCH_TRIALS.c.study == study)
        page = wanted.order_by(RESEARCH_TRIALS.c.made_at, RESEARCH_TRIALS.c.key)
        rows = await self._database.read(lambda db: db.execute(page).all())
        return tuple(_trial_of(row) for row in rows)

    async def tally(self, market: str) -> Tally:
        """All different trials of that past: what a chosen one is deflated by."""
        columns = RESEARCH_TRIALS.c
        different = (
            select(func.max(columns.in_sharpe_ratio))
            .where(columns.market == market)
            .group_by(columns.digest)
            .limit(MOST_ROWS)
        )
        found = await self._database.read(lambda db: db.execute(different).scalars().all())
        return tally_of([float(value) for value in found])


def _row(trial: Trial, made_at: datetime) -> dict[str, Any]:
    return {
        "key": trial.key,
        "study": trial.study,
        "market": trial.market,
        "config_hash": trial.config_hash,
        "from_at": trial.from_at,
        "to_at": trial.to_at,
        "days": trial.days,
        "trades": trial.trades,
        "in_sharpe_ratio": trial.in_sharpe,
        "out_sharpe_ratio": math.nan if trial.out_sharpe is None else trial.out_sharpe,
        "digest": trial.digest,
        "made_at": made_at,
    }


def _trial_of(row: Row[Any]) -> Trial:
    return Trial(
        study=row.study,
        market=row.market,
        config_hash=row.config_hash,
        from_at=row.from_at,
        to_at=row.to_at,
        days=row.days,
        trades=row.trades,
        in_sharpe=row.in_sharpe_ratio,
        out_sharpe=None if math.isnan(row.out_sharpe_ratio) else row.out_sharpe_ratio,
        digest=row.digest,
    )
