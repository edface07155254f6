"""The setting VOTERS: read, or refused with one clear sentence."""

import subprocess
import sys

import pytest

from engine.core.errors import SettingsError
from engine.core.parameters import Parameters
from llm.roster import DEFAULT_VOTERS, VoterSpec, parse_voters, rule_advice, seat
from llm.voters.rules import ANALYSTS, RuleVoter
from tests.llm.snapshots import a_snapshot


def test_the_default_seats_each_analyst_once() -> None:
    specs = parse_voters(DEFAULT_VOTERS)
    assert [spec.model for spec in specs] == list(ANALYSTS)
    voters = seat(specs)
    assert [voter.name for voter in voters] == [spec.name for spec in specs]
    assert all(isinstance(voter, RuleVoter) for voter in voters)


def test_spaces_and_a_trailing_comma_do_no_harm() -> None:
    wanted = (VoterSpec("oak", "rules", "trend"), VoterSpec("elm", "rules", "volatility"))
    assert parse_voters(" oak=rules:trend , elm=rules:volatility, ") == wanted


def test_a_model_is_a_row_with_its_address_and_persona() -> None:
    (spec,) = parse_voters("oak/risk_officer=openai:qwen3:8b@http://127.0.0.1:11434/v1/")
    assert spec == VoterSpec(
        "oak", "openai", "qwen3:8b", "http://127.0.0.1:11434/v1", "risk_officer"
    )
    assert spec.is_model
    assert seat([spec]) == ()


def test_a_backtest_asks_no_model() -> None:
    with pytest.raises(SettingsError, match="a backtest asks none"):
        rule_advice(parse_voters("oak=openai:m,trend=rules:trend"), Parameters())


@pytest.mark.parametrize(
    ("mode", "approved", "votes"), [("off", True, 0), ("advise", True, 3), ("confirm", False, 3)]
)
def test_a_backtest_obeys_as_the_desk_does(mode: str, approved: bool, votes: int) -> None:
    falling = a_snapshot({"trend_strength": -0.5, "momentum_ratio": -0.05})
    verdict = rule_advice(parse_voters(DEFAULT_VOTERS), Parameters(parley_mode=mode))(falling)
    assert (verdict.approved, len(verdict.votes)) == (approved, votes)
    if mode != "confirm":
        assert verdict.confidence_ratio == 0.5


def test_the_same_analyst_may_sit_under_two_names() -> None:
    assert len(seat(parse_voters("a=rules:trend,b=rules:trend"))) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "VOTERS names nobody."),
        (" , ", "VOTERS names nobody."),
        ("trend", "A voter reads name=provider:model"),
        ("trend=rules", "A voter reads name=provider:model"),
        ("trend=rules:", "A voter reads name=provider:model"),
        ("Tr end=rules:trend", "Use up to 24 of a-z, 0-9, - and _."),
        ("a=rules:trend,a=rules:volatility", "VOTERS names a twice."),
        ("a=ruls:trend", "Did you mean rules?"),
        ("a=xyz:trend", "Known: rules, openai, anthropic."),
        ("a=rules:trent", "Did you mean trend?"),
        ("a=rules:zzz", "Known: trend, reversion, volatility."),
        ("a=openai:m@", "A voter reads name=provider:model"),
        ("a/=openai:m", "A voter reads name=provider:model"),
        ("a=openai:m@ftp://x", "no http(s) URL"),
        ("a=openai:m@http://key@host/v1", "no http(s) URL"),
        ("a=openai:m@http://host:port/v1", "no http(s) URL"),
        ("a=openai:m m", "has the model"),
        ("a/contrairian=openai:m", "Did you mean contrarian?"),
        ("a=anthropic:m@http://127.0.0.1:1/v1", "Leave the /v1 away."),
        ("a/trend=rules:trend", "no persona"),
        ("a=rules:trend@http://127.0.0.1", "no address"),
        (",".join(f"v{n}=rules:trend" for n in range(17)), "16 seats"),
    ],
)
def test_a_wrong_setting_is_one_clear_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_voters(text)
    assert sentence in caught.value.sentence()
    assert "\n" not in caught.value.sentence()


def test_the_parley_imports_no_vendor() -> None:
    code = (
        "import sys, llm.panel, llm.roster;"
        "sys.exit(bool({'openai', 'anthropic', 'aiohttp', 'httpx'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
