"""What the desk makes of a verdict: obeys it, or only shows it. Pure.

A mode never makes a trade larger than it would be without a parley.
"""

from dataclasses import replace

from engine.core.advice import Verdict

NEUTRAL_RATIO = 0.5  # what sizing assumes when nobody was heard
NOT_ASKED = Verdict(
    approved=True,
    confidence_ratio=NEUTRAL_RATIO,
    votes=(),
    dissent_ratio=0.0,
    why="the parley is off",
)

NOT_NEEDED = replace(NOT_ASKED, why="nobody was asked: the risk rules say no anyway")


def obeyed(verdict: Verdict, mode: str) -> Verdict:
    """The verdict as the mode lets it act.

    - `off`: nobody's word counts; the rules of risk alone decide.
    - `advise`: the votes are kept and shown, and neither refuse nor size anything.
    - `confirm`: as it is. It may refuse; the fixed risk per trade bounds what it may size.
    - `lead`: as `confirm`; that voters may also propose is engine/execution/leading.py's.
    """
    if mode == "off":
        return NOT_ASKED
    if mode == "advise":
        word = "for" if verdict.approved else "against"
        return replace(
            verdict,
            approved=True,
            confidence_ratio=NEUTRAL_RATIO,
            quorum_met=True,
            pool=None,  # the gate on expected value would obey it; the record of votes keeps it
            why=f"advice only, {word} it: {verdict.why}",
        )
    return verdict
