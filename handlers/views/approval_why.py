"""Why a waiting trade was proposed: its signals, its votes, and the arithmetic of its size."""

import textwrap

from engine.core.advice import SizeStep
from engine.core.approvals import Approval
from handlers.views.approvals import cause_words, votes_line
from handlers.views.text import WIDTH, card, clean, escape, moment, pair, price, table
from handlers.views.why import voter_lines, votes_table
from handlers.views.words import REGIME_WORDS, name_of, sentence

_SHOWN_SIGNALS = 4


def approval_why(approval: Approval, badge: str) -> str:
    """All that led to the question, each step with its figures."""
    proposal, verdict = approval.proposal, approval.verdict
    snapshot = proposal.snapshot
    lines = [
        f"<b>Why #{approval.number} {name_of(approval.symbol, proposal.side)}</b>"
        f" · {escape(badge)}",
        f"{moment(snapshot.at)}, {snapshot.timeframe.value} bar, {REGIME_WORDS[snapshot.regime]},"
        f" close {price(snapshot.entry_price)}",
        "<b>Signals</b>",
        *(
            f"{escape(signal.strategy, 24)}: {sentence(signal.why, 140)}"
            for signal in proposal.signals[:_SHOWN_SIGNALS]
        ),
        "<b>Votes</b>",
        votes_line(verdict, proposal.side),
    ]
    if verdict.votes:
        lines.append(votes_table(verdict.votes))
        lines += [line for vote in verdict.votes for line in voter_lines(vote)]
    lines += ["<b>Asked because</b>", *(cause_words(each).capitalize() for each in approval.causes)]
    if approval.offer.steps:
        rows = [row for step in approval.offer.steps for row in _row(step)]
        lines += ["<b>Size</b>", table(rows)]
    return card(lines)


def _row(step: SizeStep) -> list[str]:
    label, figure = clean(step.text, 60), f"{step.value:,.6g}"
    if len(label) + len(figure) < WIDTH:
        return [pair(label, figure)]
    return [*textwrap.wrap(label, WIDTH), pair("", figure)]
