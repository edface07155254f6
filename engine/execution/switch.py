"""The trading state: who moved it, why, and that it is remembered."""

from dataclasses import replace
from datetime import datetime

from engine.core.events import Event, TradingStateChanged
from engine.core.kinds import TradingState
from engine.core.people import DESK, Actor
from engine.core.ports import Clock, Receipt, Record
from engine.core.state import SELF_ENDING, Cause, DeskState
from engine.execution.books import Books
from engine.execution.scribe import Scribe


class Switch:
    """Moves the trading state: memory first, then the database."""

    def __init__(self, books: Books, scribe: Scribe, clock: Clock) -> None:
        self._books = books
        self._scribe = scribe
        self._clock = clock

    async def move(
        self,
        after: TradingState,
        cause: Cause,
        why: str,
        actor: Actor = DESK,
        *,
        closing_all: bool | None = None,
        resume_at: datetime | None = None,
        command_id: str = "",
    ) -> bool:
        """Whether this changed anything. Returns once it is durable, or kept in memory at worst.

        `resume_at` ends a person's pause by itself; every later move takes it away.
        """
        state = self._books.state
        now = self._clock.now()
        events: tuple[Event, ...] = ()
        closing = state.closing_all if closing_all is None else closing_all
        wanted = (after, cause, closing, resume_at)
        if (state.trading, state.cause, state.closing_all, state.resume_at) == wanted:
            return False
        changed = replace(state, closing_all=closing, resume_at=resume_at)
        if (state.trading, state.cause) != (after, cause):
            changed = replace(
                changed,
                trading=after,
                cause=cause,
                why=why,
                changed_at=now,
                changed_by=actor.name,
            )
            events = (
                TradingStateChanged(
                    at=now, before=state.trading, after=after, cause=cause, why=why, actor=actor
                ),
            )
        self._books.state = changed  # from here on no entry passes the gate
        receipt = Receipt(command_id=command_id, answer=why, done_at=now) if command_id else None
        await self._scribe.keep(Record(state=changed, events=events, receipt=receipt))
        return True

    async def tighten(self, after: TradingState, cause: Cause, why: str) -> bool:
        """As `move`, unless the present state is as strict already: nothing loosens by this.

        What needs a person takes the place of a cause that would end by itself.
        """
        wanted = stricter(self._books.state, after, cause)
        return False if wanted is None else await self.move(wanted, cause, why)


def stricter(state: DeskState, after: TradingState, cause: Cause) -> TradingState | None:
    """The state to go to for `cause`; None: the present one stands, and why it does."""
    if STRICTNESS[after] > STRICTNESS[state.trading]:
        return after
    if cause not in SELF_ENDING and state.ends_by_itself:
        return state.trading
    return None


def tightened(
    state: DeskState, after: TradingState, cause: Cause, why: str, *, at: datetime
) -> tuple[DeskState, tuple[Event, ...]]:
    """`state` made as strict as `after`, and what tells it; nothing where it is already."""
    wanted = stricter(state, after, cause)
    if wanted is None:
        return state, ()
    after = wanted
    event = TradingStateChanged(
        at=at, before=state.trading, after=after, cause=cause, why=why, actor=DESK
    )
    changed = replace(
        state,
        trading=after,
        cause=cause,
        why=why,
        changed_at=at,
        changed_by=DESK.name,
        resume_at=None,
    )
    return changed, (event,)


STRICTNESS = {TradingState.ACTIVE: 0, TradingState.REDUCING: 1, TradingState.HALTED: 2}
