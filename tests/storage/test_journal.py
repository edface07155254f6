"""What the desk appends it remembers, once, with the messages that tell it."""

import math
from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from engine.core.events import Event, TradeClosed, TradeOpened
from engine.core.kinds import OrderKind, OrderState, Purpose, Regime
from engine.core.messages import OutboxMessage
from engine.core.orders import OPEN, Order
from engine.core.ports import Memory, Receipt, Record
from engine.core.positions import past_of
from engine.core.reasons import Reason
from engine.core.state import CashMove, MoveCause
from storage.database import Database
from storage.identity import read_identity
from storage.journal import DatabaseJournal
from storage.outbox import Outbox
from storage.reports import Reports
from storage.tables import TABLES
from storage.tables.cash_moves import CASH_MOVES
from storage.tables.decisions import DECISIONS
from tests.storage.conftest import FakeNow
from tests.storage.samples import (
    a_decision,
    a_fill,
    a_message,
    a_position,
    a_record,
    a_state,
    a_trade,
    an_equity_point,
    an_order,
    at,
    facts,
    named,
)


def tell(event: Event) -> Sequence[OutboxMessage]:
    """Two chats hear of each trade that opens, and of nothing else."""
    if not isinstance(event, TradeOpened):
        return ()
    return tuple(a_message(f"{event.key()}|{chat_id}", chat_id) for chat_id in (1, 2))


@pytest.fixture
def outbox(database: Database, now: FakeNow) -> Outbox:
    return Outbox(database, now)


@pytest.fixture
def journal(database: Database, outbox: Outbox, now: FakeNow) -> DatabaseJournal:
    return DatabaseJournal(database, outbox, tell, now)


def _counts(connection: Connection) -> dict[str, int]:
    counts = {}
    for table in TABLES:
        statement = select(func.count()).select_from(table)
        counts[table.name] = int(connection.execute(statement).scalar_one())
    return counts


def _dump(connection: Connection) -> list[list[Any]]:
    tables = [table for table in TABLES if table.name != "identity"]
    return [
        sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
        for table in tables
    ]


async def test_a_new_desk_remembers_nothing(journal: DatabaseJournal) -> None:
    assert await journal.load() == Memory()


async def test_what_was_appended_is_loaded_to_the_last_digit(journal: DatabaseJournal) -> None:
    record = a_record()
    await journal.append(record)
    assert await journal.load() == Memory(
        state=record.state,
        positions=record.positions,
        orders=record.orders,
        fill_ids=frozenset({record.fills[0].fill_id}),
        entries_at=(at(1),),
    )


async def test_the_same_record_twice_changes_nothing(
    database: Database, journal: DatabaseJournal
) -> None:
    record = replace(
        a_record(),
        trades=(a_trade(),),
        equity=(an_equity_point(1),),
        events=(*a_record().events, a_decision()),
        receipt=Receipt(command_id="c1", answer="done", done_at=at(5)),
    )
    await journal.append(record)
    before = await database.read(_dump)
    await journal.append(record)
    assert await database.read(_dump) == before
    counts = await database.read(_counts)
    assert counts["outbox"] == 2
    assert counts["events"] == 3
    assert counts["fills"] == counts["trades"] == counts["equity"] == counts["receipts"] == 1


async def test_only_the_new_one_of_two_events_is_told(
    database: Database, journal: DatabaseJournal, outbox: Outbox
) -> None:
    await journal.append(a_record(1))
    outbox.arrived.clear()
    second = a_record(2)
    await journal.append(replace(second, events=(*a_record(1).events, *second.events)))
    assert outbox.arrived.is_set()
    keys = await database.read(
        lambda db: list(db.execute(text("SELECT key FROM outbox ORDER BY id")).scalars())
    )
    assert keys == [f"TradeOpened|{number}|{chat}" for number in (1, 2) for chat in (1, 2)]


