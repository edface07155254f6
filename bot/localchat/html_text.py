"""Telegram's HTML parse mode: tags in, plain text and entities out, with TDLib's error sentences.

It is not HTML: unknown tags are errors, unknown named references stay text, `</>` closes anything.
"""

import re
from dataclasses import dataclass, field

from bot.localchat.entities import DATE_TIME_FORMAT, Formatted, in_order, units
from bot.localchat.refusal import Json, Refusal, bad_request

SIMPLE_TAGS = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "span": "spoiler", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre",
}  # fmt: skip
TAGS = frozenset(SIMPLE_TAGS) | {"a", "blockquote", "tg-emoji", "tg-time"}
SPACE = " \t\r\n\0\v"
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot))(;?)")
SPECIAL = re.compile(r"[<&]")
UNIX_TIME = re.compile(r"[0-9]{1,11}")  # up to the year 5138
NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"'\0]*")
URL = re.compile(r"(?:(https?|tg|tonsite)://)?[^\s/?#]+\.?[^\s]*", re.IGNORECASE)


@dataclass(slots=True)
class _OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int  # UTF-16
    start: int  # index into the plain pieces


@dataclass(slots=True)
class _Reader:
    source: str
    at: int = 0
    plain: list[str] = field(default_factory=list)
    offset: int = 0
    open_tags: list[_OpenTag] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def peek(self) -> str:
        # the end reads as NUL, which counts as white space, as in TDLib
        return self.source[self.at] if self.at < len(self.source) else "\0"

    def ended(self) -> bool:
        return self.at >= len(self.source)

    def skip_space(self) -> None:
        while not self.ended() and self.source[self.at] in SPACE:
            self.at += 1

    def name_end(self) -> int:
        at = self.at
        while at < len(self.source) and self.source[at] not in SPACE and self.source[at] != ">":
            at += 1
        return at

    def put(self, text: str) -> None:
        self.plain.append(text)
        self.offset += units(text)

    def refuse(self, reason: str, at: int) -> Refusal:
        byte_offset = len(self.source[:at].encode())
        return _refuse(f"{reason} at byte offset {byte_offset}")


def parse_html(source: str) -> Formatted:
    """The plain text of `source` with its entities in the order Telegram lists them.

    Raises `Refusal` ("can't parse entities: ...") with the byte offset Telegram would name.
    """
    reader = _Reader(source)
    while not reader.ended():
        character = reader.source[reader.at]
        if character == "<":
            _read_tag(reader)
        elif character == "&":
            reader.put(_reference(reader))
        else:
            special = SPECIAL.search(reader.source, reader.at)
            end = special.start() if special else len(reader.source)
            reader.put(reader.source[reader.at : end])
            reader.at = end
    if reader.open_tags:
        name = reader.open_tags[-1].name
        raise _refuse(f'Can\'t find end tag corresponding to start tag "{name}"')
    for entity in reader.entities:
        if entity["type"] == "code":
            entity.pop("language", None)  # only a block of code has a language
    return Formatted("".join(reader.plain), in_order(reader.entities))


def _refuse(reason: str) -> Refusal:
    return bad_request(f"can't parse entities: {reason}")


def _reference(reader: _Reader) -> str:
    match = REFERENCE.match(reader.source, reader.at)
    character = ""
    if match is not None:
        hexadecimal, decimal, name, _ = match.groups()
        if name:
            character = NAMED[name]
        else:
            code = int(hexadecimal, 16) if hexadecimal else int(decimal)
            character = chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code < 0xE000 else ""
    if match is None or not character:
        reader.at += 1  # an unknown reference stays as it is written
        return "&"
    reader.at = match.end()
    return character


def _read_tag(reader: _Reader) -> None:
    begin = reader.at
    reader.at += 1
    if reader.peek() == "/":
        reader.at += 1
        _close(reader, begin)
    else:
        _open(reader, begin)


def _open(reader: _Reader, begin: int) -> None:
    reader.at = reader.name_end()
    if reader.ended():
        raise reader.refuse("Unclosed start tag", begin)
    name = reader.source[begin + 1 : reader.at].lower()
    if name not in TAGS:
        raise reader.refuse(f'Unsupported start tag "{name}"', begin)
    attributes: dict[str, str] = {}
    while reader.peek() != ">":
        reader.skip_space()
        if reader.peek() == ">":
            break
        key, value = _attribute(reader, name, begin)
        attributes[key] = value
    reader.at += 1
    _check_attributes(reader, name, attributes, begin)
    reader.open_tags.append(_OpenTag(name, attributes, reader.offset, len(reader.plain)))


