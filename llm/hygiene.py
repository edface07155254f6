"""Text of strangers, made harmless: news, names, and what a model writes back. Pure.

A model's reply can only be a Vote, so the worst that text can do is to talk a voter into a wrong
forecast. What is plainly an instruction is dropped; the rest is quoted as data.
"""

import re
import unicodedata
from collections.abc import Sequence

LONGEST_ITEM = 240
MOST_ITEMS = 5
_READ = 8 * LONGEST_ITEM  # a megabyte of headline costs no more than a line
# format, control, private, surrogate, unassigned: zero width, bidi, tags
_HIDDEN = frozenset({"Cf", "Cc", "Co", "Cs", "Cn"})
# letters of other scripts that are drawn like Latin ones (Unicode TR 39, the common ones)
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХЬаеѕіјорсухԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧαιοντρυχıɑɡ",
    "ABESIJKMHOPCTYXbaesijopcyxdhABEZHIKMNOPTYXaiovtpuxiag",
)
_ADDRESS = re.compile(r"(?:https?://|www\.|t\.me/|@)\S+", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{0,80}>|[{}\[\]<>`|*_#~\\]")
_SPACE = re.compile(r"\s+")

# Wide enough for the usual tricks, narrow enough for the words of a market: "price action",
# "may act as support" and "AI tokens" are no instructions.
INSTRUCTIONS = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override|bypass)\b.{0,40}
        \b(?:previous|prior|above|earlier|all|any|your|the|these|system)\b.{0,30}
        \b(?:instructions?|prompts?|rules?|messages?|context|guidelines?|orders?|checks?)\b
    | \b(?:system|developer|assistant|user)\s*(?:prompt|message|role|instruction|note)?\s*[:>]
    | \byou\s+(?:are\s+now|must\s+(?:now\s+)?(?:answer|output|reply|say|vote|buy|sell|set|return))\b
    | \b(?:new|updated|revised|following|hidden|secret)\s+(?:system\s+)?instructions?\b
    | \b(?:respond|reply|answer)\s+(?:only\s+)?(?:as|with)\b.{0,30}
        \b(?:json|buy|sell|action|p_?up|p_?down|1(?:\.0)?)\b
    | \b(?:act|behave)\s+as\s+(?:an?\s+)?(?:admin|developer|root|unrestricted|different)\b
    | \b(?:reveal|print|repeat|show|leak|send|export)\b.{0,30}
        \b(?:system\s+prompt|your\s+prompt|instructions?|api[\s_-]?keys?|secrets?|passwords?)\b
    | \b(?:set|output|return|make|raise|report)\b.{0,20}\bp[\s_]?(?:up|down)\b
    | \b(?:set|output|return)\s+(?:the\s+)?(?:confidence|action)\s+(?:to|at|as)\b
    | \bp[\s_]?(?:up|down)\W{0,3}[=:]
    | \b(?:jailbreak|do\s+anything\s+now|dan\s+mode|prompt\s+injection)\b
    | \bthis\s+overrides\b | \bend\s+of\s+(?:data|news|prompt|context)\b
    | \baction["\']?\s*[:=]\s*["\']?(?:buy|sell)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def plain(text: str, limit: int = LONGEST_ITEM) -> str:
    """The text in plain letters on one line: no hidden characters, look-alikes or markup.

    At most `limit` characters; compatibility forms (full width, ligatures) are folded (NFKC).
    """
    folded = unicodedata.normalize("NFKC", text[: max(_READ, limit)])
    seen = "".join(
        " " if each in "\n\r\t" else each
        for each in folded
        if each in "\n\r\t" or unicodedata.category(each) not in _HIDDEN
    ).translate(_ALIKE)
    bare = _MARKUP.sub(" ", _ADDRESS.sub(" ", seen))
    return _SPACE.sub(" ", bare).strip()[:limit].rstrip()


def instructs(text: str) -> bool:
    """Whether the text speaks to a model instead of about a market."""
    folded = unicodedata.normalize("NFKC", text[:_READ])
    # what is hidden between letters hides the words from us only: read it without, and as text
    seen = "".join(e for e in folded if e in "\n\t " or unicodedata.category(e) not in _HIDDEN)
    tags = "".join(chr(ord(e) - 0xE0000) for e in folded if 0xE0020 <= ord(e) <= 0xE007E)
    found = f"{seen} {tags}".translate(_ALIKE)
    loose = _SPACE.sub(" ", _MARKUP.sub(" ", found))
    return INSTRUCTIONS.search(_SPACE.sub(" ", found)) is not None or (
        INSTRUCTIONS.search(loose) is not None
    )


def quoted_news(items: Sequence[str]) -> tuple[str, ...]:
    """At most MOST_ITEMS harmless lines; an item that instructs is left out as a whole."""
    kept = (plain(item) for item in items if not instructs(item))
    return tuple(item for item in kept if item)[:MOST_ITEMS]
