"""The queue of updates and long polling: unconfirmed ones come again, the newer poll wins."""

import asyncio
from collections import deque

from bot.localchat.bell import Bell
from bot.localchat.refusal import Json, Refusal, conflict

PENDING_LIMIT = 10_000  # the oldest go first; Telegram forgets after 24 hours
BATCH_LIMIT = 100
POLL_LIMIT_S = 50
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """Updates that wait to be confirmed by a higher `offset`, or delivered to a webhook."""

    def __init__(self, first_id: int) -> None:
        self.pending: deque[Json] = deque(maxlen=PENDING_LIMIT)
        self.allowed: list[str] = []
        self.webhook_url = ""
        self.bell = Bell()
        self._next_id = first_id
        self._poll_no = 0
        self._closed = False

    def put(self, kind: str, body: Json) -> int:
        """The update's id. Kinds the bot did not ask for are dropped, as with Telegram."""
        update_id = self._next_id
        self._next_id += 1
        if kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT:
            self.pending.append({"update_id": update_id, kind: body})
            self.bell.ring()
        return update_id

    def confirm(self, offset: int) -> None:
        """Forgets what is below `offset`; a negative one keeps that many from the end."""
        keep = -offset if offset < 0 else 0
        while self.pending:
            done = len(self.pending) > keep if offset < 0 else self.pending[0]["update_id"] < offset
            if not done:
                break
            self.pending.popleft()

    async def poll(self, offset: int, limit: int, timeout_s: float) -> list[Json]:
        """The next updates, at once or as soon as there are any, or none after `timeout_s`.

        Raises `Refusal` 409 when a webhook is set, or a newer poll or a webhook came meanwhile,
        503 after `close`.
        """
        if self._closed:  # not an empty answer: a bot would ask again at once, and again
            raise Refusal(503, "Service Unavailable: the local chat is stopping")
        if self.webhook_url:
            raise conflict(
                "can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first"
            )
        self._poll_no += 1
        mine = self._poll_no
        self.bell.ring()  # an older poll wakes up and sees that it is not the newest any more
        self.confirm(offset)
        deadline_s = asyncio.get_running_loop().time() + min(timeout_s, POLL_LIMIT_S)
        while not self.pending and not self._closed:
            left_s = deadline_s - asyncio.get_running_loop().time()
            if left_s <= 0:
                break
            await self.bell.wait(left_s)
            self._still_mine(mine)
        return [self.pending[i] for i in range(min(limit, BATCH_LIMIT, len(self.pending)))]

    def clear(self) -> None:
        """Forgets all updates and the bot's choice of kinds; ids go on growing."""
        self.pending.clear()
        self.allowed = []
        self.webhook_url = ""

    def close(self) -> None:
        """Ends all polls with what there is; later ones are refused."""
        self._closed = True
        self.bell.ring()

    def _still_mine(self, mine: int) -> None:
        if self.webhook_url:
            raise conflict("terminated by setWebhook request")
        if self._poll_no != mine:
            raise conflict(
                "terminated by other getUpdates request;"
                " make sure that only one bot instance is running"
            )
