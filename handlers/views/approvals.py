"""Trades that wait for a person: the card, its end, the list, and what refusing was worth."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from engine.core.advice import Verdict
from engine.core.approvals import (
    GRANTED,
    Approval,
    ApprovalState,
    AskedFor,
    Cause,
    Deaf,
    Expiry,
    Heard,
    Word,
)
from engine.core.kinds import PositionSide
from engine.services.approval_answers import ShadowRow, Vetoes, Waiting
from handlers.views.text import (
    card,
    count_of,
    duration,
    escape,
    moment,
    money,
    multiple,
    pair,
    percent,
    price,
    quantity,
    quote_of,
    short_symbol,
    signed_money,
    table,
)
from handlers.views.words import exit_words, name_of, sentence, side_mark, with_quote

SHOWN_WAITING = 6
SHOWN_VETOES = 8
_DISSENTERS = 3
STATE_WORDS = {
    ApprovalState.PENDING: "waits",
    ApprovalState.APPROVED: "approved",
    ApprovalState.HALVED: "approved at half size",
    ApprovalState.VETOED: "vetoed",
    ApprovalState.EXPIRED: "expired",
    ApprovalState.WITHDRAWN: "taken back",
}
STATE_SIGNS = {
    ApprovalState.PENDING: "✋",
    ApprovalState.APPROVED: "✅",
    ApprovalState.HALVED: "🌓",
    ApprovalState.VETOED: "⛔",
    ApprovalState.EXPIRED: "⌛",
    ApprovalState.WITHDRAWN: "↩",
}
SILENCE_WORDS = {
    Expiry.VETO: "it is not made",
    Expiry.HALVE: "half of it is made",
    Expiry.EXECUTE: "it is made",
}


def waiting_card(approval: Approval, badge: str, silence: Expiry) -> str:
    """The question: what, how much, what it may cost, who is against it, why it is asked."""
    offer, symbol = approval.offer, approval.symbol
    quote = escape(quote_of(symbol))
    targets = ", ".join(price(each) for each in offer.target_prices) or "none"
    anew = " · new price" if offer.version > 1 else ""
    lines = [
        f"✋ <b>{name_of(symbol, approval.proposal.side)}: your word?</b>"
        f" #{approval.number}{anew} · {escape(badge)}",
        f"<b>{money(offer.notional_quote)} {quote}</b> = {percent(offer.share_ratio)} of equity",
        f"{quantity(offer.qty_base)} at {price(offer.price)}",
        f"Stop {price(offer.stop_price)} · targets {targets}",
        f"Worst case -{money(offer.risk_quote)} {quote} (1 R), before fees and gaps",
        votes_line(approval.verdict, approval.proposal.side),
        f"Asked because {'; '.join(map(cause_words, approval.causes))}.",
    ]
    if approval.people > 1:
        agreed = ", ".join(escape(each.name, 24) for each in approval.said)
        so_far = f"{len(approval.said)} so far: {agreed}" if agreed else "none so far"
        lines.append(f"{approval.people} people must agree; {so_far}.")
        silence = Expiry.VETO  # no policy stands in for a second person
    lines.append(
        f"Ends {relative(approval.expires_at)}; without an answer {SILENCE_WORDS[silence]}."
    )
    return "\n".join(lines)


def decided_card(approval: Approval, badge: str) -> str:
    """How it ended, in place of the question."""
    offer = approval.offer
    lines = [
        f"{STATE_SIGNS[approval.state]} <b>{name_of(approval.symbol, approval.proposal.side)}"
        f" {STATE_WORDS[approval.state]}</b> #{approval.number} · {escape(badge)}",
        f"{with_quote(money(offer.notional_quote), approval.symbol)} at {price(offer.price)}",
        f"{sentence(decided_by(approval))}, {moment(approval.decided_at)}",
    ]
    if approval.position_id is not None:
        lines.append(f"Sent to the venue: /why {approval.position_id}")
    elif approval.is_settled and approval.state in GRANTED:
        lines.append(f"Not entered: {sentence(approval.outcome, 200)}.")
    elif approval.state in {ApprovalState.VETOED, ApprovalState.EXPIRED}:
        lines.append("What it would have brought: /vetoes")
    return "\n".join(lines)


def decided_label(approval: Approval) -> str:
    """What the one button says that is left: "Approved · Ann"."""
    words = STATE_WORDS[approval.state].capitalize()
    who = approval.said[-1].name if approval.said else ""
    return f"{words} · {_short(who)}" if who else words


def decided_by(approval: Approval) -> str:
    """ "approved by Ann and Bob", "nobody answered in time", in plain text."""
    names = " and ".join(each.name for each in approval.said if each.person_id is not None)
    words = STATE_WORDS[approval.state]
    if approval.state is ApprovalState.VETOED and approval.said:
        return f"{words} by {approval.said[-1].name}"
    if names and approval.state in GRANTED:
        return f"{words} by {names}"
    return approval.why or words


def heard_text(found: Heard, word: Word) -> str:
    """The toast of a word that counted; plain text."""
    approval = found.approval
    if approval.is_pending:
        more = approval.people - len(approval.said)
        return f"Noted. {count_of(more, 'more person', 'more people')} must agree."
    if word is Word.VETO:
        return "Vetoed. It is not made."
    size = "Half of it" if approval.state is ApprovalState.HALVED else "It"
    return f"Approved. {size} is sent once the rules have looked again."


def deaf_text(found: Heard, now: datetime) -> tuple[str, str]:
    """Why a word changed nothing, and what to do; plain text."""
    approval = found.approval
    known = {
        Deaf.EXPIRED: ("The time for an answer is over.", "It is not made without one."),
        Deaf.OLD_OFFER: ("This offer is old.", "The card shows the new one: look again."),
        Deaf.REQUOTED: ("The price has moved.", "The card shows the new offer: look again."),
        Deaf.SAID_BEFORE: ("You have agreed already.", "Another person must agree, too."),
        Deaf.TOO_SMALL: ("Half of it is too small for the venue.", "Approve or veto all of it."),
        Deaf.STOPPED: ("The desk takes no new trades now.", "See /status"),
    }
    if found.deaf in known:
        return known[found.deaf]
    when = "" if approval.decided_at is None else f" {_ago(approval.decided_at, now)}"
    return (f"It is over: {decided_by(approval)}{when}.", "Nothing was changed.")


def list_text(waiting: Waiting, badge: str) -> str:
    """What waits; each has a row of buttons below."""
    found = waiting.approvals
    head = f"✋ <b>{count_of(len(found), 'trade')} for your word</b> · {escape(badge)}"
    if not found:
        return "\n".join(
            [
                f"{head}\nNothing waits.",
                "Which trades ask first: /params approvals",
                f"As of {moment(waiting.market_at)}",
            ]
        )
    lines = [head]
    for each in found[:SHOWN_WAITING]:
        offer = each.offer
        lines += [
            f"#{each.number} <b>{name_of(each.symbol, each.proposal.side)}</b>"
            f" {with_quote(money(offer.notional_quote), each.symbol)} at {price(offer.price)}",
            f"Worst case -{money(offer.risk_quote)}; ends {relative(each.expires_at)}",
        ]
    more = len(found) - SHOWN_WAITING
    return card([*lines, *([f"and {count_of(more, 'more')}"] if more > 0 else [])])


def vetoes_text(vetoes: Vetoes, badge: str) -> str:
    """What refused trades would have brought, one line each, and whether refusing paid."""
    head = f"⛔ <b>{count_of(len(vetoes.rows), 'refused trade')}</b> · {escape(badge)}"
    if not vetoes.rows:
        return f"{head}\nNobody has refused one yet.\nAs of {moment(vetoes.market_at)}"
    return card(
        [
            head,
            _worth(vetoes),
            table([line for row in vetoes.rows[:SHOWN_VETOES] for line in _veto_lines(row)]),
            "Followed with the same exits, fees and slippage; never part of the equity.",
            f"As of {moment(vetoes.market_at)}",
        ]
    )


def votes_line(verdict: Verdict, side: PositionSide) -> str:
    """ "Votes 2 of 3 for it; against: trend", as HTML."""
    if not verdict.votes:
        return f"Votes: {sentence(verdict.why, 100)}"
    spoke = [vote for vote in verdict.votes if not vote.abstained]
    against = [vote.voter for vote in spoke if vote.side() is not side]
    words = f"Votes {len(spoke) - len(against)} of {len(spoke)} for it"
    silent = len(verdict.votes) - len(spoke)
    if against:
        named = ", ".join(escape(name, 24) for name in against[:_DISSENTERS])
        words += f"; not for it: {named}{'…' if len(against) > _DISSENTERS else ''}"
    return words + (f"; {silent} without opinion" if silent else "")


def cause_words(cause: Cause) -> str:
    """Why it is asked, with the figure and the limit."""
    value, limit = cause.value, cause.limit
    if cause.asked_for is AskedFor.FIRST_TRADE:
        return "it is the first trade on this market"
    if cause.asked_for is AskedFor.TWO_PEOPLE:
        over = percent(limit) if limit <= 10.0 else money(Decimal(repr(limit)))
        return f"over {over} two people decide"
    return {
        AskedFor.NOTIONAL: f"it is worth over {_whole(limit)}",
        AskedFor.SHARE: f"it is {percent(value)} of equity, over {percent(limit)}",
        AskedFor.RISK: f"it risks {percent(value)} of equity, over {percent(limit)}",
        AskedFor.LEVERAGE: f"leverage would be {value:.1f}, over {limit:g}",
        AskedFor.DISSENT: f"{percent(value)} of the voters are against it",
    }[cause.asked_for]


def relative(at: datetime) -> str:
    """A moment that the reader's phone shows as "in 2 minutes"; elsewhere its clock time."""
    shown = f"{at:%H:%M:%S} UTC"
    return f'<tg-time unix="{int(at.timestamp())}" format="r">{shown}</tg-time>'


def _worth(vetoes: Vetoes) -> str:
    if not vetoes.closed:
        return "All would still be open; what they bring is told when they are over."
    saved = -vetoes.net_quote
    words = "saved" if saved >= 0 else "cost"
    sum_of = f"{money(abs(saved))} {escape(vetoes.quote)}, {multiple(-vetoes.result_r)}"
    return f"Refusing {count_of(vetoes.closed, 'trade')} that would be over <b>{words} {sum_of}</b>"


def _veto_lines(row: ShadowRow) -> Sequence[str]:
    shadow, trade = row.shadow, row.shadow.trade
    side = shadow.position.side
    name = f"{side_mark(side)} {short_symbol(shadow.symbol)} {side.value} #{shadow.number}"
    ended = "would be open" if trade is None else exit_words(trade.exit_reason)
    return (
        pair(name, multiple(row.result_r)),
        pair(f"  {_short(shadow.decided_by)}: {ended}", signed_money(row.net_quote)),
    )


def _ago(at: datetime, now: datetime) -> str:
    return f"{duration((now - at).total_seconds())} ago"


def _short(name: str) -> str:
    shown = "".join(name.split("\n"))[:12]
    return shown.strip()


def _whole(limit: float) -> str:
    return f"{limit:,.0f}"
