"""Cards that change although nobody asked just now."""

from datetime import UTC, datetime

from bot.telegram.redraw import Redraws
from engine.core.errors import StorageError
from engine.core.messages import OutboxMessage, Priority
from handlers.contract import Answer


class Box:
    def __init__(self, *, is_full: bool = False) -> None:
        self.put_in: list[OutboxMessage] = []
        self.is_full = is_full

    async def put(self, messages: list[OutboxMessage]) -> None:
        if self.is_full:
            raise StorageError("the disk is full")
        self.put_in += messages


async def shown(box: Box, *texts: str) -> int:
    woken: list[bool] = []
    redraws = Redraws(box, lambda: woken.append(True), lambda: datetime(2026, 11, 21, tzinfo=UTC))  # type: ignore[arg-type]
    for text in texts:
        redraws.redraw(7, 5, Answer(text=text))
    await redraws.close()
    return len(woken)


async def test_edits_of_a_message_follow_each_other_and_the_newest_is_enough() -> None:
    box = Box()
    assert await shown(box, "one", "two") == 2
    assert [(m.method, m.payload["message_id"], m.payload["text"]) for m in box.put_in] == [
        ("editMessageText", 5, "one"),
        ("editMessageText", 5, "two"),
    ]
    assert len({m.key for m in box.put_in}) == 2
    assert len({m.coalesce_key for m in box.put_in}) == 1
    assert box.put_in[0].priority is Priority.REPLY


async def test_a_full_disk_costs_an_edit_and_nothing_else() -> None:
    assert await shown(Box(is_full=True), "one") == 0
