"""Reads HTML as strictly as Telegram does: known tags, in order, closed; and what it shows."""

import html
import re

TAGS = {"b", "i", "code", "pre", "tg-time"}  # all that our views use
_MOMENT = re.compile(r'<tg-time unix="[0-9]{1,12}" format="r">')
_PIECE = re.compile(r"<[^<>]*>|[^<>]+|[<>]")
_REFERENCE = re.compile(r"&(?!(?:lt|gt|amp);)")
_FORBIDDEN = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u200b-\u200c\u200e-\u200f\u202a-\u202e\u2066-\u2069]"
)


def shown(markup: str) -> str:
    """The text that a phone shows; fails on anything Telegram would refuse or that misleads."""
    open_tags: list[str] = []
    words: list[str] = []
    for piece in _PIECE.findall(markup):
        if not piece.startswith("<"):
            assert piece != ">", f"a bare > in {markup!r}"
            assert not _REFERENCE.search(piece), f"a bare & in {piece!r}"
            words.append(html.unescape(piece))
        elif piece.startswith("</"):
            assert open_tags, f"{piece} closes nothing"
            assert piece == f"</{open_tags.pop()}>", f"{piece} closes another tag"
        else:
            name = "tg-time" if _MOMENT.fullmatch(piece) else piece[1:-1]
            assert name in TAGS, f"{piece} is not a tag of ours"
            open_tags.append(name)
    assert not open_tags, f"left open: {open_tags}"
    text = "".join(words)
    assert not _FORBIDDEN.search(text), f"invisible characters in {text!r}"
    return text


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def widest_table_line(markup: str) -> int:
    """The longest line inside <pre>, in characters."""
    blocks = re.findall(r"<pre>(.*?)</pre>", markup, re.DOTALL)
    return max(
        (len(html.unescape(line)) for block in blocks for line in block.split("\n")), default=0
    )
