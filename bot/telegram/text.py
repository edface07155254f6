"""Telegram's arithmetic of text: UTF-16 lengths, splitting, and the plain words of HTML."""

import html
import re

TEXT_LIMIT_UNITS = 4096
CAPTION_LIMIT_UNITS = 1024

_TOKEN = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);|.", re.DOTALL)
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)[^<>]*>")


def units(text: str) -> int:
    """The length of plain text as Telegram counts it, in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def plain(markup: str) -> str:
    """The words of Telegram HTML, without tags and references."""
    return html.unescape(_TAG.sub("", markup))


def html_units(markup: str) -> int:
    """The length of Telegram HTML after parsing, in UTF-16 units."""
    return units(plain(markup))


def split_html(markup: str, limit_units: int = TEXT_LIMIT_UNITS) -> tuple[str, ...]:
    """`markup` in parts of at most `limit_units` each, cut between lines where possible.

    A tag that is open at a cut is closed there and opened again in the next part, so each part is
    well-formed when the whole is. Parts that would show nothing are left out.
    """
    if html_units(markup) <= limit_units:
        return (markup,) if plain(markup).strip() else ()
    splitter = _Splitter(limit_units)
    for number, line in enumerate(markup.split("\n")):
        splitter.line(line, first=number == 0)
    return splitter.finish()


class _Splitter:
    def __init__(self, limit_units: int) -> None:
        self._limit_units = limit_units
        self._parts: list[str] = []
        self._open: list[str] = []  # opening tags in force, outermost first
        self._pieces: list[str] = []
        self._used_units = 0

    def line(self, line: str, *, first: bool) -> None:
        if not first:
            if self._used_units + 1 + html_units(line) > self._limit_units:
                self._cut()
            else:
                self._put("\n", 1)
        for token in _TOKEN.findall(line):
            if _TAG.fullmatch(token):
                self._tag(token)
            else:
                self._put(token, units(html.unescape(token)))

    def finish(self) -> tuple[str, ...]:
        self._cut()
        return tuple(part for part in self._parts if plain(part).strip())

    def _put(self, token: str, width_units: int) -> None:
        if self._used_units + width_units > self._limit_units:
            self._cut()
        self._pieces.append(token)
        self._used_units += width_units

    def _tag(self, token: str) -> None:
        self._pieces.append(token)
        if not token.startswith("</"):
            self._open.append(token)
        elif self._open:
            self._open.pop()

    def _cut(self) -> None:
        closing = [f"</{_name(tag)}>" for tag in reversed(self._open)]
        self._parts.append("".join((*self._pieces, *closing)))
        self._pieces = list(self._open)
        self._used_units = 0


def _name(tag: str) -> str:
    match = _TAG.fullmatch(tag)
    return match.group(1) if match else ""
