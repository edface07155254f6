"""The cards of trades that wait for a person: one copy for each who may decide, kept true.

A card is sent once per chat and start: an ambiguous sending is never repeated, its number is in
its text, and every copy takes the same word. What happened before a card arrived is shown by an
edit as soon as it has arrived. Quiet hours do not silence it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from loguru import logger

from bot.telegram.compose import Card, Place, compose
from charts.story import Mark, price_story
from engine.core.approvals import Approval
from engine.core.errors import DeskError, StorageError, UserError
from engine.core.events import Event
from engine.core.events.approvals import ApprovalEvent
from engine.core.kinds import Role
from engine.core.messages import OutboxMessage
from engine.core.messages import Person as Known
from handlers.commands.approve import approval_answer
from handlers.contract import Picture, Priority
from handlers.desk import Desk
from storage.live_messages import LiveMessages
from storage.outbox import Outbox
from storage.people import People

PREFIX = "approval"
PICTURE_S = 6.0  # then the card goes without it: the text is what matters
STORAGE_PAUSE_S = 1.0


class ApprovalCards:
    """Hears of approvals and shows them. `start` after the link, `close` before it."""

    def __init__(
        self,
        desk: Desk,
        outbox: Outbox,
        live: LiveMessages,
        people: People,
        wake: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._outbox = outbox
        self._live = live
        self._people = people
        self._wake = wake
        self._now = now
        self._waiting: asyncio.Queue[Approval] = asyncio.Queue()
        self._latest: dict[int, Approval] = {}
        self._sent: set[int] = set()  # by this process
        self._shown: dict[tuple[int, int], int] = {}  # number and chat -> revision on the card
        self._ends: dict[
            tuple[int, int], str
        ] = {}  # number and chat -> how it is said to have ended
        self._task: asyncio.Task[None] | None = None

    def hear(self, event: Event) -> None:
        """Takes an event of the bus; others are left alone."""
        if isinstance(event, ApprovalEvent):
            self._latest[event.approval.number] = event.approval
            self._waiting.put_nowait(event.approval)

    def start(self) -> None:
        """Shows what waits, and ends the cards of what is over since the last process."""
        self._task = asyncio.create_task(self._run(), name="approval cards")

    async def close(self) -> None:
        """Ends the work; what is in the outbox is sent."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def arrived(self, message: OutboxMessage, message_id: int) -> None:
        """Remembers where a card is, and redraws it where the world went on meanwhile."""
        prefix, _, rest = message.key.partition(":")
        if prefix != PREFIX or not message.method.startswith("send"):
            return
        number, revision = (int(part) for part in rest.split(":")[:2])
        kind = "photo" if message.method == "sendPhoto" else "text"
        await self._live.put(message.chat_id, f"{PREFIX}:{number}:{kind}", message_id)
        latest = self._latest.get(number)
        if latest is not None and latest.revision > revision:
            self._waiting.put_nowait(latest)

    async def _run(self) -> None:
        await self._patiently(self._begin)
        while True:
            approval = await self._waiting.get()
            approval = self._latest.get(approval.number, approval)
            await self._patiently(partial(self._show, approval))

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except StorageError as error:
                logger.warning("approval cards: {}", error.log_text)
                await asyncio.sleep(STORAGE_PAUSE_S)
            except Exception:  # noqa: BLE001  the supervisor: the next card must be shown
                logger.opt(exception=True).error("an approval card failed")
                return
            else:
                return

    async def _begin(self) -> None:
        for chat_id, name, message_id in await self._live.named(f"{PREFIX}:"):
            number = int(name.split(":")[1])
            if any(each.number == number for each in self._desk.approvals.waiting().approvals):
                # a new card follows and rings: the old one would only confuse
                await self._put([_deletion(chat_id, message_id)])
                await self._live.remove(chat_id, name)
            else:
                try:
                    await self._show(await self._desk.approvals.approval(number))
                except UserError:
                    await self._live.remove(chat_id, name)  # of a database that was restored
        for approval in self._desk.approvals.waiting().approvals:
            self._latest[approval.number] = approval
            await self._show(approval)

    async def _show(self, approval: Approval) -> None:
        people = [each for each in await self._people.everybody() if each.role.covers(Role.TRADER)]
        copies = {
            chat_id: (message_id, name)
            for chat_id, name, message_id in await self._live.named(f"{PREFIX}:{approval.number}:")
        }
        if approval.is_pending and approval.number not in self._sent:
            await self._send(approval, people)
            self._sent.add(approval.number)  # not before: what the database refused is put again
            return
        for person in people:
            copy = copies.pop(_chat_of(person), None)
            shown = self._shown.get((approval.number, _chat_of(person)), 0)
            if copy is not None and shown < approval.revision:
                await self._edit(approval, person, *copy)
        if approval.is_settled:
            self._forget(approval.number)

    async def _send(self, approval: Approval, people: list[Known]) -> None:
        picture = await self._drawn(approval)
        for person in people:
            answer = approval_answer(self._desk, approval, person.person_id)
            if picture is not None:
                shown = Picture(png=picture, caption=answer.text, name=f"{approval.number}.png")
                answer = replace(answer, text="", picture=shown)
            key = f"{PREFIX}:{approval.number}:{approval.revision}:{_chat_of(person)}"
            self._shown[approval.number, _chat_of(person)] = approval.revision
            await self._put(
                [
                    replace(message, once=True, expires_at=approval.expires_at)
                    for message in compose(answer, Place(_chat_of(person), key))
                ]
            )

    async def _edit(self, approval: Approval, person: Known, message_id: int, name: str) -> None:
        chat_id, has_photo = _chat_of(person), name.endswith(":photo")
        answer = approval_answer(self._desk, approval, person.person_id)
        answer = replace(answer, edit=True, priority=Priority.REPLY)
        place = approval.number, chat_id
        if self._ends.get(place) != answer.text:  # that a refusal is done with changes nothing
            key = f"{PREFIX}-edit:{approval.number}:{approval.revision}:{chat_id}"
            calls = compose(answer, Place(chat_id, key, Card(message_id, has_photo)))[:1]
            one = f"{PREFIX}:{approval.number}"
            await self._put([replace(call, coalesce_key=one) for call in calls])
        self._shown[place] = approval.revision
        if not approval.is_pending:
            self._ends[place] = answer.text
        if approval.is_settled:
            await self._live.remove(chat_id, name)

    async def _drawn(self, approval: Approval) -> bytes | None:
        offer = approval.offer
        try:
            async with asyncio.timeout(PICTURE_S):
                view = await self._desk.reports.price(approval.symbol)
                story = price_story(view.symbol, view.timeframe, view.bars)
                entry = Mark(approval.proposal.side.sign, offer.market_at.timestamp(), offer.price)
                shown = replace(story, marks=(entry,), stop_price=offer.stop_price)
                return await self._desk.pictures.draw("price", shown)
        except (DeskError, TimeoutError) as error:
            logger.warning("no picture for an approval: {}", type(error).__name__)
            return None

    async def _put(self, messages: list[OutboxMessage]) -> None:
        await self._outbox.put(messages)
        self._wake()

    def _forget(self, number: int) -> None:
        # a card that is still on its way is ended when it arrives: that needs the latest word
        if len(self._latest) > 200:
            self._latest.pop(min(self._latest), None)
        self._sent.discard(number)
        for place in [each for each in self._shown if each[0] == number]:
            del self._shown[place]
            self._ends.pop(place, None)


def _chat_of(person: Known) -> int:
    return person.chat_id or person.person_id  # a private chat has its person's id


def _deletion(chat_id: int, message_id: int) -> OutboxMessage:
    return OutboxMessage(
        key=f"{PREFIX}-old:{chat_id}:{message_id}",
        chat_id=chat_id,
        method="deleteMessage",
        payload={"message_id": message_id},
    )
