"""Cards of waiting trades on a real database and the local chat's strict Bot API."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.approval_cards import ApprovalCards
from engine.core.approvals import Approval, ApprovalState, settled
from engine.core.errors import Temporary
from engine.core.events import ApprovalAsked, ApprovalDecided, ApprovalSettled
from engine.core.events.approvals import ApprovalEvent
from tests.bot.telegram.conftest import migrated as migrated
from tests.bot.telegram.rig import OWNER, TRADER, VIEWER, Rig, a_rig
from tests.handlers.approval_answers import an_approval, ended
from tests.handlers.asking import FakeDesk
from tests.handlers.samples import NOW

if TYPE_CHECKING:
    from bot.telegram.runner import TelegramLink


class NoPictures:
    async def draw(self, name: str, values: object) -> bytes:
        raise Temporary("the picture worker is gone")


class Stage:
    """Cards over the services in memory, on the wire of a rig."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.fake = FakeDesk()
        self.fake.approvals.rows.clear()
        self.desk: Any = replace(self.fake.desk, pictures=NoPictures())
        self.cards = ApprovalCards(
            self.desk, rig.stores.outbox, rig.stores.live, rig.stores.people, self.wake, rig.now
        )
        self.link: TelegramLink | None = None

    def wake(self) -> None:
        if self.link is not None:
            self.link.wake()

    def tell(self, kind: type[ApprovalEvent], approval: Approval) -> None:
        """What the bus does."""
        self.fake.approvals.rows[approval.number] = approval
        self.cards.hear(kind(at=NOW, approval=approval))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.rig.arrived = self.cards.arrived
        self.link = self.rig.link()
        await self.link.start()
        self.cards.start()
        try:
            yield
        finally:
            await self.cards.close()
            await self.link.stop()


@pytest.fixture
async def stage(tmp_path: Path, migrated: Path) -> AsyncIterator[Stage]:
    shutil.copy(migrated, tmp_path / "parley.db")
    async with a_rig(tmp_path / "parley.db") as rig:
        yield Stage(rig)


def waiting(rig: Rig, **changes: Any) -> Approval:
    return an_approval(expires_at=rig.now().replace(year=2099), **changes)


async def test_each_who_may_decide_gets_a_copy_that_rings_and_later_says_the_end(
    stage: Stage,
) -> None:
    rig = stage.rig
    async with stage.running():
        approval = waiting(rig)
        stage.tell(ApprovalAsked, approval)
        sent = await rig.calls("sendMessage", 2)
        assert {call["params"]["chat_id"] for call in sent} == {OWNER, TRADER}
        assert not any("disable_notification" in call["params"] for call in sent)
        payloads = {str(call["params"]["reply_markup"]) for call in sent}
        assert len(payloads) == 2  # each person's buttons are their own
        done = ended(ApprovalState.APPROVED, revision=2, expires_at=approval.expires_at)
        stage.tell(ApprovalDecided, replace(done, is_settled=False))
        edits = await rig.calls("editMessageText", 2)
        assert all("approved" in call["params"]["text"] for call in edits)
        assert {call["params"]["chat_id"] for call in edits} == {OWNER, TRADER}
        stage.tell(ApprovalSettled, settled(replace(done, is_settled=False), 5))
        edits = await rig.calls("editMessageText", 4)
        assert all("/why 5" in call["params"]["text"] for call in edits[2:])
    assert await rig.stores.live.named("approval:") == ()
    assert rig.refused(400) == 0
    assert VIEWER not in {call["params"]["chat_id"] for call in await rig.calls("sendMessage", 2)}


async def test_a_card_that_arrives_after_the_word_is_ended_at_once(stage: Stage) -> None:
    rig = stage.rig
    await rig.fault("sendMessage", delay=0.5, times=2)
    async with stage.running():
        approval = waiting(rig)
        stage.tell(ApprovalAsked, approval)
        while not await rig.stores.outbox.waiting():  # noqa: ASYNC110  rows have no bell
            await asyncio.sleep(0.01)
        stage.tell(ApprovalDecided, ended(ApprovalState.VETOED, revision=2))
        edits = await rig.calls("editMessageText", 2)
        assert all("vetoed" in call["params"]["text"] for call in edits)
    assert len(await rig.calls("sendMessage", 2)) == 2  # never sent twice


async def test_a_new_process_takes_the_old_card_away_and_asks_again(stage: Stage) -> None:
    rig = stage.rig
    async with stage.running():
        stage.tell(ApprovalAsked, waiting(rig))
        await rig.calls("sendMessage", 2)
        while len(await rig.stores.live.named("approval:")) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    again = Stage(rig)
    again.fake.approvals.rows[17] = waiting(rig, revision=2)
    before = rig.world.calls.last_seq
    async with again.running():
        assert len(await rig.calls("deleteMessage", 2, before)) == 2
        assert len(await rig.calls("sendMessage", 2, before)) == 2
