"""What a person types for a parameter: understood exactly, or refused in one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import UserError
from engine.core.parameters import Parameters, declarations
from engine.core.parameters.parse import closest, format_value, parse_value, quoted, resolve

DECLARED = declarations(Parameters)
NAMES = tuple(DECLARED)


@pytest.mark.parametrize(
    ("name", "text", "value", "said_back"),
    [
        ("risk_per_trade_ratio", "0.8%", 0.008, "0.8%"),
        ("risk_per_trade_ratio", "0.008", 0.008, "0.8%"),
        ("risk_per_trade_ratio", "80 bps", 0.008, "0.8%"),
        ("risk_per_trade_ratio", "  0.8 %  ", 0.008, "0.8%"),
        ("max_exposure_ratio", "60%", 0.6, "60%"),
        ("max_spread_bps", "25", 25.0, "25 bps"),
        ("max_spread_bps", "25bps", 25.0, "25 bps"),
        ("max_spread_bps", "0.25%", 25.0, "25 bps"),
        ("cool_down_s", "30m", 1800.0, "30m"),
        ("cool_down_s", "90", 90.0, "90s"),
        ("cool_down_s", "1.5h", 5400.0, "90m"),
        ("cool_down_s", "2d", 172_800.0, "2d"),
        ("cool_down_s", "-0", 0.0, "0s"),
        ("max_positions", "6", 6, "6"),
        ("max_positions", "6.0", 6, "6"),
        ("stop_atr", "2.5 ATR", 2.5, "2.5 ATR"),
        ("target_1_r", "1.000", 1.0, "1 R"),  # one, not a thousand: said back
        ("time_stop_bars", "48 bars", 48, "48 bars"),
        ("allow_short", "OFF", False, "off"),
        ("allow_short", "yes", True, "on"),
    ],
)
def test_what_is_understood_is_exact_and_said_back(
    name: str, text: str, value: float, said_back: str
) -> None:
    understood = parse_value(DECLARED[name], text)
    assert (understood, type(understood)) == (value, DECLARED[name].kind)
    assert format_value(DECLARED[name], understood) == said_back


HOSTILE = [
    "nan", "inf", "-1", "1e999", "1_000", "\uff11\uff10\uff10", "\u0663", "0x10", "1,5", "9" * 400,
    "", " ", "1 000", "+1", "1.", ".5", "1e2", "0.123456789", "5 apples", "1\n", "\u202e1", "<b>1",
    "1%%", "None", "--1", "1 %bps",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["risk_per_trade_ratio", "max_positions", "allow_short"])
def test_what_is_not_a_plain_number_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_value(DECLARED[name], text)
    assert name in refused.value.sentence()
    assert len(refused.value.sentence()) < 200


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "risk_per_trade_ratio",
            "0.5",
            "risk_per_trade_ratio: 0.5 is 50%, outside 0.05% to 5%. Did you mean 0.5%?",
        ),
        (
            "max_exposure_ratio",
            "5",
            "max_exposure_ratio: 5 can mean 5% or 500%. Write it with the % sign.",
        ),
        ("risk_per_trade_ratio", "20%", "risk_per_trade_ratio: 20% is outside 0.05% to 5%."),
        ("max_positions", "2.5", "max_positions takes a whole number, not 2.5."),
        ("cool_down_s", "30 parsecs", "Write a time as 90s, 30m, 2h or 1d."),
        ("stop_atr", "1,5", "Write the decimals after a point, not a comma."),
        ("allow_short", "maybe", 'allow_short cannot be "maybe". Write on or off.'),
        ("trail_atr", "50", "trail_atr: 50 ATR is outside 0.1 ATR to 20 ATR."),
    ],
)
def test_a_refusal_says_what_to_write_instead(name: str, text: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_value(DECLARED[name], text)
    assert sentence in refused.value.sentence()


@given(name=st.sampled_from(NAMES), text=st.text(max_size=40))
def test_any_text_gives_a_value_within_the_bounds_or_one_sentence(name: str, text: str) -> None:
    declared = DECLARED[name]
    try:
        value = parse_value(declared, text)
    except UserError:
        return
    assert type(value) is declared.kind
    if not isinstance(value, str):
        assert declared.low is None or value >= declared.low
        assert declared.high is None or value <= declared.high


@given(
    name=st.sampled_from([name for name in NAMES if DECLARED[name].kind is not bool]),
    number=st.decimals(0, 1000, places=4),
    unit=st.sampled_from(["", "%", " bps", "s", "m", "h", "R", "ATR", "bars"]),
)
def test_what_is_said_back_means_the_same_when_typed_again(
    name: str, number: object, unit: str
) -> None:
    declared = DECLARED[name]
    try:
        value = parse_value(declared, f"{number}{unit}")
    except UserError:
        return
    assert parse_value(declared, format_value(declared, value)) == value


@pytest.mark.parametrize("name", NAMES)
def test_every_default_is_said_so_that_it_can_be_typed(name: str) -> None:
    declared = DECLARED[name]
    assert parse_value(declared, format_value(declared, declared.default)) == declared.default


def test_a_name_without_its_unit_is_understood() -> None:
    assert resolve("risk_per_trade", NAMES) == "risk_per_trade_ratio"
    assert resolve("MAX_POSITIONS", NAMES) == "max_positions"


@pytest.mark.parametrize("name", ["__class__", "../../x", "os.system", "bot_token", "", "x" * 900])
def test_an_unknown_name_is_refused_shortly(name: str) -> None:
    with pytest.raises(UserError) as refused:
        resolve(name, NAMES)
    assert "There is no parameter" in refused.value.sentence()
    assert len(refused.value.sentence()) < 200


def test_a_typo_gets_the_closest_names_and_an_ambiguous_start_its_ends() -> None:
    assert closest("max_positons", NAMES)[0] == "max_positions"
    with pytest.raises(UserError, match="no parameter") as refused:
        resolve("drawdown", NAMES)
    assert refused.value.hint == "Did you mean drawdown_reduce_ratio, drawdown_halt_ratio?"


def test_a_quotation_is_short_and_without_control_characters() -> None:
    assert quoted("a\u202eb\n") == '"a?b?"'
    assert quoted("x" * 30) == f'"{"x" * 24}…"'
