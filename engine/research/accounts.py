"""From the loop's log of fills to positions and trades, by the desk's own booking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from engine.core.advice import Proposal, Verdict
from engine.core.clockwork import from_ms
from engine.core.events import (
    Event,
    PositionIncreased,
    PositionReduced,
    ProposalDecided,
    TradeClosed,
    TradeOpened,
)
from engine.core.kinds import Liquidity, OrderKind, OrderState, Purpose, Side
from engine.core.market import Instrument
from engine.core.money import to_decimal, to_quote
from engine.core.orders import Fill, Order, OrderRequest, Payment
from engine.core.positions import EntryFacts, EntryTerms, Position, Trade
from engine.execution import booking
from engine.market.arrays import Floats, Ints
from engine.research.world import (
    ADDITION,
    F_BEST,
    F_FEE,
    F_MOMENT,
    F_POSITION,
    F_PRICE,
    F_QTY,
    F_REASON,
    F_SIDE,
    F_STOP,
    F_SYMBOL,
    F_WORST,
    PAYMENT,
)
from engine.rules.plans import NONE

TARGETS = (Purpose.TARGET_1, Purpose.TARGET_2, Purpose.TARGET_3)


@dataclass(frozen=True, slots=True)
class Decision:
    """A proposal that the voters approved."""

    proposal: Proposal
    verdict: Verdict
    config_hash: str
    plan_name: str

    def terms(self, stop_price: float) -> EntryTerms:
        """What the desk writes down with such an entry on a recorded bar."""
        snapshot, leader = self.proposal.snapshot, self.proposal.signals[0]
        facts = EntryFacts(
            proposal_key=self.proposal.key,
            strategy=leader.strategy,
            strategy_version=leader.version,
            config_hash=self.config_hash,
            confidence_ratio=self.verdict.confidence_ratio,
            predicted=snapshot.side,
            regime=snapshot.regime,
            atr_price=snapshot.features["atr_price"],
            spread_bps=0.0,  # recorded bars have no quote
            volume_24h_quote=snapshot.features["volume_24h_quote"],
            decision_price=snapshot.entry_price,
        )
        return EntryTerms(
            side=snapshot.side, stop_price=stop_price, facts=facts, plan_name=self.plan_name
        )


class Booked(NamedTuple):
    """What the log amounts to, exact."""

    trades: tuple[Trade, ...]  # in the order of their closing
    open_positions: tuple[Position, ...]
    cash_quote: Decimal
    events: tuple[Event, ...]  # as the desk's journal has them


def booked(
    log: Floats,
    at_s: Ints,
    instruments: Sequence[Instrument],
    decisions: Mapping[tuple[int, int], Decision],
    start_cash_quote: Decimal,
) -> Booked:
    """The log as trades, positions still open, cash and events.

    log: (fills, FILL) float64 of engine/research/world.py, in the order in which they happened.
    """
    books = _Books(instruments, decisions, start_cash_quote)
    for number, row in enumerate(log.tolist()):
        at = from_ms(int(at_s[int(row[F_MOMENT])]) * 1000)
        if int(row[F_REASON]) == PAYMENT:
            books.paid(row, number, at)
        else:
            books.filled(row, _fill(row, number, books.symbol(row), at))
    return Booked(
        tuple(books.trades), tuple(books.positions.values()), books.cash_quote, tuple(books.events)
    )


class _Books:
    """The desk's books while the log is read."""

    def __init__(
        self,
        instruments: Sequence[Instrument],
        decisions: Mapping[tuple[int, int], Decision],
        cash_quote: Decimal,
    ) -> None:
        self._instruments = instruments
        self._decisions = decisions
        self.cash_quote = cash_quote
        self.trades: list[Trade] = []
        self.positions: dict[int, Position] = {}
        self.events: list[Event] = []
        self._reductions: dict[int, int] = {}

    def symbol(self, row: Sequence[float]) -> str:
        return self._instruments[int(row[F_SYMBOL])].symbol

    def paid(self, row: Sequence[float], number: int, at: datetime) -> None:
        payment = Payment(
            payment_id=f"backtest-{number}",
            symbol=self.symbol(row),
            flow_quote=to_quote(row[F_FEE]),
            paid_at=at,
        )
        self.cash_quote += payment.flow_quote
        position_id = int(row[F_POSITION])
        self.positions[position_id] = booking.paid(self.positions[position_id], payment)

    def filled(self, row: Sequence[float], fill: Fill) -> None:
        self.cash_quote += booking.cash_flow(fill)
        reason = int(row[F_REASON])
        if reason == NONE:
            self._opened(row, fill)
        elif reason == ADDITION:
            self._added(row, fill)
        else:
            self._reduced(row, fill)

    def _opened(self, row: Sequence[float], fill: Fill) -> None:
        s, position_id = int(row[F_SYMBOL]), int(row[F_POSITION])
        terms = self._decided(row, fill.filled_at).terms(row[F_STOP])
        order = _entry_order(fill, position_id, terms)
        position = booking.opened(order, fill, terms, self._instruments[s].qty_step)
        self.positions[position_id] = position
        self.events.append(TradeOpened(at=fill.filled_at, position=position))

    def _added(self, row: Sequence[float], fill: Fill) -> None:
        position_id, step = int(row[F_POSITION]), self._instruments[int(row[F_SYMBOL])].qty_step
        self._decided(row, fill.filled_at)
        before = self.positions[position_id]
        position = booking.filled(before, fill, step, before.adds_done + 1)
        self.positions[position_id] = position
        self.events.append(
            PositionIncreased(
                at=fill.filled_at,
                position=position,
                qty_base=fill.qty_base,
                price=fill.price,
                client_order_id=fill.client_order_id,
            )
        )

    def _reduced(self, row: Sequence[float], fill: Fill) -> None:
        position_id, step = int(row[F_POSITION]), self._instruments[int(row[F_SYMBOL])].qty_step
        seen = self.positions[position_id]
        before = replace(seen, best_price=row[F_BEST], worst_price=row[F_WORST])
        position = booking.filled(before, fill, step)
        reason = int(row[F_REASON])
        if position.is_open:
            self.positions[position_id] = position
            self.events.append(
                PositionReduced(
                    at=fill.filled_at,
                    position=position,
                    qty_base=fill.qty_base,
                    price=fill.price,
                    purpose=self._target(position_id),
                    exit_reason=reason,
                    client_order_id=fill.client_order_id,
                )
            )
            return
        del self.positions[position_id]
        trade = booking.closed(position, at=fill.filled_at, exit_reason=reason)
        self.trades.append(trade)
        self.events.append(TradeClosed(at=fill.filled_at, trade=trade))

    def _target(self, position_id: int) -> Purpose:
        # what leaves a position open was one of its targets
        self._reductions[position_id] = done = self._reductions.get(position_id, 0) + 1
        return TARGETS[min(done, len(TARGETS)) - 1]

    def _decided(self, row: Sequence[float], at: datetime) -> Decision:
        # the decision behind an entry, noted as the desk notes it
        decision = self._decisions[int(row[F_SYMBOL]), int(row[F_MOMENT])]
        self.events.append(
            ProposalDecided(
                at=at,
                proposal=decision.proposal,
                verdict=decision.verdict,
                position_id=int(row[F_POSITION]),
            )
        )
        return decision


def _fill(row: Sequence[float], number: int, symbol: str, at: datetime) -> Fill:
    return Fill(
        fill_id=f"backtest-{number}",
        client_order_id=f"backtest-{number}",
        symbol=symbol,
        side=Side.BUY if row[F_SIDE] > 0 else Side.SELL,
        qty_base=to_decimal(row[F_QTY]),
        price=to_decimal(row[F_PRICE]),
        fee_quote=to_quote(row[F_FEE]),
        liquidity=Liquidity.TAKER,
        filled_at=at,
    )


def _entry_order(fill: Fill, position_id: int, terms: EntryTerms) -> Order:
    request = OrderRequest(
        client_order_id=fill.client_order_id,
        symbol=fill.symbol,
        side=fill.side,
        kind=OrderKind.MARKET,
        qty_base=fill.qty_base,
        decision_price=terms.facts.decision_price,
    )
    return Order(
        request=request,
        position_id=position_id,
        purpose=Purpose.ENTRY,
        attempt=1,
        state=OrderState.FILLED,
        created_at=fill.filled_at,
        sent_at=fill.filled_at,
        done_at=fill.filled_at,
        latency_ms=0.0,  # a recorded market stands still while the venue answers
        terms=terms,
    )
