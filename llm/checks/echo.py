"""Whether the reply answers this question at all, and does not contradict itself."""

from llm.checks.contract import Ballot
from llm.hygiene import instructs

ROUNDING = 1e-6


def symbol(ballot: Ballot) -> str | None:
    """The symbol must be the one that was asked about."""
    wanted = ballot.question.symbol
    return None if ballot.reply.symbol == wanted else f"answers another symbol than {wanted}"


def snapshot(ballot: Ballot) -> str | None:
    """The snapshot's id must be the one that was sent: an old answer is no answer."""
    wanted = ballot.question.snapshot_id
    return None if ballot.reply.snapshot_id == wanted else f"answers another question than {wanted}"


def probabilities(ballot: Ballot) -> str | None:
    """Two exclusive events cannot be likelier than 1 together."""
    total = ballot.reply.p_up + ballot.reply.p_down
    return None if total <= 1.0 + ROUNDING else f"its chances add up to {total:.2f}"


def contradiction(ballot: Ballot) -> str | None:
    """The action must go with the larger chance; read twice, so that a slip shows."""
    lead = ballot.reply.p_up - ballot.reply.p_down
    if ballot.sign == 0 or lead * ballot.sign > 0.0:
        return None
    return (
        f"says {ballot.reply.action} at {ballot.reply.p_up:.2f} up, {ballot.reply.p_down:.2f} down"
    )


def instruction(ballot: Ballot) -> str | None:
    """A reason that gives orders, or repeats the fence, comes from somebody else's text."""
    words = (ballot.reply.reason, *(item.key for item in ballot.reply.evidence))
    if any(ballot.question.fence in text for text in words):
        return "repeats the fence around the data"
    return "gives instructions instead of a reason" if any(map(instructs, words)) else None
