"""Why a trade was made or not: what was said, what was made of it, what was sized and filled."""

import math
import textwrap

from engine.core.advice import Pool, Tier, Verdict, Vote
from engine.core.events import ProposalDecided
from engine.core.forecasts import Forecast
from engine.core.kinds import PositionSide, TradingState
from engine.core.reasons import REASON_TEXTS
from engine.services.parley_answers import Why, WhyNot
from handlers.views.text import (
    WIDTH,
    card,
    clean,
    clock,
    count_of,
    escape,
    moment,
    multiple,
    pair,
    percent,
    price,
    quantity,
    short_symbol,
    signed_money,
    table,
)
from handlers.views.words import (
    CAUSE_WORDS,
    REGIME_WORDS,
    STATE_MARKS,
    WAYS_BACK,
    exit_words,
    name_of,
    sentence,
    with_quote,
)

OUTCOME_WORDS = {
    "up": "the barrier above was first",
    "down": "the barrier below was first",
    "neither": "neither barrier was touched",
    "both": "one bar touched both: a loss for either side",
    "lost": "bars are missing: nobody can say",
}
_SHOWN_REASON = 140
_SHOWN_FILLS = 8
_TIER_MARKS = {Tier.REJECT: "✖", Tier.STRIP: "✂", Tier.WARN: "⚠", Tier.VETO: "⛔"}


def why_text(why: Why, badge: str) -> str:
    """The decision from its signals to its end, each step with its arithmetic."""
    decision = why.decision
    proposal = decision.proposal
    taken = f"#{decision.position_id} " if decision.position_id is not None else ""
    head = (
        f"<b>Why {taken}{name_of(proposal.symbol, proposal.side)}</b> · {escape(badge)}",
        f"{moment(proposal.snapshot.at)}, {proposal.snapshot.timeframe.value} bar,"
        f" {REGIME_WORDS[proposal.snapshot.regime]}, close {price(proposal.snapshot.entry_price)}",
    )
    lines = [*head, *_signals(decision), *_parley(decision, why.forecast)]
    lines += _gate(decision)
    lines += _size(decision)
    lines += _fills(why)
    return card([*lines, *_end(why)])


def _signals(decision: ProposalDecided) -> list[str]:
    spoke = (
        f"{escape(signal.strategy, 24)}: {sentence(signal.why, _SHOWN_REASON)}"
        for signal in decision.proposal.signals[:4]
    )
    return ["<b>Signals</b>", *spoke]


def _parley(decision: ProposalDecided, forecast: Forecast | None) -> list[str]:
    verdict = decision.verdict
    if verdict is None:
        return ["<b>Votes</b>", "Nobody was asked."]
    lines = ["<b>Votes</b>", votes_table(verdict.votes)]
    for vote in verdict.votes:
        lines += voter_lines(vote)
    if verdict.pool is None:
        lines.append("Counted, not calibrated: rule voters decided, or too few models answered.")
    else:
        lines += ["<b>Pool</b>", pool_table(verdict.pool, decision.proposal.side)]
        lines += _pool_notes(verdict)
    lines.append(f"Verdict: {sentence(verdict.why, 200)}.")
    if forecast is not None and forecast.outcome is not None:
        words = OUTCOME_WORDS.get(forecast.outcome, "decided")
        lines.append(f"It came out: {words}, {moment(forecast.resolved_at)}.")
    return lines


def votes_table(votes: tuple[Vote, ...]) -> str:
    """Raw and calibrated chances of both barriers; who abstained, and why."""
    lines = [f"{'':<12}{'said':>10}{'calibrated':>12}", f"{'':<12}{'up/down':>10}{'up/down':>12}"]
    for vote in votes:
        name = clean(vote.voter, 11)
        if vote.abstained:
            lines.append(f"{name:<12}{clean(vote.abstention or 'no opinion', 22):>22}")
            continue
        said = f"{_whole(vote.p_up)}/{_whole(vote.p_down)}"
        lines.append(f"{name:<12}{said:>10}{_calibrated(vote):>12}")
    return table(lines)


def voter_lines(vote: Vote) -> list[str]:
    """What the voter gave as its reason, and what the checks say to that."""
    lines = []
    if vote.reason and not vote.abstained:
        lines.append(f"{escape(vote.voter, 24)}: <i>{escape(vote.reason, _SHOWN_REASON)}</i>")
    for each in vote.objections[:4]:
        mark = _TIER_MARKS[each.tier]
        lines.append(f"{mark} {escape(vote.voter, 24)}: {sentence(each.text, 100)}")
    return lines


def pool_table(pool: Pool, side: PositionSide) -> str:
    """Each way of pooling with its weight, the pool, and its lower bound for the side."""
    lines = [f"{'way':<14}{'weight':>8}{'up/down':>12}"]
    for part in pool.parts:
        pair_of = f"{_whole(part.p_up)}/{_whole(part.p_down)}"
        lines.append(f"{clean(part.name, 13):<14}{_whole(part.weight_ratio):>8}{pair_of:>12}")
    pooled = f"{percent(pool.p_up)}/{percent(pool.p_down)}"
    return table(
        [
            *lines,
            pair("pooled", pooled),
            pair("base rate", f"{percent(pool.base_up)}/{percent(pool.base_down)}"),
            pair(f"{side.value}, lower bound", percent(pool.low_ratio)),
        ]
    )


