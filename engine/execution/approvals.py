"""A person's word on a parked trade, from the tap to the entry; and what silence comes to.

The database decides who was first (`Journal.swap`); memory follows it. What is granted is settled
in a task of its own: a chat that hangs up, or a handler's time-out, calls no order back.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from loguru import logger

from engine.core.approvals import (
    GRANTED,
    Approval,
    Deaf,
    Expiry,
    Heard,
    Word,
    expired,
    heard,
    requoted,
    withdrawn,
)
from engine.core.errors import StorageError
from engine.core.events import (
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequoted,
)
from engine.core.events.approvals import ApprovalEvent
from engine.core.kinds import TradingState
from engine.core.parameters.approvals import expiry_named
from engine.core.people import Actor
from engine.core.reasons import Reason
from engine.execution.books import Books
from engine.execution.dial import Dial
from engine.execution.entries import Entries
from engine.execution.parking import (
    half_of,
    is_too_small,
    limits_of,
    offer_of,
    proposed_now,
    trade_numbers,
)
from engine.execution.scribe import Scribe
from engine.execution.settling import LAST_WORDS_S, Settling, World
from engine.execution.shadows import Shadows
from engine.market.bars import BarStore
from engine.risk.contract import Denial
from engine.rules.approvals import drift_r, needed

SWEEP_S = 0.5
PASSING = frozenset({Reason.STALE_FEED, Reason.SPREAD})  # of a moment: looked at again soon
OFFER_STANDS_S = 15.0  # a person needs time to read; at the tap the price is looked at anyway

T = TypeVar("T")


class Approvals:
    """Takes words in, sweeps what nobody answers, and settles what is decided."""

    def __init__(
        self, books: Books, entries: Entries, scribe: Scribe, world: World, dial: Dial
    ) -> None:
        self._books = books
        self._entries = entries
        self._world = world
        self._dial = dial
        self._timeframe = world.timeframes[0]
        self.shadows = Shadows(books, scribe, dial, world.clock, self._timeframe)
        self._settling = Settling(books, entries, self.shadows, scribe, world.clock, dial)
        self._tasks: set[asyncio.Task[Any]] = set()

    async def answer(self, number: int, version: int, word: Word, actor: Actor) -> Heard | None:
        """What the word came to; None where no such trade waits any more.

        Raises StorageError: then the word was not taken.
        """
        # shielded: the caller may be cut off while the database decides, memory must follow it
        return await asyncio.shield(self._spawn(self._answer(number, version, word, actor)))

    async def watch(self) -> None:
        """Sweeps for ever."""
        while True:
            await self._world.wall.sleep(SWEEP_S)
            try:
                await self.sweep()
            except StorageError as error:  # nothing is lost: it is looked at again
                logger.warning("approvals: {}", error.log_text)

    async def sweep(self) -> None:
        """Expires, takes back and quotes anew what is due; raises StorageError."""
        for approval in tuple(self._books.approvals.values()):
            if approval.is_pending:
                await self._look_at(approval)
            else:
                self._settling.later(approval)

    async def recover(self, bars: BarStore) -> None:
        """At a start: what expired meanwhile is no trade, the rest gets a new offer.

        What was granted and not sent is sent while its time is not over. Raises StorageError.
        """
        self.shadows.catch_up(bars)
        now = self._world.wall.now()
        for approval in tuple(self._books.approvals.values()):
            if approval.is_pending and now >= approval.expires_at:
                await self._swap(expired(approval, Expiry.VETO, now), ApprovalExpired)
            elif approval.is_pending:
                # not judged yet: the first prices are still to come, and the sweep follows them
                offer = replace(approval.offer, quoted_at=now)
                again = requoted(approval, offer, approval.causes, approval.people)
                await self._swap(again, ApprovalRequoted)
            elif approval.state in GRANTED and now >= approval.expires_at:
                await self._settling.denied(approval, "the desk stopped before it was sent")
        await self.sweep()

    async def settled(self) -> None:
        """Returns when nothing that was decided is still on its way."""
        await self._settling.done()

    async def close(self) -> None:
        """Ends what runs beside the loop; an order that was sent finishes its sending."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_WORDS_S)
        await self._settling.close()

    async def _answer(self, number: int, version: int, word: Word, actor: Actor) -> Heard | None:
        while True:
            approval = self._books.approvals.get(number)
            if approval is None:
                return None
            found = heard(approval, word, actor, version, self._world.wall.now())
            if found.deaf is None and word is not Word.VETO:
                found = await self._weighed(approval, found, word)
            if found.deaf is not None:
                return found
            if await self._swap(found.approval, ApprovalDecided):
                self._settling.later(found.approval)
                return found

    async def _weighed(self, approval: Approval, found: Heard, word: Word) -> Heard:
        # a yes is about the price that was shown, and about a desk that trades
        if self._books.state.trading is not TradingState.ACTIVE:
            return Heard(approval, Deaf.STOPPED)
        if self._has_drifted(approval):
            await self._requote(approval)
            return Heard(self._books.approvals.get(approval.number, approval), Deaf.REQUOTED)
        instrument, offer = self._books.instruments[approval.symbol], approval.offer
        half_base = half_of(offer.qty_base, instrument.qty_step)
        if word is Word.HALVE and is_too_small(
            half_base, offer.price, instrument, self._dial.parameters
        ):
            return Heard(approval, Deaf.TOO_SMALL)
        return found

    async def _look_at(self, approval: Approval) -> None:
        now, state = self._world.wall.now(), self._books.state
        if state.trading is not TradingState.ACTIVE:
            why = f"trading stopped: {state.why or state.cause.value}"
            await self._swap(withdrawn(approval, why, now), ApprovalDecided)
        elif now >= approval.expires_at:
            policy = expiry_named(self._dial.parameters.approval_expiry)
            await self._swap(expired(approval, policy, now), ApprovalExpired)
        elif (now - approval.offer.quoted_at).total_seconds() >= OFFER_STANDS_S and (
            self._has_drifted(approval) or self._has_new_bar(approval)
        ):
            await self._requote(approval)
        if (after := self._books.approvals.get(approval.number)) and not after.is_pending:
            self._settling.later(after)

    def _has_drifted(self, approval: Approval) -> bool:
        mark, offer = self._books.mark_price(approval.symbol), approval.offer
        if mark is None:
            return False
        drift = drift_r(offer.price, mark, offer.stop_price)
        return drift > self._dial.parameters.approval_drift_r

    def _has_new_bar(self, approval: Approval) -> bool:
        step_s = self._timeframe.seconds
        now_s, quoted_s = (
            at.timestamp() for at in (self._world.clock.now(), approval.offer.market_at)
        )
        return self._dial.parameters.approval_new_bar and now_s // step_s > quoted_s // step_s

    async def _requote(self, approval: Approval) -> None:
        now, books, parameters = self._world.wall.now(), self._books, self._dial.parameters
        fresh = proposed_now(approval.proposal, books, self._world.clock.now())
        answer = self._entries.judged(fresh, approval.verdict)
        if isinstance(answer, Denial) and answer.reason in PASSING:
            return
        if isinstance(answer, Denial):
            why = f"the rules say no now: {answer.text}"
            if await self._swap(withdrawn(approval, why, now), ApprovalDecided):
                self._settling.later(self._books.approvals[approval.number])
            return
        need = needed(trade_numbers(books, fresh, approval.verdict, answer), limits_of(parameters))
        offer = offer_of(fresh, answer, books, parameters, now)
        await self._swap(requoted(approval, offer, need.causes, need.people), ApprovalRequoted)

    async def _swap(self, after: Approval, kind: type[ApprovalEvent]) -> bool:
        event = kind(at=self._world.clock.now(), approval=after)
        stands = await self._world.journal.swap(after, (event,))
        if stands.is_settled:
            self._books.approvals.pop(stands.number, None)
        else:
            self._books.approvals[stands.number] = stands
        if stands is not after:
            return False
        self._world.publisher.publish((event,))
        return True

    def _spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
