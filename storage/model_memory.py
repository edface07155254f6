"""What models said and what it cost, forgotten by age; never what a trade refers to."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, delete, func, select

from storage.database import Database
from storage.tables.decisions import DECISIONS
from storage.tables.forecasts import FORECASTS
from storage.tables.model_calls import MODEL_CALLS
from storage.tables.parley_rounds import PARLEY_ROUNDS
from storage.tables.tape import TAPE

PORTION = 200  # snapshots in one statement
ID_CHARACTERS = 12  # of a snapshot, with which the ids of its rounds of calls begin


class ModelMemory:
    """The tape, the calls and the rounds, as far as they may be forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, before: datetime) -> int:
        """How many rows, older than the moment, were deleted; raises StorageError.

        Kept for ever: whatever belongs to a decision that made a position. Votes and their
        outcomes are kept as well: the desk's memory is made of them.
        """
        stale = await self._database.read(lambda db: _stale(db, before))
        deleted = await self._database.write(lambda db: _prune_rounds(db, before))
        for portion in _portions(stale):
            # one short transaction after the other: the desk writes between them
            deleted += await self._database.write(partial(_prune, before=before, snapshots=portion))
        return deleted


def _stale(connection: Connection, before: datetime) -> list[str]:
    # snapshots with old rows that no position came from
    taken = select(FORECASTS.c.body).join(DECISIONS, DECISIONS.c.proposal_key == FORECASTS.c.key)
    rows = connection.execute(taken.where(DECISIONS.c.position_id.is_not(None)))
    kept = {str(row.body["snapshot_id"]) for row in rows}
    taped = select(TAPE.c.snapshot_id).where(TAPE.c.at < before).distinct()
    called = select(_snapshot_of_call()).where(MODEL_CALLS.c.at < before)
    found = {*connection.execute(taped).scalars(), *connection.execute(called.distinct()).scalars()}
    return sorted(found - kept)


def _prune(connection: Connection, before: datetime, snapshots: Sequence[str]) -> int:
    taped = delete(TAPE).where(TAPE.c.at < before, TAPE.c.snapshot_id.in_(snapshots))
    called = delete(MODEL_CALLS).where(
        MODEL_CALLS.c.at < before, _snapshot_of_call().in_(snapshots)
    )
    return connection.execute(taped).rowcount + connection.execute(called).rowcount


def _snapshot_of_call() -> ColumnElement[str]:
    return func.substr(MODEL_CALLS.c.round_id, 1, ID_CHARACTERS)


def _prune_rounds(connection: Connection, before: datetime) -> int:
    taken = select(DECISIONS.c.proposal_key).where(DECISIONS.c.position_id.is_not(None))
    rounds = PARLEY_ROUNDS.c
    statement = delete(PARLEY_ROUNDS).where(rounds.at < before, rounds.round_id.not_in(taken))
    return connection.execute(statement).rowcount


def _portions(snapshots: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(snapshots), PORTION):
        yield snapshots[first : first + PORTION]
