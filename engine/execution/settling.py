"""What follows a decision on a parked trade: the entry, once the rules agree again, or its end.

Each runs in a task of its own: a chat that hangs up, or a handler's time-out, calls no order back.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from loguru import logger

from engine.core.approvals import GRANTED, Approval, ApprovalState, settled
from engine.core.events import ApprovalSettled, ProposalDecided
from engine.core.ports import Clock, Journal, Publisher, Record
from engine.core.reasons import Reason
from engine.core.timeframes import Timeframe
from engine.execution.books import Books
from engine.execution.dial import Dial
from engine.execution.entries import Entries
from engine.execution.parking import no_more_than, proposed_now
from engine.execution.scribe import Scribe
from engine.execution.shadows import Shadows
from engine.risk.contract import Denial

LAST_WORDS_S = 5.0  # for an order that is being sent at the stop


class World(Protocol):
    """What of the desk's doors approvals need."""

    @property
    def journal(self) -> Journal: ...
    @property
    def publisher(self) -> Publisher: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def wall(self) -> Clock: ...
    @property
    def timeframes(self) -> Sequence[Timeframe]: ...


class Settling:
    """Ends approvals, each once."""

    def __init__(
        self,
        books: Books,
        entries: Entries,
        shadows: Shadows,
        scribe: Scribe,
        clock: Clock,
        dial: Dial,
    ) -> None:
        self._books = books
        self._entries = entries
        self._shadows = shadows
        self._scribe = scribe
        self._clock = clock
        self._dial = dial
        self._running: dict[int, asyncio.Task[None]] = {}

    def later(self, approval: Approval) -> None:
        """Starts to end what is decided; nothing where that runs already."""
        if approval.is_pending or approval.number in self._running:
            return
        task = asyncio.create_task(self._settle(approval), name=f"approval {approval.number}")
        self._running[approval.number] = task
        task.add_done_callback(lambda _: self._settled(approval.number, task))

    async def done(self) -> None:
        """Returns when nothing that was decided is still on its way."""
        while self._running:
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def close(self) -> None:
        """Waits for what runs; what takes too long is ended, and found again at the next start."""
        tasks = tuple(self._running.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=LAST_WORDS_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def denied(self, approval: Approval, text: str, reason: Reason = Reason.VETOED) -> None:
        """The end without an entry. What people refused is followed as a shadow."""
        at, granted = self._clock.now(), approval.state in GRANTED
        after = settled(approval, None, text if granted else "")
        told = ProposalDecided(
            at=at,
            proposal=approval.proposal,
            verdict=approval.verdict,
            reason=reason,
            text=text,
            size_steps=approval.offer.steps,
        )
        shadow = None if granted else self._shadows.opened(approval)
        self._books.approvals.pop(approval.number, None)
        self._books.decided[approval.proposal.key] = None  # a bar told again asks nobody again
        self._books.last_decision = f"{approval.symbol} {approval.proposal.side}: no, {text}"
        await self._scribe.keep(
            Record(
                approvals=(after,),
                shadows=() if shadow is None else (shadow,),
                events=(told, ApprovalSettled(at=at, approval=after)),
            )
        )

    async def _settle(self, approval: Approval) -> None:
        if approval.state not in GRANTED:
            await self.denied(approval, _refusal(approval))
            return
        denial = await self._sent(approval)
        if denial is not None:
            await self.denied(approval, denial.text, denial.reason)

    async def _sent(self, approval: Approval) -> Denial | None:
        # the rules look again, at the price of now; never more than was shown is sent
        fresh = proposed_now(approval.proposal, self._books, self._clock.now())
        answer = self._entries.judged(fresh, approval.verdict)
        if not isinstance(answer, Denial):
            instrument = self._books.instruments[approval.symbol]
            answer = no_more_than(answer, approval, instrument, self._dial.parameters)
        if isinstance(answer, Denial):
            return answer
        if answer.adds_to != approval.adds_to:
            return Denial(Reason.POSITION_OPEN, f"{approval.symbol} has changed since the question")
        self._books.approvals.pop(approval.number, None)  # its order stands there from here on
        return await self._entries.enter(fresh, approval.verdict, answer, granted=approval)

    def _settled(self, number: int, task: asyncio.Task[None]) -> None:
        self._running.pop(number, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("approval {} was not settled: {!r}", number, error)


def _refusal(approval: Approval) -> str:
    if approval.state is ApprovalState.VETOED and approval.said:
        return f"vetoed by {approval.said[-1].name}"
    return approval.why or approval.state.value
