"""Old replies and calls of models are forgotten; those that a trade came from never are."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, select

from engine.core.model_calls import ModelCall, ParleyRound
from engine.core.ports import Record
from storage.database import Database
from storage.forecasts import Forecasts
from storage.journal import DatabaseJournal
from storage.model_calls import ModelCalls
from storage.model_memory import PORTION, ModelMemory
from storage.outbox import Outbox
from storage.tables.model_calls import MODEL_CALLS
from storage.tables.parley_rounds import PARLEY_ROUNDS
from storage.tables.tape import TAPE
from storage.tape import DatabaseTape
from tests.storage.samples import AT, a_decision
from tests.storage.test_forecasts import a_round
from tests.storage.test_model_calls import ENTRY

OLD, NEW = AT - timedelta(days=400), AT
LIMIT = AT - timedelta(days=365)
TRADED, DENIED, FRESH = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"
LETTERS = {TRADED: 1, DENIED: None, FRESH: None}  # by snapshot: the position that came of it


async def a_year_of_models(database: Database) -> None:
    """One round that became a trade, one that was denied, and a young one."""
    journal = DatabaseJournal(database, Outbox(database), lambda _: ())
    for number, (snapshot, position_id) in enumerate(LETTERS.items()):
        at = NEW if snapshot == FRESH else OLD
        forecast, learned = a_round(number)
        forecast = replace(forecast, key=f"BTC/USDT|1h|{number}", snapshot_id=snapshot)
        await Forecasts(database).keep((forecast,), learned)
        decision = a_decision(forecast.key, number, position_id=position_id)
        await journal.append(Record(events=(decision,)))
        await DatabaseTape(database).keep(
            [replace(ENTRY, key=f"k{number}", snapshot_id=snapshot, at=at)]
        )
        calls = ModelCalls(database)
        await calls.note_calls(
            [ModelCall(round_id=f"{snapshot}-17-1", voter="oak", model="m", at=at, cost_usd=0.1)]
        )
        await calls.note_round(
            ParleyRound(
                round_id=forecast.key, symbol="BTC/USDT", at=at, rung="all", seats=1, answered=1,
                took_ms=1.0,
            )
        )  # fmt: skip


async def left(database: Database) -> tuple[set[str], set[str], set[str]]:
    """What is there of the tape, the calls and the rounds."""
    return await database.read(_left)


def _left(connection: Connection) -> tuple[set[str], set[str], set[str]]:
    columns = (TAPE.c.snapshot_id, MODEL_CALLS.c.round_id, PARLEY_ROUNDS.c.round_id)
    tape, calls, rounds = (set(connection.execute(select(each)).scalars()) for each in columns)
    return tape, calls, rounds


async def test_what_is_old_goes_and_what_a_trade_refers_to_stays(database: Database) -> None:
    await a_year_of_models(database)
    memory = ModelMemory(database)
    assert await memory.prune(LIMIT) == 3  # of the denied round: its reply, its call, itself
    tape, calls, rounds = await left(database)
    assert tape == {TRADED, FRESH}
    assert calls == {f"{TRADED}-17-1", f"{FRESH}-17-1"}
    assert rounds == {"BTC/USDT|1h|0", "BTC/USDT|1h|2"}
    assert await memory.prune(LIMIT) == 0
    assert await Forecasts(database).forecast("BTC/USDT|1h|1") is not None  # votes are memory


async def test_many_old_replies_go_in_portions(database: Database) -> None:
    entries = [
        replace(ENTRY, key=f"k{n}", snapshot_id=f"{n:012x}", at=OLD) for n in range(PORTION + 7)
    ]
    await DatabaseTape(database).keep(entries)
    assert await ModelMemory(database).prune(LIMIT) == PORTION + 7
    assert (await left(database))[0] == set()
