"""Old commands that were not done, told as one message however many there are."""

from collections import OrderedDict
from collections.abc import Callable
from html import escape

from bot.telegram.gate import ago

SHOWN = 8
FORGET_AFTER_S = 60.0
REMEMBERED_CHATS = 100


class Backlog:
    """What was refused for its age in each chat, within the last minute."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._refused: OrderedDict[int, tuple[float, list[str]]] = OrderedDict()

    def refuse(self, chat_id: int, words: str, age_s: float) -> str:
        """The message (HTML) that tells all of this chat's refusals, this one included."""
        now_s = self._now_s()
        last_s, refused = self._refused.pop(chat_id, (now_s, []))
        if now_s - last_s > FORGET_AFTER_S:
            refused = []
        refused.append(words)
        self._refused[chat_id] = (now_s, refused)
        if len(self._refused) > REMEMBERED_CHATS:
            self._refused.popitem(last=False)
        return _told(refused, age_s)


def _told(refused: list[str], age_s: float) -> str:
    if len(refused) == 1:
        return (
            f"<b>{escape(refused[0])}</b> was sent {ago(age_s)} and would raise the risk, "
            "so I did not do it. Repeat it?"
        )
    shown = "\n".join(f"· {escape(words)}" for words in refused[:SHOWN])
    more = f"\nand {len(refused) - SHOWN} more" if len(refused) > SHOWN else ""
    return (
        f"{len(refused)} old messages (the last sent {ago(age_s)}) would raise the risk, "
        f"so I did not do them:\n{shown}{more}\nRepeat what you still want."
    )
