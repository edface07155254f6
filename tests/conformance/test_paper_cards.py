"""Which of the live venue's cards the paper venue plays too, and why it does not play the rest."""

import inspect
import re
from collections.abc import Iterator
from types import ModuleType

from tests.conformance import (
    test_venue,
    test_venue_faults,
    test_venue_live,
    test_venue_memory,
    test_venue_money,
    test_venue_paper,
    test_venue_paper_stops,
    test_venue_trading,
)

SHARED = {"every", "every_swap"}  # the benches that hold the paper venue, too
LIVE_CARDS = (test_venue_live, test_venue_trading, test_venue_faults, test_venue_money)
PAPER_CARDS = (test_venue, test_venue_memory, test_venue_paper, test_venue_paper_stops)

NOT_ON_PAPER = {
    "c10": "it trades by the minimums it tells: there is no second, truer one",
    "c21": "it has no keys",
    "f03": "no server stands between it and the desk; its books failing is v07 and v08",
    "f04": "refusals by HTTP status; its own are v03 to v06 and v13 to v16",
    "f06": "the only silence is that of its books: v08 and v26",
    "f07": "it reads from its own books, which answer or do not: v26",
    "f08": "a cancel is one save: lost before or after it, v12",
    "f09": "nothing is ever on its way: what it has not booked will never come (fence 0)",
    "f10": "nothing is ever on its way",
    "f11": "it goes by the desk's own clock",
    "f12": "it goes by the desk's own clock",
    "f13": "it has no rate limit",
    "f14": "it lives in the desk's process",
    "f15": "it answers values, not pages",
    "f16": "it is never in maintenance; a halted symbol is v44",
    "m04": "nobody's losses are shared here: it has no other accounts",
    "m05": "it asks nobody",
    "m07": "it knows no third coin",
    "m08": "it knows no third coin",
}


def cards_of(module: ModuleType) -> Iterator[tuple[str, set[str]]]:
    """Each card's number and what it plays on."""
    for name, card in vars(module).items():
        number = re.match(r"test_([a-z]\d\d)_", name)
        if number is not None:
            yield number[1], set(inspect.signature(card).parameters)


def test_every_live_card_runs_on_paper_or_says_why_not() -> None:
    cards = [card for module in LIVE_CARDS for card in cards_of(module)]
    assert len(cards) == len({number for number, _ in cards})
    assert {number for number, benches in cards if not benches & SHARED} == NOT_ON_PAPER.keys()


def test_more_than_forty_cards_run_on_paper() -> None:
    own = [number for module in PAPER_CARDS for number, _ in cards_of(module)]
    shared = [n for module in LIVE_CARDS for n, benches in cards_of(module) if benches & SHARED]
    assert len(own) == len(set(own))
    assert len(own) + len(shared) > 60
    assert len(shared) >= 25
