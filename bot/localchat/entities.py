"""Text as Telegram keeps it: plain characters plus entities, both counted in UTF-16 units.

Rules and sentences follow TDLib's MessageEntity.cpp; its tests decide odd cases.
"""

import json
import re
from typing import NamedTuple

from bot.localchat.refusal import Json, bad_request

KINDS = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
MONOSPACE = frozenset({"code", "pre"})  # nothing else may be formatted inside these
REQUIRED = {
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}
DATE_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


class Formatted(NamedTuple):
    """Plain text and its entities, sorted by offset, the longer first."""

    text: str
    entities: list[Json]


def units(text: str) -> int:
    """The length of `text` in UTF-16 units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def in_order(entities: list[Json]) -> list[Json]:
    """The entities by offset, the longer first, blocks of code before what shares their span."""
    return sorted(
        entities,
        key=lambda e: (e["offset"], -e["length"], e["type"] not in MONOSPACE, e["type"] != "pre"),
    )


def tidy(formatted: Formatted) -> Formatted:
    """The text without outer white space; entities clipped, sorted, none inside code."""
    text, entities = formatted
    first_offset = min((entity["offset"] for entity in entities), default=units(text))
    lead = len(text) - len(text.lstrip(" \n"))
    lead = min(lead, first_offset)  # white space that an entity covers is kept in front
    kept = text[lead:].rstrip()
    length = units(kept)
    clipped = []
    for entity in entities:
        start = entity["offset"] - lead
        end = min(start + entity["length"], length)
        if end > start:
            clipped.append({**entity, "offset": start, "length": end - start})
    possible: list[Json] = []
    for entity in in_order(clipped):
        if not any(_inside(entity, block) for block in possible if block["type"] in MONOSPACE):
            possible.append(entity)
    return Formatted(kept, possible)


def checked_entities(text: str, raw: object) -> Formatted:
    """`text` with the entities the caller listed; raises `Refusal` when one is wrong."""
    if isinstance(raw, str):
        raw = _decoded(raw)
    if not isinstance(raw, list) or not all(isinstance(entity, dict) for entity in raw):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    boundaries = _boundaries(text)
    return Formatted(text, [_checked(entity, boundaries) for entity in raw])


def with_detected(formatted: Formatted) -> Formatted:
    """The text with commands, mentions, tags and addresses marked where nothing else marks them."""
    text, entities = formatted
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in MONOSPACE or entity["type"] in REQUIRED
    ]
    found = list(entities)
    for match in _DETECTED.finditer(text):
        kind = str(match.lastgroup)
        start = units(text[: match.start(kind)])
        end = start + units(match.group(kind))
        if not any(start < other_end and other < end for other, other_end in taken):
            found.append({"type": kind, "offset": start, "length": end - start})
    return Formatted(text, in_order(found))


_DETECTED = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])"
    r"|(?P<email>\b[\w.+-]+@[\w-]+\.[A-Za-z]{2,}\b)"
    r"|(?<![\w/@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})\b"
    r"|(?<!\w)(?P<hashtag>#(?=\w*[^\W\d])\w{1,256})"
    r"|(?<![\w$])(?P<cashtag>\$[A-Z]{3,8})\b"
)


def _inside(entity: Json, block: Json) -> bool:
    start, end = entity["offset"], entity["offset"] + entity["length"]
    return bool(block["offset"] <= start and end <= block["offset"] + block["length"])


def _decoded(raw: str) -> object:
    try:
        return json.loads(raw)
    except ValueError:
        raise bad_request("can't parse entities: can't parse JSON object") from None


def _boundaries(text: str) -> list[bool]:
    # one flag per UTF-16 offset: may an entity begin or end here?
    flags = [True]
    for character in text:
        flags += [False, True] if character > "\uffff" else [True]
    return flags


def _checked(entity: Json, boundaries: list[bool]) -> Json:
    kind, offset, length = str(entity.get("type")), entity.get("offset"), entity.get("length")
    if kind not in KINDS:
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    if not isinstance(offset, int) or not isinstance(length, int):
        raise bad_request('can\'t parse MessageEntity: field "offset" and "length" must be numbers')
    needed = REQUIRED.get(kind)
    if needed and not entity.get(needed):
        raise bad_request(f'can\'t parse MessageEntity: field "{needed}" must be non-empty')
    _check_span(offset, length, boundaries)
    return {key: value for key, value in entity.items() if value is not None}


def _check_span(offset: int, length: int, boundaries: list[bool]) -> None:
    end, last = offset + length, len(boundaries) - 1
    if offset < 0 or offset > last:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if length <= 0 or end > last:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text"
            f" at UTF-16 offset {end}"
        )
    if not boundaries[offset]:
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
    if not boundaries[end]:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol"
            f" at UTF-16 offset {end}"
        )
