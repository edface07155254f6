"""Where a trade waits that needs a person's word: the loop goes on without it.

Nothing is reserved for it: when it is granted, it passes the risk gate again as a new entry at
the price of that moment.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from engine.core.advice import Proposal, Verdict
from engine.core.approvals import Approval, ApprovalState, Offer, settled
from engine.core.errors import StorageError
from engine.core.events import ApprovalAsked, ApprovalSettled
from engine.core.market import Instrument
from engine.core.money import floor_to_step, to_decimal, to_quote
from engine.core.parameters import Parameters
from engine.core.ports import Clock, Record
from engine.core.reasons import Reason
from engine.execution.books import Books
from engine.execution.company import held_of
from engine.execution.dial import Dial
from engine.execution.guarding import recipe_of
from engine.execution.scribe import Scribe
from engine.execution.valuation import equity_quote, value_quote
from engine.risk.contract import Denial
from engine.risk.gate import Sized, min_notional_quote
from engine.rules import plans
from engine.rules.approvals import ApprovalLimits, Need, TradeNumbers, needed, share_of
from engine.rules.recipes import planned
from engine.rules.targets import rung, target_price

TARGETS = 3
HALF = Decimal("0.5")


class Clocks(Protocol):
    """The market's clock for prices, the wall's for people."""

    @property
    def clock(self) -> Clock: ...
    @property
    def wall(self) -> Clock: ...


class Parking:
    """Says which trades need a word, and keeps them until it is said."""

    def __init__(self, books: Books, scribe: Scribe, dial: Dial, clocks: Clocks) -> None:
        self._books = books
        self._scribe = scribe
        self._dial = dial
        self._clocks = clocks

    def need(self, proposal: Proposal, verdict: Verdict, sized: Sized) -> Need:
        """How many people must agree to the sized entry, and why."""
        return needed(
            trade_numbers(self._books, proposal, verdict, sized), limits_of(self._dial.parameters)
        )

    async def park(
        self, proposal: Proposal, verdict: Verdict, sized: Sized, need: Need
    ) -> Denial | None:
        """Asks for the word and returns; a denial where the question cannot be stored."""
        books, now = self._books, self._clocks.wall.now()
        books.last_approval += 1
        approval = Approval(
            number=books.last_approval,
            proposal=proposal,
            verdict=verdict,
            causes=need.causes,
            people=need.people,
            adds_to=sized.adds_to,
            offer=offer_of(proposal, sized, books, self._dial.parameters, now),
            asked_at=now,
            market_at=proposal.snapshot.at,
            expires_at=now + timedelta(seconds=self._dial.parameters.approval_life_s),
        )
        books.approvals[approval.number] = approval  # the symbol proposes nothing meanwhile
        asked = ApprovalAsked(at=self._clocks.clock.now(), approval=approval)
        try:
            await self._scribe.write(Record(approvals=(approval,), events=(asked,)))
        except StorageError as error:
            del books.approvals[approval.number]
            return Denial(Reason.STORAGE, error.chat_text)
        books.decided[proposal.key] = None
        books.last_decision = f"{proposal.symbol} {proposal.side}: waits for a person"
        return None


def waits(books: Books, symbol: str) -> bool:
    """Whether a trade on the symbol is parked."""
    return any(approval.symbol == symbol for approval in books.approvals.values())


def with_end_of(approval: Approval, record: Record, position_id: int, *, at: datetime) -> Record:
    """`record` and the end of the approval by it, as one transaction."""
    ended = settled(approval, position_id)
    told = ApprovalSettled(at=at, approval=ended)
    return replace(record, events=(*record.events, told), approvals=(ended,))


def limits_of(parameters: Parameters) -> ApprovalLimits:
    """The limits beyond which people are asked."""
    return ApprovalLimits(
        over_quote=parameters.approve_over_quote,
        over_ratio=parameters.approve_over_ratio,
        risk_ratio=parameters.approve_risk_ratio,
        leverage=parameters.approve_leverage,
        dissent_ratio=parameters.approve_dissent_ratio,
        first_trade=parameters.approve_first_trade,
        two_over_quote=parameters.approve_two_over_quote,
        two_over_ratio=parameters.approve_two_over_ratio,
    )


def trade_numbers(books: Books, proposal: Proposal, verdict: Verdict, sized: Sized) -> TradeNumbers:
    """The entry as the rule sees it; an addition counts with what it is added to."""
    equity = equity_quote(books)
    held = books.positions.get(sized.adds_to) if sized.adds_to is not None else None
    notional = float(sized.notional_quote)
    leverage = 0.0
    if books.instruments[proposal.symbol].is_margined:
        perpetuals = (each for each in held_of(books) if each.instrument.is_margined)
        leverage = share_of(notional + sum(each.notional_quote for each in perpetuals), equity)
    return TradeNumbers(
        notional_quote=notional + (abs(value_quote(books, held)) if held is not None else 0.0),
        risk_quote=float(sized.risk_quote),
        equity_quote=equity,
        leverage=leverage,
        dissent_ratio=verdict.dissent_ratio,
        is_first=held is None and proposal.symbol not in books.evidence.by_symbol,
    )


def proposed_now(proposal: Proposal, books: Books, market_at: datetime) -> Proposal:
    """The proposal at the price of now, under its old key; a word is about the present."""
    mark = books.mark_price(proposal.symbol)
    price = proposal.snapshot.entry_price if mark is None else mark
    return replace(proposal, snapshot=replace(proposal.snapshot, entry_price=price, at=market_at))


def offer_of(
    proposal: Proposal, sized: Sized, books: Books, parameters: Parameters, now: datetime
) -> Offer:
    """What a card is to show of the sized entry."""
    snapshot = proposal.snapshot
    return Offer(
        version=1,
        price=snapshot.entry_price,
        stop_price=sized.stop_price,
        target_prices=_targets(proposal, sized, parameters),
        qty_base=sized.qty_base,
        notional_quote=sized.notional_quote,
        risk_quote=sized.risk_quote,
        share_ratio=share_of(float(sized.notional_quote), equity_quote(books)),
        quoted_at=now,
        market_at=snapshot.at,
        steps=sized.steps,
    )


def no_more_than(
    sized: Sized, approval: Approval, instrument: Instrument, parameters: Parameters
) -> Sized | Denial:
    """The entry cut to what was shown, and to half of it where half was granted."""
    shown_base = approval.offer.qty_base
    if approval.state is ApprovalState.HALVED:
        shown_base = half_of(shown_base, instrument.qty_step)
    if sized.qty_base <= shown_base:
        return sized
    share = shown_base / sized.qty_base
    cut = replace(
        sized,
        qty_base=shown_base,
        notional_quote=to_quote(float(sized.notional_quote * share)),
        risk_quote=to_quote(float(sized.risk_quote * share)),
    )
    if is_too_small(shown_base, approval.offer.price, instrument, parameters):
        return Denial(Reason.TOO_SMALL, f"half of it is under the minimum of {instrument.symbol}")
    return cut


def half_of(qty_base: Decimal, qty_step: Decimal) -> Decimal:
    """Half of a quantity, on the step."""
    return floor_to_step(qty_base * HALF, qty_step)


def is_too_small(
    qty_base: Decimal, price: float, instrument: Instrument, parameters: Parameters
) -> bool:
    """Whether the venue, or our own limit, takes no order of this size."""
    least_quote = to_decimal(min_notional_quote(instrument, parameters))
    return (
        qty_base <= 0
        or qty_base < instrument.min_qty_base
        or qty_base * to_decimal(price) < least_quote
    )


def _targets(proposal: Proposal, sized: Sized, parameters: Parameters) -> tuple[float, ...]:
    snapshot = proposal.snapshot
    plan = planned(
        recipe_of(sized.plan_name, parameters),
        snapshot.entry_price,
        sized.stop_price,
        snapshot.features.get("atr_price", float("nan")),
    )
    guard = plans.opened(
        proposal.side.sign, float(sized.qty_base), snapshot.entry_price, sized.stop_price
    )
    found = (target_price(guard, rung(plan, index).target_r) for index in range(TARGETS))
    return tuple(price for price in found if price > 0.0)
