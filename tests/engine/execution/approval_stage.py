"""A desk that asks for a word on every trade, its market moved event by event."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from engine.core.approvals import Approval, Heard, Word
from engine.core.kinds import Purpose, Role
from engine.core.market import MarketEvent
from engine.core.orders import Order
from engine.core.parameters import Parameters
from engine.core.people import Actor
from engine.execution.confirmers import AskPeople
from engine.execution.desk import Desk
from tests.fakes.desk_rig import DeskRig

ANN = Actor("Ann", Role.OWNER, 1001)
BOB = Actor("Bob", Role.TRADER, 1002)
CEM = Actor("Cem", Role.TRADER, 1003)
# everything is asked; neither the price nor a bar makes a new offer unless a test wants it
ASKS_ALL = Parameters(approve_over_ratio=0.0, approval_drift_r=100.0, approval_new_bar=False)
NEVER_ASKS = Parameters(
    approve_over_ratio=10.0, approve_risk_ratio=1.0, approve_leverage=100.0,
    approve_dissent_ratio=1.0,
)  # fmt: skip


@dataclass
class Stage:
    """One process after the other on what outlives them."""

    parameters: Parameters = ASKS_ALL
    rig: DeskRig = field(init=False)
    _events: AsyncIterator[MarketEvent] | None = None

    def __post_init__(self) -> None:
        self.rig = DeskRig(parameters=self.parameters, confirmer=AskPeople())

    @property
    def desk(self) -> Desk:
        return self.rig.desk

    async def boot(self) -> "Stage":
        desk = await self.rig.started()
        self._events = desk._doors.feed.events(desk.books.state.cursor_at)
        return self

    async def move_until(self, done: Callable[[Desk], bool]) -> None:
        """Digests events until `done` holds after one; fails when it never does."""
        assert self._events is not None, "boot makes it"
        async for event in self._events:
            await self.desk.digest(event)
            if done(self.desk):
                return
        raise AssertionError("the market ended before that")

    async def move(self, events: int) -> None:
        """Digests so many events."""
        left = events

        def counted(_desk: Desk) -> bool:
            nonlocal left
            left -= 1
            return left <= 0

        await self.move_until(counted)

    async def asked(self) -> Approval:
        """The first trade that waits."""
        if not self.desk.books.approvals:
            await self.move_until(lambda desk: bool(desk.books.approvals))
        return next(iter(self.desk.books.approvals.values()))

    async def says(
        self, approval: Approval, word: Word = Word.APPROVE, actor: Actor = ANN
    ) -> Heard | None:
        """A word on the present offer, and what follows from it."""
        number, version = approval.number, approval.offer.version
        found = await self.desk.approvals.answer(number, version, word, actor)
        await self.desk.approvals.settled()
        return found

    def pass_s(self, seconds: float) -> None:
        """Time of the wall."""
        self.rig.wall.move_to(self.rig.wall.now() + timedelta(seconds=seconds))

    async def sweep(self) -> None:
        await self.desk.approvals.sweep()
        await self.desk.approvals.settled()

    def stored(self, number: int) -> Approval:
        """The row as it stands."""
        found: Approval = self.rig.journal.approvals[number]  # type: ignore[attr-defined]
        return found

    def entries(self, approval: Approval) -> list[Order]:
        """Every entry order that was journalled for it."""
        orders: dict[str, Order] = self.rig.journal.orders  # type: ignore[attr-defined]
        key = approval.proposal.key
        return [
            order
            for order in orders.values()
            if order.purpose is Purpose.ENTRY
            and order.terms is not None
            and order.terms.facts.proposal_key == key
        ]
