"""Whether the numbers that a reply rests on are those of the sheet."""

from llm.checks.contract import Ballot

TOLERANCE_RATIO = 0.005


def unknown_key(ballot: Ballot) -> str | None:
    """A key that the sheet does not have."""
    for item in ballot.reply.evidence:
        if item.key not in ballot.question.known:
            return "cites a key that the sheet does not have"
    return None


def wrong_value(ballot: Ballot) -> str | None:
    """A value that is off by more than half a percent."""
    for item in ballot.reply.evidence:
        known = ballot.question.known.get(item.key)
        if known is not None and abs(item.value - known) > TOLERANCE_RATIO * max(abs(known), 1e-6):
            return f"cites {item.key} as {item.value:g}, it is {known:g}"
    return None
