"""Keys, prices and addresses: what may be sent where, and what a call may cost."""

from datetime import date

import pytest

from engine.core.errors import SettingsError
from llm.accounts import key_name, model_seats
from llm.clients.contract import Tokens
from llm.prices import CUTOFFS, PRICES, family, is_contaminated, parse_prices
from llm.prompts.personas import DEFAULT, persona_for, personas
from llm.roster import parse_voters
from llm.transport.seats import ModelSeat

VENDOR_KEYS = {"openai": "sk-openai", "anthropic": "sk-anthropic"}
FOREIGN = "https://models.example/v1"


def a_seat_of(
    voters: str, own: dict[str, str] | None = None, prices: str = "", *, keys: bool = True
) -> ModelSeat:
    (seat,) = model_seats(
        parse_voters(voters), VENDOR_KEYS if keys else {}, own or {}, parse_prices(prices)
    )
    return seat


def told(voters: str, own: dict[str, str] | None = None, *, keys: bool = True) -> str:
    with pytest.raises(SettingsError) as caught:
        a_seat_of(voters, own, keys=keys)
    assert "sk-" not in caught.value.sentence()
    return caught.value.sentence()


@pytest.mark.parametrize(
    ("voters", "key", "base_url"),
    [
        ("oak=openai:gpt-5-mini", "sk-openai", "https://api.openai.com/v1"),
        ("oak=anthropic:claude-haiku-4-5", "sk-anthropic", "https://api.anthropic.com"),
    ],
)
def test_one_line_and_the_vendors_key_make_a_voter(voters: str, key: str, base_url: str) -> None:
    seat = a_seat_of(voters)
    assert (seat.address.api_key, seat.address.base_url) == (key, base_url)
    assert key not in repr(seat)


def test_a_voters_own_key_beats_the_vendors() -> None:
    seat = a_seat_of("oak=openai:gpt-5-mini", {"oak": "sk-own"})
    assert seat.address.api_key == "sk-own"
    assert seat.account != a_seat_of("oak=openai:gpt-5-mini").account


def test_a_vendors_key_is_never_sent_to_another_host() -> None:
    sentence = told(f"big-oak=openai:gpt-5-mini@{FOREIGN}")
    assert "BIG_OAK_API_KEY" in sentence
    seat = a_seat_of(f"oak=openai:gpt-5-mini@{FOREIGN}", {"oak": "sk-own"}, "oak=1/2")
    assert seat.address.api_key == "sk-own"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:11434", "localhost:8000", "[::1]:8000", "192.168.1.20", "ollama:11434", "pc.local"],
)
def test_a_model_at_home_needs_no_key_and_costs_nothing(host: str) -> None:
    seat = a_seat_of(f"llama=openai:llama3:8b@http://{host}/v1", keys=False)
    assert seat.address.api_key == "none"
    assert seat.address.model == "llama3:8b"
    assert seat.price.most_usd(10_000, 2000) == 0.0


def test_without_a_key_one_sentence_says_which_to_set() -> None:
    assert "OPENAI_API_KEY or OAK_API_KEY" in told("oak=openai:gpt-5-mini", keys=False)
    assert key_name("big-oak") == "BIG_OAK_API_KEY"


@pytest.mark.parametrize(
    "voters", ["oak=openai:gpt-99", "oak=openai:gpt-5@https://elsewhere.example/v1"]
)
def test_a_model_whose_price_is_not_known_counts_as_the_dearest_of_the_list(voters: str) -> None:
    price = a_seat_of(voters, own={"oak": "k"}).price
    assert price.is_guess
    assert all(
        price.most_usd(9000, 2000) >= known.most_usd(9000, 2000) for known in PRICES.values()
    )
    told = a_seat_of("oak=openai:gpt-99", prices="gpt-99=1/2").price
    assert (told.output_usd, told.is_guess) == (2.0, False)


def test_the_settings_price_beats_the_list() -> None:
    assert a_seat_of("oak=openai:gpt-5", prices="oak=9/9/3").price.cached_usd == 3.0


def test_cached_input_is_cheaper_and_all_of_it_is_counted() -> None:
    price = PRICES["anthropic:claude-sonnet-4-5"]
    tokens = Tokens(fresh=1_000_000, cached=1_000_000, written=1_000_000, output=1_000_000)
    assert price.cost_usd(tokens) == pytest.approx(3.0 + 0.3 + 3.75 + 15.0)


def test_what_is_reserved_is_never_less_than_what_it_costs() -> None:
    for price in PRICES.values():
        for kind in ("fresh", "written", "cached"):
            tokens = Tokens(**{kind: 1000, "output": 200})
            assert price.most_usd(3500, 200) >= price.cost_usd(tokens)


@pytest.mark.parametrize("text", ["oak", "oak=1", "oak=1/x", "=1/2", "oak=1/2/3/4", "oak=-1/2"])
def test_a_wrong_price_is_one_clear_sentence(text: str) -> None:
    with pytest.raises(SettingsError, match="MODEL_PRICES has"):
        parse_prices(text)


def test_a_dated_name_has_the_price_of_its_family_and_another_model_has_not() -> None:
    assert family("openai", "gpt-4o-2024-08-06") == "openai:gpt-4o"
    assert family("anthropic", "claude-haiku-4-5-20251001") == "anthropic:claude-haiku-4-5"
    assert family("openai", "gpt-5.9") not in PRICES


def test_bars_that_a_model_may_have_read_about_are_contaminated() -> None:
    assert set(CUTOFFS) == set(PRICES)
    assert is_contaminated("openai", "gpt-4o", date(2023, 9, 1))
    assert not is_contaminated("openai", "gpt-4o-2024-08-06", date(2026, 1, 1))
    assert is_contaminated("openai", "llama3:8b", date(2026, 11, 1))  # nobody knows


def test_any_persona_speaks_through_any_model() -> None:
    assert a_seat_of("oak/contrarian=openai:gpt-5").persona.name == "contrarian"
    assert a_seat_of("trend=openai:gpt-5").persona.name == "trend"
    assert a_seat_of("oak=openai:gpt-5").persona.name == DEFAULT


def test_personas_share_their_rules_and_are_known_by_their_words() -> None:
    known = personas()
    assert len(known) >= 4
    assert len({each.prompt_hash for each in known.values()}) == len(known)
    (beginning,) = {each.text.partition("YOUR PART.")[0] for each in known.values()}
    assert len(beginning) > 2000  # long enough for a provider to cache
    with pytest.raises(KeyError):
        persona_for("oak", "nobody")


def test_the_prompt_speaks_of_every_field_of_the_answer_and_of_no_other_action() -> None:
    from llm.checks.reply import VoteReply

    rules = persona_for("oak").text
    assert [name for name in VoteReply.model_fields if f"`{name}`" not in rules] == []
    for action in ("BUY", "SELL", "HOLD"):
        assert f'"{action}"' in rules
