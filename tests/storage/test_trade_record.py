"""The record behind the pictures: trades with their votes, and the equity of each day's end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.core.advice import Vote
from engine.core.ports import Record
from storage.database import Database
from storage.forecasts import Forecasts
from storage.journal import DatabaseJournal
from storage.outbox import Outbox
from storage.trade_record import TradeRecord
from tests.llm.calibration.made import said, silent
from tests.storage.samples import AT, a_trade, an_equity_point, at
from tests.storage.test_forecasts import a_round


@pytest.fixture
def journal(database: Database) -> DatabaseJournal:
    return DatabaseJournal(database, Outbox(database))


async def keep_votes(database: Database, key: str, votes: Sequence[Vote]) -> None:
    forecast, learned = a_round(votes=tuple(votes))
    await Forecasts(database).keep([replace(forecast, key=key)], learned)


async def test_a_new_desk_has_no_record(database: Database) -> None:
    assert await TradeRecord(database).facts(10) == ()
    assert await TradeRecord(database).day_ends() == ()


async def test_a_trade_comes_with_the_votes_and_the_price_of_its_round(
    database: Database, journal: DatabaseJournal
) -> None:
    trades = (a_trade(1, proposal_key="one"), a_trade(2, proposal_key="nobody asked"))
    await journal.append(Record(trades=trades))
    await keep_votes(
        database,
        "one",
        [
            said("bull", 0.6, cost_usd=0.25),
            replace(silent("asleep"), cost_usd=0.5),
        ],
    )
    first, second = await TradeRecord(database).facts(10)
    assert (first.trade, second.trade) == trades
    assert [lean.voter for lean in first.leans] == ["bull"]
    assert first.leans[0].lean == pytest.approx(0.3)  # 0.6 up, 0.3 down
    assert first.tokens_usd == 0.75
    assert (second.leans, second.tokens_usd) == ((), 0.0)


@pytest.mark.parametrize("portion", [1, 2, 3, 200])
async def test_the_last_trades_come_whole_in_whatever_portions_they_are_read(
    database: Database,
    journal: DatabaseJournal,
    monkeypatch: pytest.MonkeyPatch,
    portion: int,
) -> None:
    monkeypatch.setattr("storage.trade_record.PORTION", portion)
    trades = tuple(a_trade(number, closed_at=at(100.0 * (number % 4))) for number in range(1, 8))
    await journal.append(Record(trades=trades))
    record = TradeRecord(database)
    every = [fact.trade.trade_id for fact in await record.facts(100)]
    assert every == [4, 1, 5, 2, 6, 3, 7]
    assert [fact.trade.trade_id for fact in await record.facts(4)] == every[-4:]
    late = await record.facts(100, since=at(300.0))
    assert [fact.trade.trade_id for fact in late] == every[-2:]


async def test_days_end_with_their_last_point_and_the_first_point_stands_before_them(
    database: Database, journal: DatabaseJournal
) -> None:
    hours = (0, 3, 11.9, 12.1, 60, 61)  # AT is noon: two on the first day, one, a gap, two
    points = tuple(an_equity_point(3600 * hour) for hour in hours)
    await journal.append(Record(equity=points))
    found = await TradeRecord(database).day_ends()
    wanted = [AT + timedelta(hours=hour) for hour in (0, 11.9, 12.1, 61)]
    assert [point.at for point in found] == wanted


async def test_a_single_point_is_told_once(database: Database, journal: DatabaseJournal) -> None:
    await journal.append(Record(equity=(an_equity_point(0),)))
    assert [point.at for point in await TradeRecord(database).day_ends()] == [AT]
