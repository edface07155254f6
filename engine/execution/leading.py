"""Voters propose where no strategy does: mode `lead`.

They are asked about the event itself, on either side. What they are sure enough of becomes a
proposal like any other, with the event's barriers as stop and target; the same rules size it and
may deny it. A forecast that does not pay for its costs is no proposal, and leaves no denial.
"""

import math
from dataclasses import replace

from engine.core.advice import Proposal, Signal, Snapshot, Verdict, proposal_key
from engine.core.kinds import PositionSide
from engine.core.market import BarClosed
from engine.core.parameters import Parameters
from engine.core.parameters.exit_plans import PARLEY
from engine.core.ports import Leader
from engine.core.reasons import Reason
from engine.execution.dial import Dial
from engine.execution.entries import CERTAIN, Entries
from engine.market.bars import BarStore
from engine.risk.contract import Denial
from engine.strategies.propose import propose
from engine.strategies.view import View, view_of

VERSION = "1"
SIDES = (PositionSide.LONG, PositionSide.SHORT)
UNSURE = frozenset({Reason.VOTED_DOWN, Reason.NO_QUORUM, Reason.EXPECTED_VALUE})


class Leading:
    """Asks the voters on closed bars where they may lead, and hands on what they propose."""

    def __init__(self, entries: Entries, bars: BarStore, leader: Leader | None, dial: Dial) -> None:
        self._entries = entries
        self._bars = bars
        self._leader = leader
        self._dial = dial
        self._asked: set[str] = set()  # symbols on which the voters think

    def question_on(self, event: BarClosed) -> Snapshot | None:
        """What to ask on the bar; None where nobody may lead or the rules say no to either side."""
        parameters, symbol = self._dial.parameters, event.symbol
        if self._leader is None or not parameters.leads or symbol in self._asked:
            return None
        view = view_of(self._bars, symbol, event.timeframe)
        if view is None or not self._entries.has_room(symbol):
            return None
        snapshot = event_on(view, parameters)
        if snapshot is None or propose(view, parameters) is not None:
            return None
        return snapshot if any(self._may_take(led(snapshot, side)) for side in SIDES) else None

    async def ask(self, snapshot: Snapshot) -> None:
        """Asks the voters; what they are sure of is decided as every proposal is."""
        if self._leader is None:
            return
        self._asked.add(snapshot.symbol)
        try:
            side, verdict = await self._leader.lead(snapshot)
        finally:
            self._asked.discard(snapshot.symbol)
        proposal = led(snapshot, side, verdict)
        if self._is_sure(proposal, verdict) and self._entries.is_open_to(proposal):
            await self._entries.decide(proposal, verdict)

    def _may_take(self, proposal: Proposal) -> bool:
        if not self._entries.is_open_to(proposal):
            return False
        return not isinstance(self._entries.judged(proposal, CERTAIN), Denial)

    def _is_sure(self, proposal: Proposal, verdict: Verdict) -> bool:
        if not self._entries.has_room(proposal.symbol):
            return False  # it was taken while they thought
        answer = self._entries.judged(proposal, verdict)
        unsure = isinstance(answer, Denial) and answer.reason in UNSURE
        return may_lead(verdict) and not unsure


def may_lead(verdict: Verdict) -> bool:
    """Whether a verdict may make a proposal: approved by a quorum, with a pool to be held to."""
    return verdict.approved and verdict.quorum_met and verdict.pool is not None


def event_on(view: View, parameters: Parameters) -> Snapshot | None:
    """The event on the view's last bar, its side a placeholder; None without barriers."""
    features = view.features(parameters)
    width_price = parameters.barrier_atr * features["atr_price"]
    if not (math.isfinite(width_price) and 0.0 < width_price < view.close_price):
        return None
    return Snapshot(
        symbol=view.symbol,
        timeframe=view.timeframe,
        at=view.at,
        side=PositionSide.LONG,
        entry_price=view.close_price,
        stop_price=view.close_price - width_price,
        regime=view.regime(parameters),
        features=features,
    )


def led(snapshot: Snapshot, side: PositionSide, verdict: Verdict = CERTAIN) -> Proposal:
    """The proposal of the voters for that side; the other barrier is its stop."""
    width_price = abs(snapshot.entry_price - snapshot.stop_price)
    stop_price = snapshot.entry_price - side.sign * width_price
    signal = Signal(
        side=side,
        strategy=PARLEY,
        version=VERSION,
        why=verdict.why,
        stop_price=stop_price,
        confidence_ratio=verdict.confidence_ratio,
    )
    return Proposal(
        key=proposal_key(snapshot.symbol, snapshot.timeframe, snapshot.at),
        snapshot=replace(snapshot, side=side, stop_price=stop_price),
        signals=(signal,),
    )
