"""The last rounds of votes, and the captions of their pictures."""

import math

import numpy as np

from engine.analytics.skill import Reliability, VoteHistory
from engine.core.forecasts import Forecast
from engine.services.parley_answers import Rounds
from handlers.views.text import card, clock, count_of, escape, moment, percent, short_symbol
from handlers.views.why import OUTCOME_WORDS, votes_table

OUTCOME_MARKS = {"up": "↗", "down": "↘", "neither": "→", "both": "↕", "lost": "·"}


def votes_text(rounds: Rounds, badge: str) -> str:
    """One block per round, newest first: what was said, calibrated, and what came of it."""
    shown = rounds.forecasts
    head = f"<b>Last {count_of(len(shown), 'round')} of votes</b> · {escape(badge)}"
    if not shown:
        return f"{head}\nNo round yet: no strategy has proposed a trade.\n" + (
            f"As of {moment(rounds.market_at)}"
        )
    blocks = [line for each in shown for line in _block(each)]
    return card([head, *blocks, f"As of {moment(rounds.market_at)}"])


def _block(forecast: Forecast) -> list[str]:
    name = f"<b>{escape(short_symbol(forecast.symbol))}</b> {clock(forecast.at)}"
    pooled = f"pooled {forecast.up.pooled:.0%} up, {forecast.down.pooled:.0%} down"
    base = f"base rate {forecast.base_up:.0%}/{forecast.base_down:.0%}"
    if forecast.outcome is None:
        came = "not decided yet"
    else:
        mark = OUTCOME_MARKS.get(forecast.outcome, "")
        came = f"{mark} {OUTCOME_WORDS.get(forecast.outcome, 'decided')}"
    return [f"{name}: {pooled}; {base}", votes_table(forecast.votes), came.capitalize()]


def reliability_caption(pair: tuple[Reliability, Reliability], voter: str, badge: str) -> str:
    """How far words were from what happened, before and after calibration."""
    said, calibrated = pair
    whose = f"of {escape(voter, 24)}" if voter else "of all voters"
    head = f"<b>Reliability</b> {whose} · {escape(badge)}"
    if not said.count.size:
        return f"{head}\nToo few decided votes: {said.labelled:,} so far."
    lines = [
        head,
        f"{count_of(said.labelled, 'decided vote')}, both barriers",
        f"As said: off by {percent(said.error_ratio)} on average",
    ]
    if not math.isnan(calibrated.error_ratio):
        lines.append(f"Calibrated: off by {percent(calibrated.error_ratio)}")
    return "\n".join([*lines, "On the line: said as often as it happened."])


def history_caption(history: VoteHistory, badge: str) -> str:
    """How many votes the picture shows, and how many leaned the right way."""
    head = f"<b>Votes over time</b> · {escape(badge)}"
    if not len(history.voter):
        return f"{head}\nNo vote yet."
    decided = np.isfinite(history.result) & (history.result != 0.0) & (history.lean != 0.0)
    right = int(np.count_nonzero(np.sign(history.lean[decided]) == history.result[decided]))
    count = int(np.count_nonzero(decided))
    voters = len(set(history.voter))
    lines = [head, f"{count_of(len(history.voter), 'vote')} of {count_of(voters, 'voter')}"]
    if count:
        lines.append(f"{right} of {count} decided ones leaned right ({percent(right / count)})")
    return "\n".join([*lines, "Round: right. Cross: wrong. Dot: neither, or not decided."])
