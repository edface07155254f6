"""The desk's durable memory: what one Record says becomes durable in one transaction.

Appending the same Record twice changes nothing. Messages for the chats are queued in the same
transaction as the events that they tell, and only for events that are new.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, update

from engine.core.approvals import Approval
from engine.core.events import Event, ProposalDecided
from engine.core.kinds import OrderKind, OrderState, Purpose, Regime
from engine.core.messages import OutboxMessage
from engine.core.orders import OPEN
from engine.core.ports import Memory, Receipt, Record
from engine.core.positions import PastTrade
from storage.approval_rows import (
    last_approval,
    open_approvals,
    open_shadows,
    put_approvals,
    put_shadows,
    swap_approval,
)
from storage.database import Database
from storage.mapping.desk import (
    equity_row,
    move_row,
    receipt_of,
    receipt_row,
    state_of,
    state_row,
)
from storage.mapping.events import decision_row, event_row
from storage.mapping.orders import fill_row, order_of, order_row, payment_row
from storage.mapping.positions import position_of, position_row, trade_row
from storage.moments import Now, utc_now
from storage.outbox import Outbox
from storage.outbox_rows import put_messages
from storage.parameters import append_version
from storage.statements import insert_new, insert_new_returning, replace_rows
from storage.tables.cash_moves import CASH_MOVES
from storage.tables.decisions import DECISIONS
from storage.tables.desk_state import DESK_STATE
from storage.tables.equity import EQUITY
from storage.tables.events import EVENTS
from storage.tables.fills import FILLS
from storage.tables.identity import IDENTITY
from storage.tables.orders import ORDERS
from storage.tables.payments import PAYMENTS
from storage.tables.positions import POSITIONS
from storage.tables.receipts import RECEIPTS
from storage.tables.trades import TRADES

Announce = Callable[[Event], Sequence[OutboxMessage]]
ENTRIES_WINDOW = timedelta(hours=1)
HEARD_WINDOW = timedelta(days=2)


def silent(_event: Event) -> Sequence[OutboxMessage]:
    """No message for any event: a desk without chats."""
    return ()


class DatabaseJournal:
    """The Journal port on a database.

    `announce` gives the messages that tell an event, each with a key that is a function of the
    event and the chat. It runs before the transaction; what it raises, `append` raises.
    """

    def __init__(
        self, database: Database, outbox: Outbox, announce: Announce = silent, now: Now = utc_now
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._announce = announce
        self._now = now

    async def append(self, record: Record) -> None:
        """Returns after the commit; raises StorageError, and then nothing of it is stored."""
        messages = {event.key(): tuple(self._announce(event)) for event in record.events}
        at = self._now()
        await self._database.write(lambda db: _append(db, record, messages, at))
        if any(messages.values()):
            self._outbox.arrived.set()

    async def swap(self, approval: Approval, events: Sequence[Event]) -> Approval:
        """The approval that stands afterwards; `events` are stored only where it is this one."""
        messages = {event.key(): tuple(self._announce(event)) for event in events}
        at = self._now()

        def work(connection: Connection) -> Approval:
            stands = swap_approval(connection, approval)
            if stands is approval:
                _append_events(connection, events, messages, at)
            return stands

        stands = await self._database.write(work)
        if any(messages.values()):
            self._outbox.arrived.set()
        return stands

    async def load(self) -> Memory:
        """What the desk knew when it stopped; raises StorageError."""
        return await self._database.read(_load)

    async def receipt(self, command_id: str) -> Receipt | None:
        """The answer of a command that is done, or None."""
        statement = select(RECEIPTS).where(RECEIPTS.c.command_id == command_id)
        row = await self._database.read(lambda db: db.execute(statement).one_or_none())
        return None if row is None else receipt_of(row)


Messages = dict[str, tuple[OutboxMessage, ...]]


def _append(connection: Connection, record: Record, messages: Messages, at: datetime) -> None:
    replace_rows(connection, ORDERS, [order_row(order) for order in record.orders])
    insert_new(connection, FILLS, [fill_row(fill) for fill in record.fills])
    insert_new(connection, PAYMENTS, [payment_row(payment) for payment in record.payments])
    insert_new(connection, CASH_MOVES, [move_row(move) for move in record.moves])
    replace_rows(connection, POSITIONS, [position_row(each) for each in record.positions])
    insert_new(connection, TRADES, [trade_row(trade) for trade in record.trades])
    insert_new(connection, EQUITY, [equity_row(point) for point in record.equity])
    if record.state is not None:
        replace_rows(connection, DESK_STATE, [state_row(record.state)])
    if record.parameters is not None:
        append_version(connection, record.parameters)
    if record.receipt is not None:
        insert_new(connection, RECEIPTS, [receipt_row(record.receipt)])
    put_approvals(connection, record.approvals)
    put_shadows(connection, record.shadows)
    _append_events(connection, record.events, messages, at)
    _raise_highest(connection, record)


def _append_events(
    connection: Connection, events: Sequence[Event], messages: Messages, at: datetime
) -> None:
    rows = {event.key(): event_row(event) for event in events}
    new = set(insert_new_returning(connection, EVENTS, list(rows.values()), "key"))
    told = [message for key in rows if key in new for message in messages[key]]
    put_messages(connection, told, at)
    decided = [event for event in events if isinstance(event, ProposalDecided)]
    replace_rows(connection, DECISIONS, [decision_row(event) for event in decided])


def _raise_highest(connection: Connection, record: Record) -> None:
    # only an entry's first order brings a new number: other records do without this statement
    numbers = [
        order.position_id
        for order in record.orders
        if order.purpose is Purpose.ENTRY and order.attempt == 1
    ]
    if numbers:
        highest = max(numbers)
        connection.execute(
            update(IDENTITY)
            .where(IDENTITY.c.highest_position_id < highest)
            .values(highest_position_id=highest)
        )


def _load(connection: Connection) -> Memory:
    state_found = connection.execute(select(DESK_STATE)).one_or_none()
    state = None if state_found is None else state_of(state_found)
    cursor_at = None if state is None else state.cursor_at
    opened = select(POSITIONS).where(POSITIONS.c.is_open).order_by(POSITIONS.c.position_id)
    positions = tuple(position_of(row) for row in connection.execute(opened))
    live = select(POSITIONS.c.position_id).where(POSITIONS.c.is_open)
    wanted = or_(
        ORDERS.c.state.in_([each.value for each in OPEN]),
        ORDERS.c.position_id.in_(live),
        _waited(cursor_at),
    )
    in_order = (ORDERS.c.created_at, ORDERS.c.client_order_id)
    orders = connection.execute(select(ORDERS).where(wanted).order_by(*in_order))
    wanted_ids = select(ORDERS.c.client_order_id).where(wanted)
    fill_ids = select(FILLS.c.fill_id).where(FILLS.c.client_order_id.in_(wanted_ids))
    return Memory(
        state=state,
        positions=positions,
        orders=tuple(order_of(row) for row in orders),
        fill_ids=frozenset(connection.execute(fill_ids).scalars()),
        heard=_heard(connection, cursor_at),
        decided=_decided(connection, cursor_at),
        entries_at=_entries_at(connection, cursor_at),
        past=_past(connection),
        approvals=open_approvals(connection),
        last_approval=last_approval(connection),
        shadows=open_shadows(connection),
    )


def _waited(cursor_at: datetime | None) -> ColumnElement[bool]:
    """Limit entries that ended of late: they may be priced anew, or fill after all."""
    if cursor_at is None:
        return false()  # a desk in its first moment
    return and_(
        ORDERS.c.purpose == Purpose.ENTRY.value,
        ORDERS.c.kind == OrderKind.LIMIT.value,
        ORDERS.c.done_at > cursor_at - ENTRIES_WINDOW,
    )


def _heard(connection: Connection, cursor_at: datetime | None) -> dict[str, datetime]:
    paid = select(PAYMENTS.c.payment_id, PAYMENTS.c.paid_at)
    forced = select(ORDERS.c.client_order_id, ORDERS.c.created_at).where(
        ORDERS.c.purpose == Purpose.LIQUIDATION.value
    )
    if cursor_at is not None:
        since = cursor_at - HEARD_WINDOW
        paid = paid.where(PAYMENTS.c.paid_at >= since)
        forced = forced.where(ORDERS.c.created_at >= since)
    return {name: at for told in (paid, forced) for name, at in connection.execute(told)}


def _decided(connection: Connection, cursor_at: datetime | None) -> dict[str, int | None]:
    statement = select(DECISIONS.c.proposal_key, DECISIONS.c.position_id)
    if cursor_at is not None:
        statement = statement.where(DECISIONS.c.at > cursor_at)
    return {row.proposal_key: row.position_id for row in connection.execute(statement)}


def _entries_at(connection: Connection, cursor_at: datetime | None) -> tuple[datetime, ...]:
    entry = and_(ORDERS.c.purpose == Purpose.ENTRY.value, ORDERS.c.attempt == 1)
    added = and_(
        ORDERS.c.purpose == Purpose.ADD.value, ORDERS.c.state != OrderState.NEVER_ARRIVED.value
    )
    statement = select(ORDERS.c.created_at).where(or_(entry, added))
    if cursor_at is not None:
        statement = statement.where(ORDERS.c.created_at > cursor_at - ENTRIES_WINDOW)
    return tuple(connection.execute(statement.order_by(ORDERS.c.created_at)).scalars())


def _past(connection: Connection) -> tuple[PastTrade, ...]:
    told = select(TRADES.c.symbol, TRADES.c.regime, TRADES.c.opened_at, TRADES.c.result_r)
    return tuple(
        PastTrade(row.symbol, Regime(row.regime), row.opened_at, row.result_r)
        for row in connection.execute(told)
    )
