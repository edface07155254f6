"""Who votes: the setting VOTERS as values, and the voters it names.

`name[/persona]=provider:model[@base_url]`, comma-separated. For the provider `rules` the model is
an analyst of llm/voters/rules.py: `VOTERS=trend=rules:trend,calm=rules:volatility`. Everything
else is a model: `oak=openai:gpt-5-mini`, `elm/contrarian=openai:qwen3:8b@http://127.0.0.1:11434/v1`.
"""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.core.advice import Snapshot, Verdict, Vote
from engine.core.errors import SettingsError
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from llm.consensus import majority
from llm.leading import counted_lead
from llm.modes import NOT_ASKED, obeyed
from llm.prompts.personas import personas
from llm.voters.contract import Voter
from llm.voters.rules import ANALYSTS, RuleVoter, cast_vote

DEFAULT_VOTERS = "trend=rules:trend,reversion=rules:reversion,volatility=rules:volatility"
RULES = "rules"
PROVIDERS = (RULES, "openai", "anthropic")
MOST_VOTERS = 16
_NAME = re.compile(r"[a-z0-9_-]{1,24}")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,119}")


@dataclass(frozen=True, slots=True)
class VoterSpec:
    """One row of the setting VOTERS."""

    name: str
    provider: str
    model: str
    base_url: str | None = None
    persona: str = ""

    @property
    def is_model(self) -> bool:
        """Whether it has to be asked over the wire."""
        return self.provider != RULES


def parse_voters(text: str) -> tuple[VoterSpec, ...]:
    """The voters that `text` names, in order; raises SettingsError with one clear sentence."""
    rows = [row.strip() for row in text.split(",") if row.strip()]
    if not rows:
        raise SettingsError("VOTERS names nobody.", hint=f"For example: {DEFAULT_VOTERS}")
    if len(rows) > MOST_VOTERS:
        raise SettingsError(
            f"VOTERS names {len(rows)} voters.", hint=f"A parley has {MOST_VOTERS} seats."
        )
    specs = tuple(_parse_row(row) for row in rows)
    names = [spec.name for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"VOTERS names {name} twice.", hint="Give each voter its own name.")
    return specs


def seat(specs: Sequence[VoterSpec]) -> tuple[Voter, ...]:
    """The voters among the specs that need no model, in their order."""
    return tuple(RuleVoter(spec.name, ANALYSTS[spec.model]) for spec in specs if not spec.is_model)


def rule_advice(
    specs: Sequence[VoterSpec], parameters: Parameters
) -> Callable[[Snapshot], Verdict]:
    """What a panel of these rule voters says, as a pure function: backtests ask it.

    Raises SettingsError where a model is among them: a backtest asks nobody.
    """
    _require_rules(specs)

    def advise(snapshot: Snapshot) -> Verdict:
        if parameters.parley_mode == "off":
            return NOT_ASKED
        return obeyed(rule_verdict(specs, snapshot, parameters), parameters.parley_mode)

    return advise


def rule_lead(
    specs: Sequence[VoterSpec], parameters: Parameters
) -> Callable[[Snapshot], tuple[PositionSide, Verdict]]:
    """Which side these rule voters would take, as pure; raises SettingsError for a model."""
    _require_rules(specs)
    return lambda snapshot: counted_lead(_cast(specs, snapshot), snapshot, parameters)


def rule_verdict(specs: Sequence[VoterSpec], snapshot: Snapshot, parameters: Parameters) -> Verdict:
    """The majority of the rule voters, whatever the mode makes of it."""
    return majority(
        _cast(specs, snapshot),
        snapshot.side,
        quorum=parameters.quorum,
        majority_ratio=parameters.majority_ratio,
    )


def _cast(specs: Sequence[VoterSpec], snapshot: Snapshot) -> list[Vote]:
    return [cast_vote(spec.name, ANALYSTS[spec.model], snapshot) for spec in specs]


def _require_rules(specs: Sequence[VoterSpec]) -> None:
    for spec in specs:
        if spec.is_model:
            raise SettingsError(
                f"{spec.name} is a model, and a backtest asks none.",
                hint="Name rule voters, or replay a recorded tape.",
            )


def _parse_row(row: str) -> VoterSpec:
    head, equals, rest = row.partition("=")
    name, slash, persona = head.partition("/")
    provider, colon, target = rest.partition(":")
    model, at, base_url = target.partition("@")
    if not equals or not colon or not model or (at and not base_url) or (slash and not persona):
        raise SettingsError(
            f"VOTERS has {_shown(row)}.",
            hint="A voter reads name=provider:model[@base_url], or name/persona=provider:model.",
        )
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"VOTERS has the name {_shown(name)}.", hint="Use up to 24 of a-z, 0-9, - and _."
        )
    spec = VoterSpec(name, provider, model, base_url.rstrip("/") or None, persona)
    _require_known(spec)
    return spec


def _require_known(spec: VoterSpec) -> None:
    if spec.provider not in PROVIDERS:
        raise SettingsError(
            f"VOTERS: {spec.name} has the unknown provider {_shown(spec.provider)}.",
            hint=_closest(spec.provider, PROVIDERS),
        )
    if spec.is_model:
        _require_askable(spec)
        return
    if spec.base_url is not None or spec.persona:
        raise SettingsError(
            f"VOTERS: {spec.name} is a rule voter, which has no address and no persona.",
            hint=f"Write {spec.name}=rules:{spec.model}.",
        )
    if spec.model not in ANALYSTS:
        raise SettingsError(
            f"VOTERS: {spec.name} has the unknown analyst {_shown(spec.model)}.",
            hint=_closest(spec.model, tuple(ANALYSTS)),
        )


def _require_askable(spec: VoterSpec) -> None:
    if not _MODEL.fullmatch(spec.model):
        raise SettingsError(
            f"VOTERS: {spec.name} has the model {_shown(spec.model)}.",
            hint="A model's name has letters, digits, and . _ : / + -.",
        )
    if spec.persona and spec.persona not in personas():
        raise SettingsError(
            f"VOTERS: {spec.name} has the unknown persona {_shown(spec.persona)}.",
            hint=_closest(spec.persona, tuple(personas())),
        )
    if spec.base_url is None:
        return
    if not is_address(spec.base_url):
        raise SettingsError(
            f"VOTERS: the address of {spec.name} is no http(s) URL.",
            hint="Such as http://127.0.0.1:11434/v1, without a key in it.",
        )
    if spec.provider == "anthropic" and spec.base_url.endswith("/v1"):
        raise SettingsError(
            f"VOTERS: the address of {spec.name} ends in /v1, which anthropic adds by itself.",
            hint="Leave the /v1 away.",
        )


def is_address(text: str) -> bool:
    """Whether it is an http(s) address without a key in it."""
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname)
        return known and parts.username is None and not parts.query and (parts.port or 1) > 0
    except ValueError:  # a port that is none, half an IPv6 address
        return False


def _closest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."


def _shown(text: str) -> str:
    return repr(text[:60])
