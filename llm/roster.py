"""Who votes: the setting VOTERS as values, and the voters it names.

`name=provider:model[@base_url]`, comma-separated; for the provider `rules` the model is an
analyst of llm/voters/rules.py: `VOTERS=trend=rules:trend,calm=rules:volatility`.
"""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.core.advice import Snapshot, Verdict
from engine.core.errors import SettingsError
from engine.core.parameters import Parameters
from llm.consensus import majority
from llm.voters.contract import Voter
from llm.voters.rules import ANALYSTS, RuleVoter, cast_vote

DEFAULT_VOTERS = "trend=rules:trend,reversion=rules:reversion,volatility=rules:volatility"
PROVIDERS = ("rules", "openai", "anthropic")
COMING = frozenset({"openai", "anthropic"})
_NAME = re.compile(r"[a-z0-9_-]{1,24}")


@dataclass(frozen=True, slots=True)
class VoterSpec:
    """One row of the setting VOTERS."""

    name: str
    provider: str
    model: str
    base_url: str | None = None


def parse_voters(text: str) -> tuple[VoterSpec, ...]:
    """The voters that `text` names, in order; raises SettingsError with one clear sentence."""
    rows = [row.strip() for row in text.split(",") if row.strip()]
    if not rows:
        raise SettingsError("VOTERS names nobody.", hint=f"For example: {DEFAULT_VOTERS}")
    specs = tuple(_parse_row(row) for row in rows)
    names = [spec.name for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"VOTERS names {name} twice.", hint="Give each voter its own name.")
    return specs


def seat(specs: Sequence[VoterSpec]) -> tuple[Voter, ...]:
    """The voters themselves, in the order of the specs."""
    return tuple(RuleVoter(spec.name, ANALYSTS[spec.model]) for spec in specs)


def rule_advice(
    specs: Sequence[VoterSpec], parameters: Parameters
) -> Callable[[Snapshot], Verdict]:
    """What a panel of these rule voters says, as a pure function: backtests ask it."""

    def advise(snapshot: Snapshot) -> Verdict:
        votes = [cast_vote(spec.name, ANALYSTS[spec.model], snapshot) for spec in specs]
        return majority(
            votes,
            snapshot.side,
            quorum=parameters.quorum,
            majority_ratio=parameters.majority_ratio,
        )

    return advise


def _parse_row(row: str) -> VoterSpec:
    name, equals, rest = row.partition("=")
    provider, colon, target = rest.partition(":")
    model, _, base_url = target.partition("@")
    if not equals or not colon or not model:
        raise SettingsError(
            f"VOTERS has {row!r}.", hint="A voter reads name=provider:model[@base_url]."
        )
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"VOTERS has the name {name!r}.", hint="Use up to 24 of a-z, 0-9, - and _."
        )
    spec = VoterSpec(name, provider, model, base_url or None)
    _require_known(spec)
    return spec


def _require_known(spec: VoterSpec) -> None:
    if spec.provider not in PROVIDERS:
        raise SettingsError(
            f"VOTERS: {spec.name} has the unknown provider {spec.provider!r}.",
            hint=_closest(spec.provider, PROVIDERS),
        )
    if spec.provider in COMING:
        raise SettingsError(
            f"VOTERS: {spec.name} asks for {spec.provider}, and language models come with the "
            "parley issue.",
            hint=f"Until then: {DEFAULT_VOTERS}",
        )
    if spec.model not in ANALYSTS:
        raise SettingsError(
            f"VOTERS: {spec.name} has the unknown analyst {spec.model!r}.",
            hint=_closest(spec.model, tuple(ANALYSTS)),
        )


def _closest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
