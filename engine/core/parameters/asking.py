"""The parameters of how models are asked: how long, how dear, and what follows when they fail."""

from collections.abc import Sequence

from engine.core.parameters.declaration import param
from engine.core.parameters.groups import Group

MODES = ("off", "advise", "confirm", "lead")
OBEYED = frozenset({"confirm", "lead"})  # the voters' word counts
FALLBACKS = ("none", "single", "rules")


class AskingParameters(Group):
    """What the parley may do, cost and take."""

    parley_mode: str = param(
        "confirm", unit="text", group="parley",
        why="off asks nobody, advise is only shown, confirm may refuse, lead may also propose",
    )  # fmt: skip
    parley_fallback: str = param(
        "rules", unit="text", group="parley",
        why="without a quorum of models: none takes no entry, single hears one, rules the rules",
    )  # fmt: skip
    round_s: float = param(
        20.0, unit="s", group="parley", ge=1, le=120,
        why="longest wait for the models of one round; never over a tenth of the bar",
    )  # fmt: skip
    lead_budget_ratio: float = param(
        0.5, unit="ratio", group="parley", ge=0, le=1,
        why="share of the day's and the month's budget that asking for leads may use up",
    )  # fmt: skip
    vote_tokens: int = param(
        2000, unit="count", group="parley", ge=100, le=32_000,
        why="most tokens of one answer, thinking included; bounds what it may cost",
    )  # fmt: skip
    tape_days: int = param(
        365, unit="count", group="parley", ge=32, le=36_500,
        why="days for which replies and calls of models are kept; those of trades stay for ever",
    )  # fmt: skip
    budget_round_usd: float = param(
        0.5, unit="usd", group="parley", ge=0, le=1000,
        why="most that one round may cost",
    )  # fmt: skip
    budget_day_usd: float = param(
        2.0, unit="usd", group="parley", ge=0, le=100_000,
        why="most that models may cost in a UTC day; then the fallback decides",
    )  # fmt: skip
    budget_month_usd: float = param(
        30.0, unit="usd", group="parley", ge=0, le=1_000_000,
        why="most that models may cost in a calendar month",
    )  # fmt: skip
    budget_voter_usd: float = param(
        1.0, unit="usd", group="parley", ge=0, le=100_000,
        why="most that one voter may cost in a UTC day",
    )  # fmt: skip


def mode_named(text: str) -> str:
    """The mode of the parley; raises ValueError with the known ones."""
    return _one_of(text, MODES, "mode")


def fallback_named(text: str) -> str:
    """The lowest rung that may decide; raises ValueError with the known ones."""
    return _one_of(text, FALLBACKS, "fallback")


def _one_of(text: str, known: Sequence[str], what: str) -> str:
    word = text.strip().lower()
    if word not in known:
        raise ValueError(f'"{text}" is no {what}: {", ".join(known)}')
    return word
