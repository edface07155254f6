"""The buttons under an alert, as JSON. Made before the chat's library is there, so by hand.

`handlers.told_payloads` has the classes that read them; a test compares the two.
"""

import base64
import hashlib
from typing import Any

from engine.core.telling import AlertClass

SNOOZE = "sz1"  # prefixes of the payloads; the digit is the version of the layout
SEEN = "sn1"
SEEN_ALL = "*"  # before a moment, instead of a page: all that waited then
SNOOZE_HOURS = 1
PAGE_ID_CHARACTERS = 10


def page_id_of(event_key: str) -> str:
    """A short name of a critical alert, the same each time it is told."""
    digest = hashlib.sha256(event_key.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:PAGE_ID_CHARACTERS]


def snooze_markup(kind: AlertClass) -> dict[str, Any]:
    """The keyboard under an alert: its class may be silenced for a while."""
    return _markup((f"🔕 No sound for {kind.value}, 1 h", f"{SNOOZE}|{kind.value}"))


def seen_markup(page_id: str) -> dict[str, Any]:
    """The keyboard under a critical alert: seen, or to be told again."""
    return _markup(
        ("✅ Seen", f"{SEEN}|{page_id}|0"),
        ("🔕 Again in 1 h", f"{SEEN}|{page_id}|1"),
    )


def _markup(*keys: tuple[str, str]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in keys]]}
