"""The voters on a card: how they do, what they cost, and what they say now."""

import math
from collections.abc import Sequence

from engine.core.advice import Vote
from engine.services.model_answers import (
    AskCard,
    BudgetCard,
    BudgetLine,
    ModelBoard,
    VoterRow,
    VoterSkill,
)
from handlers.views.text import (
    NO_VALUE,
    card,
    clean,
    count_of,
    escape,
    moment,
    pair,
    percent,
    price,
    short_symbol,
    table,
)
from handlers.views.words import sentence

FAILURE_WORDS = {
    "auth": "key refused",
    "quota": "no credit",
    "rate_limit": "too many requests",
    "overloaded": "overloaded",
    "server": "server error",
    "bad_request": "request refused",
    "timeout": "too late",
    "connect": "not reached",
    "bad_transport": "no sane reply",
    "refusal": "refused to answer",
    "truncated": "cut off",
    "bad_json": "no JSON",
    "bad_schema": "beside the form",
    "empty": "empty",
    "budget": "over budget",
    "circuit_open": "resting",
}
MODE_WORDS = {
    "off": "nobody is asked",
    "advise": "shown, not obeyed",
    "confirm": "may refuse an entry",
    "lead": "may refuse and propose",
}
_SHOWN_FAILURES = 2
_SHOWN_REASON = 160


def models_text(board: ModelBoard, badge: str) -> str:
    """Every voter with its record; what rests and why; how often the models did not decide."""
    mode = MODE_WORDS.get(board.mode, board.mode)
    lines = [f"<b>{count_of(len(board.rows), 'voter')}</b> · {escape(badge)} · {escape(mode)}"]
    for row in board.rows:
        lines += _voter(row)
    if any(row.is_model for row in board.rows):
        rounds = count_of(board.rounds, "round")
        fallen = percent(board.fallen_ratio)
        lines.append(f"The last day's {rounds}: {fallen} not decided by the models.")
        lines.append(f"Figures of the last {count_of(board.days, 'day')}.")
        lines += _news(board)
    lines.append(f"As of {moment(board.at)}")
    return card(lines)


def _news(board: ModelBoard) -> list[str]:
    if not board.news:
        return []
    hidden = "" if board.news_shown else " (not shown: masked is on)"
    return [f"News{hidden}:", *(f"   {escape(line, 120)}" for line in board.news)]


def _voter(row: VoterRow) -> list[str]:
    name = f"<b>{escape(row.name, 24)}</b>"
    if not row.is_model:
        return [f"▫️ {name}: rule voter, {escape(row.model, 24)}", *_skill(row.skill)]
    mark = "🔴" if row.resting else "🟢" if row.answered else "⚪"
    as_whom = f", {escape(row.persona, 24)}" if row.persona else ""
    lines = [f"{mark} {name}: {escape(row.model, 60)}{as_whom}"]
    if row.resting:
        minutes = math.ceil(row.resting_s / 60.0)
        lines.append(f"   Rests {count_of(minutes, 'minute')}: {_kind(row.resting)}.")
    if not row.asked:
        lines.append("   Not asked yet.")
    else:
        speed = "" if math.isnan(row.latency_ms) else f", {_seconds(row.latency_ms)} each"
        lines.append(f"   {row.answered} of {row.asked} answered{speed}, {dollars(row.cost_usd)}")
        failed = ", ".join(f"{_kind(kind)} {n}" for kind, n in row.failures[:_SHOWN_FAILURES])
        if failed:
            lines.append(f"   Failed {percent(row.failed_ratio)}: {failed}")
    known = f"Knows the past to {escape(row.cutoff, 12)}." if row.cutoff else ""
    lines.append(f"   {known or 'May know all of the past: backtests of it prove nothing.'}")
    return [*lines, *_skill(row.skill)]


def _skill(skill: VoterSkill | None) -> list[str]:
    if skill is None or not skill.labelled:
        return []
    return [
        f"   Skill {percent(skill.brier_skill_ratio, signed=True)} "
        f"({percent(skill.low_ratio, signed=True)} to {percent(skill.high_ratio, signed=True)}), "
        f"{percent(skill.hit_ratio)} right, {percent(skill.warned_ratio)} warned, "
        f"n={skill.labelled}: {escape(skill.evidence, 20)}",
        *_warnings_worth(skill),
    ]


def _warnings_worth(skill: VoterSkill) -> list[str]:
    # whether votes that the checks warned of really are worse
    if not skill.warned.labelled or not skill.clean.labelled:
        return []
    parts = (("warned", skill.warned), ("clean", skill.clean))
    told = (
        f"{word} {percent(part.brier_skill_ratio, signed=True)}, {percent(part.hit_ratio)} right,"
        f" n={part.labelled}"
        for word, part in parts
    )
    return [f"   Of these {'; '.join(told)}"]


