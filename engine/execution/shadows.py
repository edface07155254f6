"""What became of the trades that people refused: followed on paper of their own, never in equity.

A shadow is guarded by the same rules and on the same market events as a position, and pays the
fees of its instrument and the spread of the moment. Only the person's stop at the venue, signals
and panics do not exist for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from engine.core.approvals import POLICY_GRACE, Approval, ApprovalState, Shadow
from engine.core.kinds import Liquidity, Side
from engine.core.market import PriceMoved
from engine.core.money import ZERO, to_decimal, to_quote
from engine.core.orders import Fill
from engine.core.ports import Clock, Record
from engine.core.positions import EntryFacts, Position
from engine.core.timeframes import Timeframe
from engine.execution import booking
from engine.execution.books import Books
from engine.execution.dial import Dial
from engine.execution.drafts import ExitWish
from engine.execution.guarding import advanced, plan_of
from engine.execution.scribe import Scribe
from engine.market.bars import BarStore
from engine.rules import fills, ledger, plans

FOLLOWED = frozenset({ApprovalState.VETOED, ApprovalState.EXPIRED})
UNKNOWN_SPREAD_BPS = 2.0  # where no quote is known
SLIPPAGE_BPS = 0.5  # as the paper venue's


class Shadows:
    """Opens, guards and closes them in memory; `keep` makes what moved durable."""

    def __init__(
        self, books: Books, scribe: Scribe, dial: Dial, clock: Clock, timeframe: Timeframe
    ) -> None:
        self._timeframe = timeframe
        self._books = books
        self._scribe = scribe
        self._dial = dial
        self._clock = clock
        self._ended: list[Shadow] = []  # not yet durable
        self._moved: set[int] = set()

    def opened(self, approval: Approval) -> Shadow | None:
        """The shadow of a refused trade, at the price of now; None where none is followed."""
        moved = self._books.last_price.get(approval.symbol)
        if approval.state not in FOLLOWED or moved is None or _is_late(approval):
            return None
        side, offer = approval.proposal.side, approval.offer
        mark = self._books.mark_price(approval.symbol) or moved.close_price
        now = self._clock.now()
        fill = self._fill(moved, side.entry_side, offer.qty_base, mark, now)
        if fill is None:
            return None
        position = _position(approval, fill, self._dial, now)
        if (float(fill.price) - position.stop_price) * side.sign <= 0.0:
            return None  # it would have been stopped before it began
        decided_by = approval.said[-1].name if approval.said else "nobody"
        shadow = Shadow(
            number=approval.number, fate=approval.state, decided_by=decided_by, position=position
        )
        self._books.shadows[shadow.number] = shadow
        return shadow

    def price_moved(self, event: PriceMoved, atr_price: Mapping[str, float]) -> None:
        """Guards the shadows on the symbol; an event that they have seen changes nothing."""
        if not self._books.shadows:
            return
        for shadow in tuple(self._books.shadows.values()):
            if shadow.symbol == event.symbol:
                self._advance(shadow, event, atr_price.get(event.symbol, float("nan")))

    async def keep(self, symbol: str) -> None:
        """Makes durable what moved since, when a bar of the symbol has closed."""
        if not (self._moved or self._ended):
            return
        books = self._books
        ended = tuple(each for each in self._ended if each.symbol == symbol)
        mine = tuple(
            books.shadows[number]
            for number in sorted(self._moved)
            if number in books.shadows and books.shadows[number].symbol == symbol
        )
        if not (ended or mine):
            return
        self._ended = [each for each in self._ended if each.symbol != symbol]
        self._moved -= {each.number for each in (*ended, *mine)}
        await self._scribe.keep(Record(shadows=(*mine, *ended)))

    def catch_up(self, bars: BarStore) -> None:
        """At a start: the bars that closed while nobody looked, as a bar's range each."""
        for symbol in {shadow.symbol for shadow in self._books.shadows.values()}:
            view = bars.view(symbol, self._timeframe)
            for at in range(len(view)):
                begins_at = datetime.fromtimestamp(int(view.open_at_s[at]), UTC)
                closed_at = begins_at + self._timeframe.delta
                event = PriceMoved(
                    at=closed_at,
                    symbol=symbol,
                    open_price=float(view.open[at]),
                    high_price=float(view.high[at]),
                    low_price=float(view.low[at]),
                    close_price=float(view.close[at]),
                )
                # a bar that began before the shadow was last looked at is only partly news
                for shadow in tuple(self._books.shadows.values()):
                    if shadow.symbol == symbol and begins_at >= shadow.position.advanced_at:
                        self._advance(shadow, event, shadow.position.facts.atr_price)

    def _advance(self, shadow: Shadow, event: PriceMoved, atr_price: float) -> None:
        position, instrument = shadow.position, self._books.instruments[shadow.symbol]
        plan = plan_of(position, self._dial.parameters)
        position, wishes = advanced(
            position, ZERO, event, plan, atr_price, self._timeframe.seconds, instrument.qty_step
        )
        if position is shadow.position:
            return
        reason = 0
        for wish in wishes:
            position, reason = self._left(position, wish, event), wish.exit_reason
        self._moved.add(shadow.number)
        after = replace(shadow, position=position)
        if position.is_open:
            self._books.shadows[shadow.number] = after
            return
        trade = booking.closed(position, at=event.at, exit_reason=reason)
        self._ended.append(replace(after, trade=trade))
        del self._books.shadows[shadow.number]

    def _left(self, position: Position, wish: ExitWish, event: PriceMoved) -> Position:
        fill = self._fill(
            event, position.side.exit_side, wish.qty_base, wish.decision_price, event.at
        )
        step = self._books.instruments[position.symbol].qty_step
        return position if fill is None else booking.filled(position, fill, step)

    def _fill(
        self, event: PriceMoved, side: Side, qty_base: Decimal, price: float, at: datetime
    ) -> Fill | None:
        instrument = self._books.instruments[event.symbol]
        spread_bps = UNKNOWN_SPREAD_BPS if event.quote is None else event.quote.spread_bps
        costs = fills.Costs(
            float(instrument.maker_fee_ratio),
            float(instrument.taker_fee_ratio),
            spread_bps,
            SLIPPAGE_BPS,
            0.0,
        )
        step = float(instrument.price_step)
        found = fills.market_fill(
            side.sign, float(qty_base), price, event.low_price, event.high_price, 0.0, costs, step
        )
        if not fills.is_filled(found):
            return None
        return Fill(
            fill_id="",
            client_order_id="",
            symbol=event.symbol,
            side=side,
            qty_base=qty_base,
            price=to_decimal(found.price),
            fee_quote=to_quote(found.fee_quote),
            liquidity=Liquidity.TAKER,
            filled_at=at,
        )