async def test_an_event_twice_in_one_record_is_one(
    database: Database, journal: DatabaseJournal
) -> None:
    record = a_record()
    await journal.append(replace(record, events=record.events * 2))
    counts = await database.read(_counts)
    assert (counts["events"], counts["outbox"]) == (2, 2)


async def test_nothing_of_a_record_is_stored_when_a_part_of_it_fails(
    database: Database, journal: DatabaseJournal
) -> None:
    bad = replace(a_position(), entry_price=Decimal("NaN"))
    with pytest.raises(Exception, match="money must be finite"):
        await journal.append(replace(a_record(), positions=(bad,)))
    assert await journal.load() == Memory()
    assert set((await database.read(_counts)).values()) <= {0, 1}  # 1: the identity
    assert (await database.read(_counts))["orders"] == 0


async def test_orders_and_positions_replace_their_row(journal: DatabaseJournal) -> None:
    sent = an_order(state=OrderState.SENT, avg_price=None, done_at=None, latency_ms=None)
    await journal.append(Record(orders=(sent,)))
    filled = replace(sent, state=OrderState.FILLED, avg_price=Decimal("1.10"))
    await journal.append(Record(orders=(filled,), positions=(a_position(),)))
    closed = a_position(qty_base=Decimal("0.00"))
    assert (await journal.load()).orders == (filled,)
    await journal.append(Record(positions=(closed,), state=a_state()))
    memory = await journal.load()
    assert (memory.positions, memory.orders) == ((), ())


@pytest.mark.parametrize("state", list(OrderState))
async def test_orders_that_may_still_live_are_remembered_without_a_position(
    file_database: Database, state: OrderState
) -> None:
    journal = DatabaseJournal(file_database, Outbox(file_database))
    await journal.append(Record(orders=(an_order(state=state),)))
    assert bool((await journal.load()).orders) == (state in OPEN)


async def test_limit_entries_of_the_last_hour_are_remembered_however_they_ended(
    journal: DatabaseJournal,
) -> None:
    cursor_at = at(7200)
    lapsed = an_order(1, state=OrderState.CANCELLED, done_at=at(7100))
    filled = an_order(2, state=OrderState.FILLED, done_at=at(7300))
    old = an_order(3, state=OrderState.CANCELLED, done_at=at(3600))
    market = replace(lapsed.request, client_order_id="abcde00000004e1", kind=OrderKind.MARKET)
    other = an_order(4, state=OrderState.CANCELLED, done_at=at(7100), request=market)
    fill = a_fill(lapsed, 1)
    await journal.append(Record(orders=(lapsed, filled, old, other), fills=(fill,)))
    assert (await journal.load()).orders == (), "a desk in its first moment has none"
    await journal.append(Record(state=a_state(cursor_at=cursor_at)))
    memory = await journal.load()
    assert memory.orders == (lapsed, filled)
    assert memory.fill_ids == {fill.fill_id}


async def test_every_order_of_an_open_position_is_remembered(journal: DatabaseJournal) -> None:
    entry = an_order(1)
    refused_exit = replace(
        named(entry, "abcde00000001s1"), purpose=Purpose.STOP, state=OrderState.REFUSED, terms=None
    )
    elsewhere = an_order(2)
    await journal.append(
        Record(
            orders=(entry, refused_exit, elsewhere),
            fills=(a_fill(entry, 1), a_fill(entry, 2), a_fill(elsewhere, 3)),
            positions=(a_position(1), a_position(2, qty_base=Decimal(0))),
        )
    )
    memory = await journal.load()
    assert memory.orders == (entry, refused_exit)
    assert memory.fill_ids == {a_fill(entry, 1).fill_id, a_fill(entry, 2).fill_id}


