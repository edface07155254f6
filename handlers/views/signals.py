"""The last proposals: what the strategies wanted, and what became of it."""

from engine.core.events import ProposalDecided
from engine.core.reasons import REASON_TEXTS
from engine.services.risk_answers import Signals
from handlers.views.text import card, clock, count_of, escape, moment, price
from handlers.views.words import name_of, sentence, side_mark


def signals_text(signals: Signals, badge: str) -> str:
    """One block per proposal, newest first: taken, or denied with its numbers."""
    shown = signals.decisions
    head = f"<b>Last {count_of(len(shown), 'signal')}</b> · {escape(badge)}"
    if not shown:
        return f"{head}\nNo strategy has proposed a trade yet.\nAs of {moment(signals.market_at)}"
    blocks = [line for each in shown for line in _block(each)]
    return card([head, *blocks, f"As of {moment(signals.market_at)}"])


def _block(decision: ProposalDecided) -> list[str]:
    proposal = decision.proposal
    snapshot = proposal.snapshot
    taken = decision.position_id is not None
    mark = "✅" if taken else "⛔"
    strategies = ", ".join(signal.strategy for signal in proposal.signals)
    lines = [
        f"{mark} {side_mark(proposal.side)} <b>{name_of(proposal.symbol, proposal.side)}</b> "
        f"{clock(snapshot.at)}",
        f"At {price(snapshot.entry_price)}, stop {price(snapshot.stop_price)}"
        f"{f', {escape(strategies, 60)}' if strategies else ''}",
    ]
    return [*lines, _answer(decision)]


def _answer(decision: ProposalDecided) -> str:
    if decision.position_id is not None:
        return f"Taken as #{decision.position_id}."
    known = "" if decision.reason is None else REASON_TEXTS[decision.reason]
    return f"No: {sentence(decision.text or known or 'denied', 200)}"
