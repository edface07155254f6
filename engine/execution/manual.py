"""A trade by a person's word, as a proposal: priced now, with the stop that the rules would set."""

import math
from dataclasses import dataclass
from datetime import datetime

from engine.core.advice import Proposal, Signal, Snapshot, Verdict
from engine.core.commands import OpenPosition
from engine.core.errors import UserError
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.people import Actor
from engine.core.ports import Clock
from engine.core.positions import EntryTerms
from engine.core.timeframes import Timeframe
from engine.execution.books import Books
from engine.execution.dial import Dial
from engine.execution.entries import Entries
from engine.execution.once import Act, Once, done
from engine.market.bars import BarStore
from engine.risk.contract import Denial
from engine.risk.gate import Sized
from engine.strategies.view import View, view_of

STRATEGY, VERSION = "manual", "1"
DRIFT_BPS = 50.0  # the price may have moved so far since it was shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A trade as it would be sent now."""

    proposal: Proposal
    sized: Sized


class Hand:
    """Opens positions by a person's word, through the same gate as every other entry."""

    def __init__(
        self,
        books: Books,
        bars: BarStore,
        entries: Entries,
        once: Once,
        clock: Clock,
        dial: Dial,
        timeframe: Timeframe,
    ) -> None:
        self._books = books
        self._bars = bars
        self._entries = entries
        self._once = once
        self._clock = clock
        self._dial = dial
        self._timeframe = timeframe

    def offer(self, command: OpenPosition) -> Offer:
        """What the command would send now; nothing is sent. Raises UserError with the denial."""
        position = self._books.position_on(command.symbol)
        if position is not None and position.side is not command.side:
            raise UserError(
                f"{command.symbol} is held {position.side.value}; nothing was done.",
                hint=f"To leave it: /close {command.symbol}",
            )
        if position is not None or self._books.has_open_order(command.symbol):
            raise UserError(
                f"{command.symbol} has a position or an entry already; nothing was done.",
                hint="/positions and /orders show them.",
            )
        proposal = self._proposal(command)
        most_base = _most_base(command, proposal.snapshot.entry_price)
        answer = self._entries.judged(proposal, verdict_by_hand(command.actor), most_base)
        if isinstance(answer, Denial):
            raise UserError(f"The rules say no: {answer.text}.", hint="/risk shows every limit.")
        return Offer(proposal=proposal, sized=answer)

    async def open(self, command: OpenPosition) -> Act:
        """Sends the entry, once. Raises UserError when it is denied or the price has run away,
        StorageError when that cannot be known.
        """
        return await self._once.do(command, lambda: self._opened(command), is_exit=False)

    async def _opened(self, command: OpenPosition) -> Act:
        offer = self.offer(command)
        sized, price = offer.sized, offer.proposal.snapshot.entry_price
        seen_price = command.seen_price
        if seen_price is not None and abs(price / seen_price - 1.0) * 1e4 > DRIFT_BPS:
            moved = f"{command.symbol} has moved from {seen_price:.8g} to {price:.8g}"
            raise UserError(f"{moved}; nothing was done.", hint="Ask again for a fresh price.")
        text = f"Entering {command.symbol} {command.side.value}, {sized.notional_quote:.2f}."
        also = done(command, command.symbol, text, at=self._clock.now())
        verdict = verdict_by_hand(command.actor)
        denial = await self._entries.enter(offer.proposal, verdict, sized, also=also)
        if denial is not None:
            raise UserError(f"Nothing was sent: {denial.text}.", hint="Try again in a moment.")
        sent = [o for o in self._books.orders.values() if _is_of(o.terms, offer.proposal.key)]
        return Act(text=text, changed=True, orders=tuple(sent))

    def _proposal(self, command: OpenPosition) -> Proposal:
        price = self._books.mark_price(command.symbol)
        view = view_of(self._bars, command.symbol, self._timeframe)
        proposal = None
        if price is not None and view is not None:
            proposal = proposal_by_hand(
                view,
                command.side,
                price,
                self._dial.parameters,
                key=f"hand|{command.command_id}",
                at=self._clock.now(),
                actor=command.actor,
            )
        if proposal is None:
            raise UserError(
                f"Too little is known of {command.symbol} yet for a stop.", hint="Try again later."
            )
        return proposal


def _most_base(command: OpenPosition, price: float) -> float:
    return math.inf if command.most_quote is None else float(command.most_quote) / price


def _is_of(terms: EntryTerms | None, key: str) -> bool:
    return terms is not None and terms.facts.proposal_key == key


def proposal_by_hand(
    view: View,
    side: PositionSide,
    price: float,
    parameters: Parameters,
    *,
    key: str,
    at: datetime,
    actor: Actor,
) -> Proposal | None:
    """The proposal of that side at `price`; None while too few bars are known for a stop.

    The stop stands `stop_atr` average true ranges away, as a strategy's does; the exit plan may
    put it elsewhere. `key` names the asking: the same asking is the same trade.
    """
    distance_price = parameters.stop_atr * view.feature("atr_price", parameters)
    stop_price = price - side.sign * distance_price
    if not (distance_price > 0.0 and stop_price > 0.0):
        return None
    snapshot = Snapshot(
        symbol=view.symbol,
        timeframe=view.timeframe,
        at=at,
        side=side,
        entry_price=price,
        stop_price=stop_price,
        regime=view.regime(parameters),
        features=view.features(parameters),
    )
    why = f"asked for by {actor.name}"
    signal = Signal(side=side, strategy=STRATEGY, version=VERSION, why=why, stop_price=stop_price)
    return Proposal(key=key, snapshot=snapshot, signals=(signal,))


def verdict_by_hand(actor: Actor) -> Verdict:
    """The verdict of nobody but the person: no voter is asked."""
    return Verdict(
        approved=True,
        confidence_ratio=1.0,
        votes=(),
        dissent_ratio=0.0,
        why=f"asked for by {actor.name}; no voter was asked",
    )
