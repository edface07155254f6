"""RSS and Atom, read defensively: no document type, no entities, no depth, no flood. Pure.

Only titles and dates are read. An entry without a date is no news: nobody could say when it was
known.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.parsers import expat

from llm.news import Headline

LONGEST_BODY = 1_048_576  # bytes of one feed
MOST_ENTRIES = 200
DEEPEST = 32
LONGEST_TITLE = 2000  # characters that are kept of one
_ENTRIES = frozenset({"item", "entry"})
_DATES = frozenset({"pubDate", "published", "updated", "date"})


class FeedFault(ValueError):
    """What came is no feed that is read here; the text says why, in our words."""


def read_feed(body: bytes) -> tuple[Headline, ...]:
    """The dated titles of the feed, as they come; raises FeedFault."""
    if len(body) > LONGEST_BODY:
        raise FeedFault("larger than a megabyte")
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)
    except FeedFault:
        raise
    except (expat.ExpatError, LookupError, ValueError):  # also a character set nobody knows
        raise FeedFault("no well-formed XML") from None
    if not reader.is_feed:
        raise FeedFault("neither RSS nor Atom")
    return tuple(reader.found)


class _Reader:
    """The entries of one document, while expat goes through it."""

    def __init__(self) -> None:
        self.found: list[Headline] = []
        self.is_feed = False
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._title = ""
        self._date: datetime | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.EntityDeclHandler = _refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._say

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        local = name.rpartition(" ")[2]
        self._path.append(local)
        if len(self._path) > DEEPEST:
            raise FeedFault("nested too deep")
        self.is_feed = self.is_feed or local in {"rss", "feed", "RDF"}
        self._text, self._length = [], 0
        if local in _ENTRIES:
            self._title, self._date = "", None

    def _say(self, text: str) -> None:
        room = LONGEST_TITLE - self._length
        if room > 0:
            self._text.append(text[:room])
            self._length += len(text)

    def _end(self, name: str) -> None:
        del name
        local = self._path.pop()
        inside = bool(self._path) and self._path[-1] in _ENTRIES
        text = "".join(self._text).strip()
        if inside and local == "title":
            self._title = text
        elif inside and local in _DATES:
            # the latest of its dates: what was changed later was not known as it is before
            moments = [at for at in (self._date, _moment(text)) if at is not None]
            self._date = max(moments, default=None)
        elif local in _ENTRIES:
            self._keep()
        self._text, self._length = [], 0

    def _keep(self) -> None:
        if self._title and self._date is not None and len(self.found) < MOST_ENTRIES:
            self.found.append(Headline(self._date, self._title))


def _refuse(*_: object) -> None:
    raise FeedFault("it declares a document type or entities")


def _moment(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        try:
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None  # the year 0, or one after 9999 in UTC
    return None