def _pool_notes(verdict: Verdict) -> list[str]:
    pool = verdict.pool
    if pool is None:
        return []
    notes = [
        f"The event: +{pool.barrier_atr:g} ATR before -{pool.barrier_atr:g} ATR within "
        f"{count_of(pool.horizon_bars, 'bar')}. Learned from {count_of(pool.outcomes, 'outcome')};"
        f" worth {pool.voters_effective:.1f} independent voters;"
        f" dissent {percent(verdict.dissent_ratio)}."
    ]
    if pool.biased_side is not None:
        notes.append(f"Votes for {pool.biased_side.value} count half: too many, and no edge.")
    return notes


def _gate(decision: ProposalDecided) -> list[str]:
    if decision.position_id is not None:
        return ["<b>Gate</b>", "Every risk rule let it pass."]
    known = "" if decision.reason is None else REASON_TEXTS[decision.reason]
    words = sentence(decision.text or known or "denied", 300)
    rule = "" if decision.reason is None else f" ({decision.reason.value})"
    return ["<b>Gate</b>", f"⛔ {words}{rule}."]


def _size(decision: ProposalDecided) -> list[str]:
    if not decision.size_steps:
        return []
    rows = []
    for step in decision.size_steps:
        rows += _row(clean(step.text, 60), _figure(step.value))
    return ["<b>Size</b>", table(rows)]


def _row(label: str, figure: str) -> list[str]:
    if len(label) + len(figure) < WIDTH:
        return [pair(label, figure)]
    return [*textwrap.wrap(label, WIDTH), pair("", figure)]


def _fills(why: Why) -> list[str]:
    if not why.orders:
        return []
    told = (
        f"{clock(fill.filled_at)} {fill.side.value} {quantity(fill.qty_base)}"
        f" at {price(fill.price)}, fee {price(fill.fee_quote)}"
        for fill in why.fills[:_SHOWN_FILLS]
    )
    lines = ["<b>Fills</b>", *told]
    more = len(why.fills) - _SHOWN_FILLS
    if more > 0:
        lines.append(f"and {count_of(more, 'more fill')}")
    if not why.fills:
        lines.append(f"None yet; {count_of(len(why.orders), 'order')}.")
    return lines


def _end(why: Why) -> list[str]:
    trade = why.trade
    if trade is not None:
        net = with_quote(signed_money(trade.net_pnl_quote), trade.symbol)
        return [
            "<b>Result</b>",
            f"{net}, {multiple(trade.result_r)}, {exit_words(trade.exit_reason)},"
            f" {moment(trade.closed_at)}",
        ]
    if why.position is not None:
        return ["It is open: /positions"]
    return []


def why_not_text(found: WhyNot, badge: str) -> str:
    """What keeps the desk out of the symbol now, and the last gate that said no."""
    name = escape(short_symbol(found.symbol))
    lines = [f"<b>Why not {name}?</b> · {escape(badge)}"]
    lines += _present(found)
    last = found.last
    if last is None:
        lines.append("No strategy has proposed it yet: no signal passed the filters and playbook.")
    elif last.position_id is not None:
        lines.append(f"The last proposal was taken as #{last.position_id}: /why {last.position_id}")
    else:
        known = "" if last.reason is None else REASON_TEXTS[last.reason]
        lines += [
            f"Last no: {last.proposal.side.value}, {moment(last.proposal.snapshot.at)}",
            f"⛔ {sentence(last.text or known or 'denied', 300)}.",
            f"All of it: /why {name}",
        ]
    lines.append(f"Market: {REGIME_WORDS[found.regime]}")
    return "\n".join([*lines, f"As of {moment(found.market_at)}"])


def _present(found: WhyNot) -> list[str]:
    lines = []
    if found.trading is not TradingState.ACTIVE:
        cause = CAUSE_WORDS[found.cause]
        lines.append(f"{STATE_MARKS[found.trading]} Not taking entries: {escape(cause)}.")
        if found.why:
            lines.append(f"{sentence(found.why, 200)}.")
        lines.append(WAYS_BACK[found.cause])
    if found.position_id is not None:
        lines.append(f"It is open already: /why {found.position_id}")
    if found.not_traded:
        lines.append(f"⛔ At the venue it is {escape(found.not_traded, 60)}: no entry.")
    if found.is_frozen:
        lines.append("An order there has an unknown outcome: no entry until it is found.")
    return [line for line in lines if line] or ["Nothing stands in its way now."]


def _calibrated(vote: Vote) -> str:
    if vote.calibrated_up is None or vote.calibrated_down is None:
        return "-"
    return f"{_whole(vote.calibrated_up)}/{_whole(vote.calibrated_down)}"


def _whole(ratio: float) -> str:
    return f"{100.0 * ratio:.0f}%" if math.isfinite(ratio) else "-"


def _figure(value: float) -> str:
    return f"{value:,.6g}" if math.isfinite(value) else "off"