async def test_decisions_after_the_cursor_are_remembered(journal: DatabaseJournal) -> None:
    denied = a_decision("c", 30, position_id=None, verdict=None, reason=Reason.HEAT, text="hot")
    events = (a_decision("a", 10), a_decision("b", 20), denied)
    await journal.append(Record(events=events, state=a_state(cursor_at=None)))
    assert (await journal.load()).decided == {"a": 1, "b": 1, "c": None}
    await journal.append(Record(state=a_state(cursor_at=at(10))))
    assert (await journal.load()).decided == {"b": 1, "c": None}


async def test_a_decision_keeps_who_voted_how(database: Database, journal: DatabaseJournal) -> None:
    await journal.append(Record(events=(a_decision(),)))
    row = await database.read(lambda db: db.execute(select(DECISIONS)).one())
    assert row.votes[0]["voter"] == "trend"
    assert (row.position_id, row.approved, row.confidence_ratio) == (1, True, 0.7)


async def test_entries_of_the_hour_before_the_cursor_are_remembered(
    journal: DatabaseJournal,
) -> None:
    orders = tuple(an_order(number, created_at=at(number * 600)) for number in range(1, 13))
    await journal.append(Record(orders=orders, state=a_state(cursor_at=at(7200))))
    assert (await journal.load()).entries_at == tuple(at(number * 600) for number in range(7, 13))


async def test_every_closed_trade_is_remembered_as_evidence(journal: DatabaseJournal) -> None:
    trades = (a_trade(1), a_trade(2, regime=Regime.RANGE, result_r=-1.25), a_trade(3))
    await journal.append(Record(trades=trades))
    past = (await journal.load()).past
    assert sorted(past) == sorted(past_of(trade) for trade in trades)


async def test_a_position_number_is_never_given_again(
    database: Database, journal: DatabaseJournal
) -> None:
    for number in (3, 9, 4):
        await journal.append(Record(orders=(an_order(number),)))
    identity = await database.read(read_identity)
    assert identity is not None
    assert identity.highest_position_id == 9


async def test_a_receipt_is_found_by_its_command(journal: DatabaseJournal) -> None:
    receipt = Receipt(command_id="c1", answer="paused", done_at=at(5))
    await journal.append(Record(receipt=receipt))
    await journal.append(Record(receipt=replace(receipt, answer="something else")))
    assert await journal.receipt("c1") == receipt
    assert await journal.receipt("c2") is None


async def test_numbers_that_are_not_there_come_back_as_nan(
    database: Database, journal: DatabaseJournal
) -> None:
    unknown = replace(facts(), atr_price=math.nan)
    await journal.append(
        Record(
            positions=(a_position(facts=unknown),),
            trades=(a_trade(atr_price=math.nan, order_latency_ms=None),),
            events=(TradeClosed(at=at(1), trade=a_trade(atr_price=math.nan)),),
        )
    )
    (position,) = (await journal.load()).positions
    assert math.isnan(position.facts.atr_price)
    (trade,) = await Reports(database).trades()
    assert math.isnan(trade.atr_price)
    assert trade.order_latency_ms is None
    (event,) = await Reports(database).last_events(1)
    assert isinstance(event, TradeClosed)
    assert math.isnan(event.trade.atr_price)
    assert replace(event.trade, atr_price=1.25) == a_trade()


def test_the_sample_order_has_something_in_every_field() -> None:
    order = an_order()
    assert [each.name for each in fields(Order) if getattr(order, each.name) is None] == []


async def test_a_movement_of_cash_is_stored_once(
    database: Database, journal: DatabaseJournal
) -> None:
    move = CashMove(
        move_id="owner#1", flow_quote=Decimal("-12.34"), moved_at=at(4), cause=MoveCause.OWNER
    )
    await journal.append(Record(moves=(move,)))
    await journal.append(Record(moves=(move,)))
    rows = await database.read(lambda db: db.execute(select(CASH_MOVES)).all())
    assert [(row.move_id, row.flow_quote, row.moved_at, row.cause) for row in rows] == [
        ("owner#1", Decimal("-12.34"), at(4), "owner")
    ]
