"""The local chat's whole state, in memory. The desk's database is the truth, this its phone.

Ids (updates, messages, taps) start at a number made from the clock, so they grow across restarts
too: a desk that remembers update ids and message ids in its database never meets one twice.
"""

import itertools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.localchat.call_log import CallLog
from bot.localchat.faults import Faults
from bot.localchat.files import FileStore
from bot.localchat.flood import Flood
from bot.localchat.live import Live
from bot.localchat.menus import Menus
from bot.localchat.people import Chat, Directory
from bot.localchat.polling import UpdateQueue
from bot.localchat.refusal import Json, bad_request
from bot.localchat.taps import Taps

DEFAULT_TOKEN = "1:local-chat"  # noqa: S105 - not a secret: it opens a server on loopback only
TOKEN = re.compile(r"\d{1,15}:[A-Za-z0-9_-]+")
EPOCH_S = 1_700_000_000  # ids count quarter seconds from here: below 2**31 until 2040


class _Clearable(Protocol):
    def clear(self) -> None: ...


@dataclass(slots=True)
class Webhook:
    """What `setWebhook` asked for and how delivery went."""

    secret_token: str = ""
    last_error_at_s: float = 0.0
    last_error: str = ""


class World:
    """People, chats, queues and switches behind one bot token.

    now_s: gives Unix seconds; tests hand in their own clock.
    """

    def __init__(
        self,
        token: str = DEFAULT_TOKEN,
        *,
        now_s: Callable[[], float] = time.time,
        first_id: int | None = None,
    ) -> None:
        if not TOKEN.fullmatch(token):
            raise ValueError("a bot token looks like 123:ABC-def_1")
        self.token = token
        self.now_s = now_s
        start = first_id if first_id is not None else max(1, int((now_s() - EPOCH_S) * 4))
        self._message_ids = itertools.count(start)
        self.started_id = start
        self.directory = Directory()
        self.updates = UpdateQueue(start)
        self.webhook = Webhook()
        self.calls = CallLog()
        self.faults = Faults()
        self.flood = Flood()
        self.files = FileStore()
        self.menus = Menus()
        self.taps = Taps(itertools.count(start * 1000 + 1))
        self.live = Live()

    @property
    def bot_user(self) -> Json:
        """The Bot API `User` that is the bot."""
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Parley",
            "username": "parley_local_bot",
        }

    def chat(self, chat_id: int) -> Chat:
        """The chat with this id; raises `Refusal` when there is none."""
        found = self.directory.chats.get(chat_id)
        if found is None:
            raise bad_request("chat not found")
        return found

    def next_message_id(self) -> int:
        """A message id that was never used."""
        return next(self._message_ids)

    def reset(self) -> None:
        """Everything as at the start, except that ids and `seq` go on growing."""
        parts: tuple[_Clearable, ...] = (
            *(self.directory, self.updates, self.calls, self.faults),
            *(self.flood, self.files, self.menus, self.taps),
        )
        for part in parts:
            part.clear()
        self.flood.on = False
        self.webhook = Webhook()
        self.live.tell(0, "reset", {})

    def close(self) -> None:
        """Ends long polls and open pages, for a quick shutdown."""
        self.updates.close()
        self.live.close()
