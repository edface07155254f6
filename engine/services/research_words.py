"""The words of research: from a form's values, and from one job to the next."""

from dataclasses import replace

from engine.core.parameters.exit_plans import EXIT_PLANS, LEAD_PLAN
from engine.core.research import Kind
from engine.research.request import FAMILIES, asked_words, parse_request

# what a comparison sets against each other where nothing is named
EACH_FAMILY = tuple(family for family in FAMILIES if family != "all")
FORM_DAYS = (30, 90, 180, 365, 730)
FORM_FRAMES = ("15m", "1h", "4h", "1d")
FORM_PLANS = tuple(plan for plan in EXIT_PLANS if plan != LEAD_PLAN)


def form_words(kind: Kind, symbol: str, frame: str, days: int, ways: str, exits: str) -> str:
    """What a person would have typed instead of filling in the form."""
    words = [symbol, frame, f"{days}d"]
    if ways:
        words.append(ways)
    elif kind is Kind.COMPARE:
        words += EACH_FAMILY
    return " ".join((*words, *([exits] if exits else [])))


def next_words(words: str, kind: Kind) -> str:
    """The words of a job that asks `kind` about the same bars."""
    request = parse_request(words)
    if kind is not Kind.COMPARE:
        return " ".join(asked_words(request))
    plain = replace(request, strategies=())
    return " ".join((*asked_words(plain), *EACH_FAMILY))