def budget_text(budget: BudgetCard, badge: str) -> str:
    """What models cost against each limit, and per round and per closed trade."""
    rows = [
        *(_limit(line) for line in budget.lines),
        pair("One round, at most", dollars(budget.round_limit_usd)),
        "",
        pair("Rounds this month", f"{budget.month_rounds:,}"),
        pair("Per round", dollars(budget.usd_per_round)),
        pair("Per closed trade", dollars(budget.usd_per_trade)),
    ]
    listed = f"Prices: list of {escape(budget.prices_as_of, 12)}" if budget.prices_as_of else ""
    return "\n".join(
        [
            f"<b>Budget in US dollars</b> · {escape(badge)}",
            table(rows),
            f"{listed or 'Prices: as in MODEL_PRICES'}; a request that was cut off counts in full.",
            *_guessed(budget.guessed),
            "Limits: /params parley",
            f"As of {moment(budget.at)}",
        ]
    )


def _guessed(voters: Sequence[str]) -> list[str]:
    if not voters:
        return []
    names = escape(", ".join(voters), 200)
    return [f"⚠️ Price not known, counted as the dearest: {names}. Set MODEL_PRICES."]


def _limit(line: BudgetLine) -> str:
    mark = " !" if line.used_usd >= 0.8 * line.limit_usd and line.used_usd > 0.0 else ""
    used = f"{dollars(line.used_usd)} of {dollars(line.limit_usd)}"
    return pair(f"{clean(line.name, 14)}{mark}", used)


def ask_question_text(symbol: str, voters: int, most_usd: float, badge: str) -> str:
    """Before a round that costs something."""
    return "\n".join(
        [
            f"<b>Ask {count_of(voters, 'voter')} about {escape(short_symbol(symbol))}?</b> "
            f"· {escape(badge)}",
            f"It costs at most {dollars(most_usd)} and trades nothing.",
        ]
    )


def ask_text(ask: AskCard, badge: str) -> str:
    """The votes that arrived, and who is still thinking."""
    state = "" if ask.is_done else " · asking…"
    lines = [
        f"<b>{escape(short_symbol(ask.symbol))} on {escape(ask.timeframe)} bars</b>"
        f" · {escape(badge)}{state}",
        f"From {price(ask.close_price)}: +{ask.barrier_atr:g} ATR or -{ask.barrier_atr:g} ATR "
        f"first, within {count_of(ask.horizon_bars, 'bar')}?",
        table(
            [
                f"{'':<16}{'up':>9}{'down':>9}",
                _chances("usual here", ask.base_up_ratio, ask.base_down_ratio),
                *(_chances(vote.voter, vote.p_up, vote.p_down) for vote in _answered(ask.votes)),
            ]
        ),
    ]
    lines.extend(_said(vote) for vote in ask.votes)
    if ask.waiting:
        lines.append(f"⏳ {escape(', '.join(ask.waiting), 200)}")
    if ask.contaminated:
        names = escape(", ".join(ask.contaminated), 200)
        lines.append(f"📖 May have read what came next: {names}. This proves nothing of them.")
    cost = f" It cost {dollars(ask.cost_usd)}." if ask.cost_usd else ""
    return card([*lines, f"Nothing is traded on this.{cost}", f"Bar of {moment(ask.bar_at)}"])


def _answered(votes: Sequence[Vote]) -> list[Vote]:
    return [vote for vote in votes if not vote.abstained]


def _chances(name: str, up_ratio: float, down_ratio: float) -> str:
    return f"{clean(name, 15):<16}{percent(up_ratio):>9}{percent(down_ratio):>9}"


def _said(vote: Vote) -> str:
    name = f"<b>{escape(vote.voter, 24)}</b>"
    if vote.abstained:
        return f"▫️ {name} abstains: {_kind(vote.abstention) or sentence(vote.reason)}"
    flags = "".join(" ⚠️" for _ in vote.objections[:1])
    return f"▪️ {name}{flags}: {sentence(vote.reason, _SHOWN_REASON)}"


def _kind(kind: str) -> str:
    return FAILURE_WORDS.get(kind, escape(kind.replace("_", " "), 40))


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000.0:.1f} s"


def dollars(usd: float) -> str:
    """US dollars, to the cent or finer below a dime: "$1.25", "$0.0042"."""
    if not math.isfinite(usd):
        return NO_VALUE
    return f"${usd:,.4f}" if 0.0 < usd < 0.1 else f"${usd:,.2f}"
