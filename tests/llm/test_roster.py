"""The setting VOTERS: read, or refused with one clear sentence."""

import subprocess
import sys

import pytest

from engine.core.errors import SettingsError
from llm.roster import DEFAULT_VOTERS, VoterSpec, parse_voters, seat
from llm.voters.rules import ANALYSTS, RuleVoter


def test_the_default_seats_each_analyst_once() -> None:
    specs = parse_voters(DEFAULT_VOTERS)
    assert [spec.model for spec in specs] == list(ANALYSTS)
    voters = seat(specs)
    assert [voter.name for voter in voters] == [spec.name for spec in specs]
    assert all(isinstance(voter, RuleVoter) for voter in voters)


def test_spaces_and_a_trailing_comma_do_no_harm() -> None:
    wanted = (VoterSpec("oak", "rules", "trend"), VoterSpec("elm", "rules", "volatility"))
    assert parse_voters(" oak=rules:trend , elm=rules:volatility, ") == wanted


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
        ("a=openai:some-model", "language models come with the parley issue"),
        ("a=anthropic:m@http://127.0.0.1:1/v1", "language models come with the parley issue"),
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
