"""From the loop's log of fills to positions and trades, by the desk's own booking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from engine.core.advice import Proposal
from engine.core.clockwork import from_ms
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


@dataclass(frozen=True, slots=True)
class Decision:
    """A proposal that the voters approved."""

    proposal: Proposal
    confidence_ratio: float
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
            confidence_ratio=self.confidence_ratio,
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


def booked(
    log: Floats,
    at_s: Ints,
    instruments: Sequence[Instrument],
    decisions: Mapping[tuple[int, int], Decision],
    start_cash_quote: Decimal,
) -> tuple[tuple[Trade, ...], tuple[Position, ...], Decimal]:
    """Trades in the order of closing, positions still open, and the cash, all exact.

    log: (fills, FILL) float64 of engine/research/world.py, in the order in which they happened.
    """
    trades: list[Trade] = []
    positions: dict[int, Position] = {}
    cash_quote = start_cash_quote
    for number, row in enumerate(log.tolist()):
        s, k, position_id = int(row[F_SYMBOL]), int(row[F_MOMENT]), int(row[F_POSITION])
        at = from_ms(int(at_s[k]) * 1000)
        if int(row[F_REASON]) == PAYMENT:
            payment = Payment(
                payment_id=f"backtest-{number}",
                symbol=instruments[s].symbol,
                flow_quote=to_quote(row[F_FEE]),
                paid_at=at,
            )
            cash_quote += payment.flow_quote
            positions[position_id] = booking.paid(positions[position_id], payment)
            continue
        fill = _fill(row, number, instruments[s].symbol, at)
        cash_quote += booking.cash_flow(fill)
        if int(row[F_REASON]) == NONE:
            terms = decisions[s, k].terms(row[F_STOP])
            order = _entry_order(fill, position_id, terms)
            positions[position_id] = booking.opened(order, fill, terms, instruments[s].qty_step)
            continue
        if int(row[F_REASON]) == ADDITION:
            position = positions[position_id]
            step, adds = instruments[s].qty_step, position.adds_done + 1
            positions[position_id] = booking.filled(position, fill, step, adds)
            continue
        before = replace(positions[position_id], best_price=row[F_BEST], worst_price=row[F_WORST])
        position = booking.filled(before, fill, instruments[s].qty_step)
        positions[position_id] = position
        if not position.is_open:
            del positions[position_id]
            trades.append(booking.closed(position, at=at, exit_reason=int(row[F_REASON])))
    return tuple(trades), tuple(positions.values()), cash_quote


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
