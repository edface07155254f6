"""What models were asked and what it cost, kept and summed up."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from engine.core.model_calls import ModelCall, ParleyRound, Spending, VoterRecord
from storage.database import Database
from storage.statements import replace_rows
from storage.tables.model_calls import MODEL_CALLS
from storage.tables.parley_rounds import PARLEY_ROUNDS

STEADY_RUNGS = ("all", "quorum")  # decided by the models' own quorum


class ModelCalls:
    """A CallBook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note_calls(self, calls: Sequence[ModelCall]) -> None:
        """Stores the calls; the second word on a call replaces the first."""
        if calls:
            rows = [asdict(call) for call in calls]
            await self._database.write(lambda db: replace_rows(db, MODEL_CALLS, rows))

    async def note_round(self, held: ParleyRound) -> None:
        """Stores how a round was decided."""
        await self._database.write(lambda db: replace_rows(db, PARLEY_ROUNDS, [asdict(held)]))

    async def spending(self, since: datetime) -> Spending:
        """Sums since a moment; unsettled calls count at what was reserved for them."""
        return await self._database.read(lambda db: _spending(db, since))

    async def records(self, since: datetime) -> tuple[VoterRecord, ...]:
        """Each voter's settled calls since a moment, one row per voter and model."""
        return await self._database.read(lambda db: _records(db, since))


def _spending(connection: Connection, since: datetime) -> Spending:
    calls, rounds = MODEL_CALLS.c, PARLEY_ROUNDS.c
    sums = select(calls.voter, func.sum(calls.cost_usd)).where(calls.at >= since)
    by_voter = {
        voter: float(usd or 0.0) for voter, usd in connection.execute(sums.group_by(calls.voter))
    }
    steady = func.sum(case((rounds.rung.in_(STEADY_RUNGS), 1), else_=0))
    held, kept = connection.execute(
        select(func.count(), steady).select_from(PARLEY_ROUNDS).where(rounds.at >= since)
    ).one()
    return Spending(
        total_usd=math.fsum(by_voter.values()),
        by_voter=by_voter,
        rounds=int(held),
        fallen_rounds=int(held) - int(kept or 0),
    )


def _records(connection: Connection, since: datetime) -> tuple[VoterRecord, ...]:
    calls = MODEL_CALLS.c
    where = (calls.at >= since, calls.is_settled)
    failures: dict[tuple[str, str], Counter[str]] = {}
    kinds = select(calls.voter, calls.model, calls.kind, func.count()).where(
        *where, calls.kind > ""
    )
    for voter, model, kind, count in connection.execute(
        kinds.group_by(calls.voter, calls.model, calls.kind)
    ):
        failures.setdefault((voter, model), Counter())[kind] = int(count)
    statement = (
        select(
            calls.voter,
            calls.model,
            func.count().label("asked"),
            func.sum(_where_answered(1)).label("answered"),
            func.sum(calls.cost_usd).label("usd"),
            func.avg(_where_answered(calls.latency_ms)).label("mean"),
            func.max(_where_answered(calls.latency_ms)).label("slowest"),
            func.sum(calls.input_tokens).label("input"),
            func.sum(calls.cached_tokens).label("cached"),
            func.max(calls.at).label("last_at"),
        )
        .where(*where)
        .group_by(calls.voter, calls.model)
        .order_by(calls.voter, calls.model)
    )
    return tuple(
        _record(row, failures.get((row.voter, row.model), Counter()))
        for row in connection.execute(statement)
    )


def _where_answered(value: Any) -> ColumnElement[Any]:
    return case((MODEL_CALLS.c.kind == "", value), else_=None)


def _record(row: Row[Any], failures: Counter[str]) -> VoterRecord:
    return VoterRecord(
        voter=row.voter,
        model=row.model,
        asked=int(row.asked),
        answered=int(row.answered or 0),
        cost_usd=float(row.usd or 0.0),
        latency_ms=math.nan if row.mean is None else float(row.mean),
        slowest_ms=math.nan if row.slowest is None else float(row.slowest),
        input_tokens=int(row.input or 0),
        cached_tokens=int(row.cached or 0),
        failures=dict(failures),
        last_at=row.last_at,
    )
