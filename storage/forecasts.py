"""Forecasts, votes and what they taught, kept and read back."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, select

from engine.core.advice import Tier, Vote
from engine.core.forecasts import Forecast, ScoredVote
from storage.database import Database
from storage.mapping.codec import decode, encode
from storage.statements import replace_rows
from storage.tables.calibration import CALIBRATION
from storage.tables.forecasts import FORECASTS
from storage.tables.votes import VOTES

UNKNOWN_OUTCOME = "lost"


class Forecasts:
    """A ForecastBook, and what the chat tells of it. Every method raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> tuple[Mapping[str, Any] | None, tuple[Forecast, ...]]:
        """What was learned so far, and the forecasts without an outcome, oldest first."""
        return await self._database.read(_load)

    async def keep(self, forecasts: Sequence[Forecast], learned: Mapping[str, Any]) -> None:
        """Stores both in one transaction; a forecast replaces the one of its key."""
        await self._database.write(lambda db: _keep(db, forecasts, learned))

    async def forecast(self, key: str) -> Forecast | None:
        """The round on the proposal of that key."""
        rows = await self._all(select(FORECASTS).where(FORECASTS.c.key == key))
        return _forecast_of(rows[0]) if rows else None

    async def last(self, limit: int, symbol: str | None = None) -> tuple[Forecast, ...]:
        """The newest rounds, newest first."""
        page = select(FORECASTS).order_by(FORECASTS.c.at.desc(), FORECASTS.c.key).limit(limit)
        if symbol is not None:
            page = page.where(FORECASTS.c.symbol == symbol)
        return tuple(_forecast_of(row) for row in await self._all(page))

    async def scored(self, limit: int = 5000) -> tuple[ScoredVote, ...]:
        """The last votes whose event is decided, oldest first."""
        votes = VOTES.c
        page = (
            select(VOTES)
            .where(votes.abstention == "", votes.outcome.is_not(None))
            .where(votes.outcome != UNKNOWN_OUTCOME)
            .order_by(votes.at.desc(), votes.forecast_key, votes.voter)
            .limit(limit)
        )
        return tuple(_scored_of(row) for row in reversed(await self._all(page)))

    async def _all(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        return await self._database.read(lambda db: db.execute(statement).all())


def _load(connection: Connection) -> tuple[Mapping[str, Any] | None, tuple[Forecast, ...]]:
    learned = connection.execute(select(CALIBRATION.c.body)).scalar_one_or_none()
    waiting = select(FORECASTS).where(FORECASTS.c.outcome.is_(None))
    rows = connection.execute(waiting.order_by(FORECASTS.c.at, FORECASTS.c.key))
    return learned, tuple(_forecast_of(row) for row in rows)


def _keep(
    connection: Connection, forecasts: Sequence[Forecast], learned: Mapping[str, Any]
) -> None:
    replace_rows(connection, FORECASTS, [_row(forecast) for forecast in forecasts])
    votes = [_vote_row(forecast, vote) for forecast in forecasts for vote in forecast.votes]
    replace_rows(connection, VOTES, votes)
    row = {"id": 1, "outcomes": learned["outcomes"], "body": dict(learned)}
    replace_rows(connection, CALIBRATION, [row])


def _row(forecast: Forecast) -> dict[str, Any]:
    return {
        "key": forecast.key,
        "symbol": forecast.symbol,
        "at": forecast.at,
        "outcome": forecast.outcome,
        "resolved_at": forecast.resolved_at,
        "body": encode(forecast),
    }


def _forecast_of(row: Row[Any]) -> Forecast:
    return cast("Forecast", decode(Forecast, row.body))


def _vote_row(forecast: Forecast, vote: Vote) -> dict[str, Any]:
    warned = (each.code for each in vote.objections if each.tier in {Tier.WARN, Tier.VETO})
    return {
        "forecast_key": forecast.key,
        "voter": vote.voter,
        "identity": vote.identity,
        "symbol": forecast.symbol,
        "at": forecast.at,
        "is_model": vote.is_model,
        "abstention": (vote.abstention or "no opinion") if vote.abstained else "",
        "up_ratio": vote.p_up,
        "down_ratio": vote.p_down,
        "calibrated_up_ratio": _number(vote.calibrated_up),
        "calibrated_down_ratio": _number(vote.calibrated_down),
        "base_up_ratio": forecast.base_up,
        "base_down_ratio": forecast.base_down,
        "warnings": ",".join(warned),
        "latency_ms": vote.latency_ms,
        "cost_usd": vote.cost_usd,
        "outcome": forecast.outcome,
    }


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _scored_of(row: Row[Any]) -> ScoredVote:
    return ScoredVote(
        voter=row.voter,
        identity=row.identity,
        at=row.at,
        is_model=row.is_model,
        p_up=row.up_ratio,
        p_down=row.down_ratio,
        calibrated_up=row.calibrated_up_ratio,
        calibrated_down=row.calibrated_down_ratio,
        base_up=row.base_up_ratio,
        base_down=row.base_down_ratio,
        warnings=tuple(each for each in row.warnings.split(",") if each),
        outcome=row.outcome,
    )
