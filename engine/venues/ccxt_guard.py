"""The last look at a request, after it was signed and before it leaves.

ccxt reads parameters by exact type and passes on what it does not know: a trigger that is a
Decimal vanishes and a stop becomes a market order (facts/exchange.md section 1). So what leaves
is compared with what was meant, word by word.
"""

import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from engine.core.errors import DeskError
from engine.venues.ccxt_row import LiveRow


class NotSent(DeskError):
    """The request did not leave this process."""


class Garbled(ValueError):
    """The venue answered, and not in its own language."""


class WireMismatch(NotSent):
    """The request was not what was meant: a bug, or a library that changed."""


@dataclass(slots=True, kw_only=True)
class Intent:
    """What one order request must hold; filled in when it leaves."""

    words: frozenset[str]  # "key=value", as the venue spells them
    numbers: dict[str, Decimal]  # by key; compared as numbers
    leave_before_s: float  # on the monotonic clock: who waited longer does not leave
    left: bool = field(default=False)


INTENT: ContextVar[Intent | None] = ContextVar("intent", default=None)


def guarded(venue_class: type[Any], row: LiveRow, monotonic_s: Callable[[], float]) -> type[Any]:
    """`venue_class`, whose every changing request is looked at before it leaves."""

    class Guarded(venue_class):  # type: ignore[misc]  # ccxt is untyped
        async def fetch(
            self, url: str, method: str = "GET", headers: Any = None, body: Any = None
        ) -> Any:
            if method == "POST":
                check(row, url, body, monotonic_s())
            answer = await super().fetch(url, method, headers, body)
            if not isinstance(answer, dict | list):
                # ccxt would read a page of HTML as "no orders" and as "no money"
                raise Garbled(f"{row.name} answered something that is not JSON")
            return answer

    return Guarded


def check(row: LiveRow, url: str, body: str | None, now_s: float) -> None:
    """Raises NotSent unless this post is one that was meant; marks its intent as left."""
    path = urlsplit(url).path
    if path in row.other_posts:
        return
    intent = INTENT.get()
    if path not in row.spelling.paths or intent is None:
        raise WireMismatch(f"{row.name}: nobody meant to post to {path}")
    if intent.left:
        raise WireMismatch(f"{row.name}: an order would have been sent twice")
    if now_s > intent.leave_before_s:
        raise NotSent(f"{row.name}: the order waited too long for its turn")
    sent = tuple(words(url, body))
    foreign = {key for key, _ in sent} - row.spelling.keys
    missing = intent.words - {f"{key}={value}" for key, value in sent}
    wrong = [key for key, value in intent.numbers.items() if not _told(sent, key, value)]
    if foreign or missing or wrong:
        raise WireMismatch(
            f"{row.name}: the order would have left with {sorted(foreign)} too much,"
            f" without {sorted(missing)}, and with other numbers in {wrong}"
        )
    intent.left = True


def words(url: str, body: str | None) -> Iterator[tuple[str, str]]:
    """Every key and value of a query, a form or a JSON body."""
    yield from parse_qsl(urlsplit(url).query, keep_blank_values=True)
    text = (body or "").lstrip()
    if text.startswith(("{", "[")):
        yield from _leaves(json.loads(text))
    else:
        yield from parse_qsl(text, keep_blank_values=True)


def _leaves(node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for each in node:
            yield from _leaves(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, dict | list):
                yield str(key), "{}"
                yield from _leaves(value)
            else:
                yield str(key), _spelled(value)


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(sent: tuple[tuple[str, str], ...], key: str, value: Decimal) -> bool:
    # exactly once, and exactly this number
    told = [text for name, text in sent if name == key]
    try:
        return len(told) == 1 and Decimal(told[0]) == value
    except InvalidOperation:
        return False