def _is_late(approval: Approval) -> bool:
    # decided long after its time: the desk was down, and this price is not the one refused
    decided_at = approval.decided_at or approval.expires_at
    return decided_at - approval.expires_at > POLICY_GRACE


def _position(approval: Approval, fill: Fill, dial: Dial, at: datetime) -> Position:
    proposal, offer = approval.proposal, approval.offer
    snapshot = proposal.snapshot
    guard = plans.opened(
        proposal.side.sign, float(fill.qty_base), float(fill.price), offer.stop_price
    )
    return Position(
        position_id=approval.number,
        symbol=approval.symbol,
        side=proposal.side,
        qty_base=fill.qty_base,
        initial_qty_base=fill.qty_base,
        entry_price=fill.price,
        exit_price=None,
        stop_price=guard.stop_price,
        initial_stop_price=guard.initial_stop_price,
        best_price=guard.best_price,
        worst_price=guard.worst_price,
        targets_done=guard.targets_done,
        stop_kind=guard.stop_kind,
        cash_quote=booking.cash_flow(fill),
        fee_quote=fill.fee_quote,
        opened_at=at,
        advanced_at=at,
        facts=EntryFacts(
            proposal_key=proposal.key,
            strategy=proposal.signals[0].strategy if proposal.signals else "",
            strategy_version=proposal.signals[0].version if proposal.signals else "",
            config_hash=dial.config_hash,
            confidence_ratio=approval.verdict.confidence_ratio,
            predicted=proposal.side,
            regime=snapshot.regime,
            atr_price=snapshot.features.get("atr_price", float("nan")),
            spread_bps=0.0,
            volume_24h_quote=snapshot.features.get("volume_24h_quote", float("nan")),
            decision_price=offer.price,
        ),
        plan_name=dial.parameters.plan_name_of(
            proposal.signals[0].strategy if proposal.signals else ""
        ),
        risk_quote=ledger.initial_risk_quote(guard),
    )