def _attribute(reader: _Reader, tag: str, begin: int) -> tuple[str, str]:
    match = ATTRIBUTE_NAME.match(reader.source, reader.at)
    key = match.group() if match else ""
    if reader.ended():
        raise reader.refuse(f'Unclosed start tag "{tag}"', begin)
    if not key:
        raise reader.refuse(f'Empty attribute name in the tag "{tag}"', begin)
    reader.at += len(key)
    reader.skip_space()
    if reader.peek() != "=":
        if reader.ended():
            raise reader.refuse(f'Unclosed start tag "{tag}"', begin)
        return key.lower(), ""
    reader.at += 1
    reader.skip_space()
    if reader.ended():
        raise reader.refuse(f'Unclosed start tag "{tag}"', begin)
    value = _quoted(reader) if reader.peek() in "'\"" else _bare(reader)
    if reader.ended():
        raise reader.refuse("Unclosed start tag", begin)
    return key.lower(), value


def _bare(reader: _Reader) -> str:
    start = reader.at
    match = NAME_TOKEN.match(reader.source, start)
    reader.at = match.end() if match else start
    if reader.peek() not in SPACE and reader.peek() != ">":
        raise reader.refuse("Unexpected end of name token", start)
    return reader.source[start : reader.at].lower()


def _quoted(reader: _Reader) -> str:
    quote = reader.peek()
    reader.at += 1
    value: list[str] = []
    while not reader.ended() and reader.peek() != quote:
        if reader.peek() == "&":
            value.append(_reference(reader))
        else:
            value.append(reader.peek())
            reader.at += 1
    reader.at += 1
    return "".join(value)


def _check_attributes(reader: _Reader, tag: str, attributes: dict[str, str], begin: int) -> None:
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise reader.refuse('Tag "span" must have class "tg-spoiler"', begin)
    if tag == "tg-emoji" and not attributes.get("emoji-id", "").isdecimal():
        raise _refuse("Invalid custom emoji identifier specified")
    if tag == "tg-time" and (
        not UNIX_TIME.fullmatch(attributes.get("unix", ""))
        or not DATE_TIME_FORMAT.fullmatch(attributes.get("format", ""))
    ):
        raise reader.refuse('Tag "tg-time" must have a valid attribute "unix" and "format"', begin)


def _close(reader: _Reader, begin: int) -> None:
    if not reader.open_tags:
        raise reader.refuse("Unexpected end tag", begin)
    end = reader.name_end()
    found = reader.source[reader.at : end].lower()
    reader.at = end
    reader.skip_space()
    if reader.peek() != ">":
        raise reader.refuse("Unclosed end tag", begin)
    tag = reader.open_tags.pop()
    if found and found != tag.name:
        unmatched = reader.refuse("Unmatched end tag", begin).description
        raise Refusal(400, f'{unmatched}, expected "</{tag.name}>", found "</{found}>"')
    reader.at += 1
    if reader.offset > tag.offset:
        _add_entity(reader, tag)


def _add_entity(reader: _Reader, tag: _OpenTag) -> None:
    span: Json = {"offset": tag.offset, "length": reader.offset - tag.offset}
    if tag.name == "a":
        url = _checked_url(tag.attributes.get("href") or "".join(reader.plain[tag.start :]))
        if url:
            reader.entities.append({"type": "text_link", **span, "url": url})
    elif tag.name == "blockquote":
        kind = "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"
        reader.entities.append({"type": kind, **span})
    elif tag.name == "tg-emoji":
        emoji_id = tag.attributes["emoji-id"]
        reader.entities.append({"type": "custom_emoji", **span, "custom_emoji_id": emoji_id})
    elif tag.name == "tg-time":
        entity = {"type": "date_time", **span, "unix_time": int(tag.attributes["unix"])}
        if tag.attributes.get("format"):
            entity["date_time_format"] = tag.attributes["format"]
        reader.entities.append(entity)
    else:
        _add_simple(reader, tag, {"type": SIMPLE_TAGS[tag.name], **span})


def _add_simple(reader: _Reader, tag: _OpenTag, entity: Json) -> None:
    language = tag.attributes.get("class", "")
    if entity["type"] == "code" and language.startswith("language-") and len(language) > 9:
        entity["language"] = language[9:]
    previous = reader.entities[-1] if reader.entities else {}
    same_span = (previous.get("offset"), previous.get("length")) == (
        entity["offset"],
        entity["length"],
    )
    if same_span and {previous.get("type"), entity["type"]} == {"pre", "code"}:
        # <pre><code class="language-x"> is one block of code with a language
        spoken = previous.get("language") or entity.get("language")
        if spoken:
            reader.entities[-1] = {**entity, "type": "pre", "language": spoken}
            return
    reader.entities.append(entity)


def _checked_url(url: str) -> str:
    # a link Telegram cannot use makes plain text, not an error
    url = url.strip()
    match = URL.fullmatch(url)
    if match is None:
        return ""
    if match.group(1):
        return url
    host = re.split(r"[/?#]", url, maxsplit=1)[0]
    if "." not in host or (":" in host.split(".")[-1] and not host.split(":")[-1].isdecimal()):
        return ""
    return f"http://{url}" if len(url) > len(host) else f"http://{url}/"
