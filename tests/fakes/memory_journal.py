"""A Journal in memory with the database's habits: idempotent, all or nothing, able to refuse."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from engine.core.approvals import Approval, Shadow
from engine.core.errors import StorageError
from engine.core.events import Event, ProposalDecided
from engine.core.kinds import OrderKind, OrderState, Purpose
from engine.core.messages import ParameterVersion
from engine.core.orders import OPEN, Order, Payment
from engine.core.ports import Memory, Receipt, Record
from engine.core.positions import past_of

if TYPE_CHECKING:
    from engine.core.positions import Position, Trade
    from engine.core.state import CashMove, DeskState, EquityPoint


class MemoryJournal:
    """Passes the same cards as storage.journal.DatabaseJournal (tests/conformance)."""

    def __init__(self) -> None:
        self.state: DeskState | None = None
        self.orders: dict[str, Order] = {}
        self.positions: dict[int, Position] = {}
        self.trades: dict[int, Trade] = {}
        self.fills: dict[str, object] = {}
        self.payments: dict[str, Payment] = {}
        self.moves: dict[str, CashMove] = {}
        self.equity: dict[object, EquityPoint] = {}
        self.events: dict[str, Event] = {}
        self.decided: dict[str, tuple[object, int | None]] = {}
        self.receipts: dict[str, Receipt] = {}
        self.versions: list[ParameterVersion] = []
        self.approvals: dict[int, Approval] = {}
        self.shadows: dict[int, Shadow] = {}
        self.is_refusing = False

    async def append(self, record: Record) -> None:
        if self.is_refusing:
            raise StorageError("the fake database refuses", chat_text="The database refuses.")
        self.state = record.state or self.state
        self.orders |= {order.client_order_id: order for order in record.orders}
        self.positions |= {position.position_id: position for position in record.positions}
        for trade in record.trades:
            self.trades.setdefault(trade.trade_id, trade)
        for fill in record.fills:
            self.fills.setdefault(fill.fill_id, fill)
        self.payments = {each.payment_id: each for each in record.payments} | self.payments
        self.moves = {each.move_id: each for each in record.moves} | self.moves
        for point in record.equity:
            self.equity.setdefault(point.at, point)
        for event in record.events:
            self.events.setdefault(event.key(), event)
            if isinstance(event, ProposalDecided):
                at = event.proposal.snapshot.at
                self.decided[event.proposal.key] = (at, event.position_id)
        self.approvals |= {each.number: each for each in record.approvals if self._is_newer(each)}
        self.shadows |= {shadow.number: shadow for shadow in record.shadows}
        if record.parameters is not None:
            self.versions.append(record.parameters)
        if record.receipt is not None:
            self.receipts.setdefault(record.receipt.command_id, record.receipt)

    def _is_newer(self, approval: Approval) -> bool:
        known = self.approvals.get(approval.number)
        return known is None or known.revision < approval.revision

    async def swap(self, approval: Approval, events: Sequence[Event]) -> Approval:
        if self.is_refusing:
            raise StorageError("the fake database refuses", chat_text="The database refuses.")
        stands = self.approvals[approval.number]
        if stands.revision != approval.revision - 1:
            return stands
        await self.append(Record(approvals=(approval,), events=tuple(events)))
        return approval

    async def load(self) -> Memory:
        open_ = tuple(p for p in self.positions.values() if p.is_open)
        ids = {position.position_id for position in open_}
        orders = tuple(
            order
            for order in self.orders.values()
            if order.position_id in ids or order.state in OPEN or self._waited(order)
        )
        known = {order.client_order_id for order in orders}
        cursor_at = None if self.state is None else self.state.cursor_at
        return Memory(
            state=None if self.state is None else replace(self.state),
            positions=open_,
            orders=orders,
            fill_ids=frozenset(
                fill_id
                for fill_id, fill in self.fills.items()
                if getattr(fill, "client_order_id", "") in known
            ),
            heard={name: payment.paid_at for name, payment in self.payments.items()}
            | {
                cid: order.created_at
                for cid, order in self.orders.items()
                if order.purpose is Purpose.LIQUIDATION
            },
            decided={
                key: position_id
                for key, (at, position_id) in self.decided.items()
                if cursor_at is None or at > cursor_at  # type: ignore[operator]
            },
            past=tuple(past_of(trade) for trade in self.trades.values()),
            approvals=tuple(each for each in self.approvals.values() if not each.is_settled),
            last_approval=max(self.approvals, default=0),
            shadows=tuple(each for each in self.shadows.values() if each.trade is None),
            entries_at=tuple(
                sorted(
                    order.created_at
                    for order in self.orders.values()
                    if (order.purpose is Purpose.ENTRY and order.attempt == 1)
                    or (
                        order.purpose is Purpose.ADD and order.state is not OrderState.NEVER_ARRIVED
                    )
                )
            ),
        )

    def _waited(self, order: Order) -> bool:
        cursor_at = None if self.state is None else self.state.cursor_at
        if order.purpose is not Purpose.ENTRY or order.request.kind is not OrderKind.LIMIT:
            return False
        if cursor_at is None or order.done_at is None:
            return False
        return order.done_at > cursor_at - timedelta(hours=1)

    async def receipt(self, command_id: str) -> Receipt | None:
        return self.receipts.get(command_id)

    async def newest(self) -> ParameterVersion | None:
        return self.versions[-1] if self.versions else None

    async def by_hash(self, config_hash: str) -> ParameterVersion | None:
        found = [version for version in self.versions if version.config_hash == config_hash]
        return found[-1] if found else None

    async def history(self, limit: int) -> tuple[ParameterVersion, ...]:
        return tuple(reversed(self.versions[-limit:]))
