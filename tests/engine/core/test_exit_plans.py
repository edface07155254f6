"""Which plan a strategy's positions get, from two parameters; what cannot be read is refused."""

import pytest
from pydantic import ValidationError

from engine.core.parameters import Parameters
from engine.core.parameters.exit_plans import EXIT_PLANS, plans_by_strategy
from engine.strategies.registry import STRATEGIES


def test_without_a_word_every_strategy_leaves_by_the_default_plan() -> None:
    assert {Parameters().plan_name_of(strategy.name) for strategy in STRATEGIES} == {"default"}


def test_one_plan_for_all_and_others_for_some() -> None:
    chosen = Parameters(
        exit_plan="Ladder", exit_plan_exceptions="sma_5_15:give_back, SMA_20_50 : percent"
    )
    names = ("sma_5_15", "sma_10_30", "sma_20_50")
    plans = [chosen.plan_name_of(name) for name in names]
    assert plans == ["give_back", "ladder", "percent"]


@pytest.mark.parametrize("text", ["none", " None ", "NONE"])
def test_none_means_no_exceptions(text: str) -> None:
    assert plans_by_strategy(text) == {}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("exit_plan", "pyramid", f'there is no plan "pyramid": {", ".join(EXIT_PLANS)}'),
        ("exit_plan", "", "there is no plan"),
        ("exit_plan_exceptions", "sma_5_15:pyramid", 'there is no plan "pyramid"'),
        ("exit_plan_exceptions", "sma_5_15", '"sma_5_15" is not like sma_5_15:ladder'),
        ("exit_plan_exceptions", ":ladder", "is not like"),
        ("exit_plan_exceptions", "sma_5_15:ladder,", "is not like"),
        ("exit_plan_exceptions", "sma_5_16:ladder", 'there is no strategy "sma_5_16"'),
        ("exit_plan_exceptions", "atr_window_bars:ladder", "there is no strategy"),
    ],
)
def test_what_is_no_plan_or_no_strategy_is_refused_with_its_name(
    name: str, text: str, words: str
) -> None:
    with pytest.raises(ValidationError, match="plan") as refused:
        Parameters().with_value(name, text)
    assert words in str(refused.value)


def test_every_strategy_can_have_a_plan_of_its_own() -> None:
    for strategy in STRATEGIES:
        chosen = Parameters(exit_plan_exceptions=f"{strategy.name}:ladder")
        assert chosen.plan_name_of(strategy.name) == "ladder"
