"""What every wire of the loopback exchange works on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tests.fakes.exchange.books import Book
from tests.fakes.exchange.gate import Gate, Security
from tests.fakes.exchange.listings import Listing
from tests.fakes.exchange.matching import Matching
from tests.fakes.exchange.tape import Tape

HOURS_8_MS = 28_800_000
Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: what answers it, who may ask, and its weight."""

    answer: Callable[[Words], object]
    security: Security = Security.PUBLIC
    weight: int = 1


Routes = Mapping[tuple[str, str], Route]


@dataclass(slots=True)
class World:
    """The exchange behind its wires."""

    matching: Matching
    gate: Gate
    now_ms: Callable[[], int]  # market time: stamps orders, fills and bars
    tapes: dict[str, Tape]
    funding: dict[str, tuple[Decimal, int]] = field(default_factory=dict)  # ratio, next at ms
    settled: list[tuple[str, Decimal, Decimal, int]] = field(default_factory=list)
    # ^ funding that was paid: symbol, ratio, mark price, at ms
    stale: dict[str, Book] = field(default_factory=dict)  # what is shown instead of the book
    listen_key: str = ""
    in_maintenance: bool = False

    def book(self, symbol: str) -> Book:
        """The book that the public sees."""
        return self.stale.get(symbol) or self.matching.floor.books[symbol]

    def listing(self, words: Words, *, is_swap: bool) -> Listing:
        """The symbol that a request names; raises Refused for an unknown one."""
        return self.matching.floor.listing(words.get("symbol", ""), is_swap=is_swap)

    def next_funding(self, symbol: str) -> tuple[Decimal, int]:
        """The funding ratio to come, and the moment (ms) of its settlement: each 8 hours."""
        next_ms = self.now_ms() // HOURS_8_MS * HOURS_8_MS + HOURS_8_MS
        ratio, told_ms = self.funding.get(symbol, (Decimal("0.0001"), 0))
        return ratio, told_ms if told_ms > self.now_ms() else next_ms

    def listed(self, *, is_swap: bool) -> list[Listing]:
        return [row for row in self.matching.floor.listings.values() if row.is_swap == is_swap]


def whole(words: Words, name: str, default: int) -> int:
    """The whole number of that name."""
    text = words.get(name, "")
    return int(text) if text.isdigit() else default
