"""/models, /budget and /ask: well-formed cards, and a round that shows itself as it goes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.core.kinds import Role
from handlers.payloads import AskTap, BudgetTap, ModelsTap
from handlers.views.models import (
    FAILURE_WORDS,
    MODE_WORDS,
    ask_question_text,
    ask_text,
    budget_text,
    dollars,
    models_text,
)
from handlers.views.text import TEXT_LIMIT
from tests.handlers.asking import FakeDesk, a_request, ask, labels, only, tap
from tests.handlers.markup import shown, units, widest_table_line
from tests.handlers.model_answers import a_board, a_budget, a_rule_row, an_ask
from tests.handlers.samples import HOSTILE, NOW, SYMBOL

CARDS: dict[str, Callable[[str], str]] = {
    "models": lambda text: models_text(a_board(text, voters=16), "PAPER"),
    "budget": lambda text: budget_text(a_budget(text), "PAPER"),
    "ask?": lambda text: ask_question_text(text or SYMBOL, 3, 0.01, "PAPER"),
    "asking": lambda text: ask_text(an_ask(text, done=False, votes=8), "PAPER"),
    "asked": lambda text: ask_text(an_ask(text, votes=8), "PAPER"),
}


@pytest.mark.parametrize("text", ["", HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_well_formed_and_fits_whatever_models_say(name: str, text: str) -> None:
    card = CARDS[name](text)
    assert 0 < units(shown(card)) <= TEXT_LIMIT
    assert widest_table_line(card) <= 35


def test_the_board_says_who_rests_why_and_how_often_models_did_not_decide() -> None:
    card = shown(models_text(a_board(voters=2), "PAPER"))
    assert "oak1: gpt-5-mini, contrarian" in card
    assert "Rests 13 minutes: key refused." in card
    assert "38 of 40 answered, 2.3 s each, $0.12" in card
    assert "Failed 5.00%: too late 2, too many requests 1" in card
    assert "The last day's 12 rounds: 8.33% not decided by the models." in card
    assert "Skill +1.23% (-0.40% to +2.86%)" in card
    assert "n=320: no evidence" in card
    assert "News (not shown: masked is on):\n   feed.example: 12 dated entries" in card
    assert "Of these warned -2.10%, 44.00% right, n=38; clean +1.62%, 55.30% right, n=282" in card


def test_a_desk_of_rule_voters_has_a_short_board() -> None:
    board = replace(a_board(voters=0), rows=(a_rule_row(),))
    card = shown(models_text(board, "PAPER"))
    assert "trend: rule voter, trend" in card
    assert "rounds" not in card


def test_the_budget_marks_a_limit_that_is_nearly_used() -> None:
    card = shown(budget_text(a_budget(), "PAPER"))
    assert "Today !             $1.70 of $2.00" in card
    assert "$0.0042 of $1.00" in card
    assert card.count(" !") == 1
    assert "Price not known, counted as the dearest: fir. Set MODEL_PRICES." in card


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (0.0, "$0.00"),
        (0.00421, "$0.0042"),
        (0.1, "$0.10"),
        (1234.5, "$1,234.50"),
        (float("nan"), "-"),
    ],
)
def test_dollars_are_shown_to_what_matters(usd: float, text: str) -> None:
    assert dollars(usd) == text


async def test_free_voters_answer_at_once(fake: FakeDesk) -> None:
    answer = await ask(fake, "/ask btc", Role.TRADER)
    assert fake.models.asked == [SYMBOL]
    assert "oak" in shown(answer.text)
    assert answer.keys == ()


async def test_a_round_that_costs_is_asked_for_first(fake: FakeDesk) -> None:
    fake.models.dollars = 0.04
    answer = await ask(fake, "/ask btc", Role.TRADER)
    assert fake.models.asked == []
    assert "$0.04" in shown(answer.text)
    assert only(answer, AskTap).symbol == SYMBOL


async def test_the_tapped_card_is_redrawn_with_every_vote_that_comes(fake: FakeDesk) -> None:
    fake.models.round = an_ask(done=False)
    first = await tap(fake, AskTap(symbol=SYMBOL), Role.TRADER)
    assert first.edit
    assert "⏳ ash" in shown(first.text)
    assert labels(first) == ["🔄 Refresh"]  # should an edit get lost
    fake.models.heard[0](an_ask())
    ((chat_id, message_id, last),) = fake.redrawn
    assert (chat_id, message_id) == (1001, 5)
    assert last.edit
    assert "⏳" not in last.text
    assert labels(last) == []


def test_a_model_that_may_know_the_future_of_a_recorded_bar_is_named() -> None:
    assert "May have read what came next: oak." in shown(ask_text(an_ask(), "PAPER"))
    clean = replace(an_ask(), contaminated=())
    assert "May have read" not in ask_text(clean, "PAPER")


async def test_without_a_message_to_redraw_nothing_is_redrawn(fake: FakeDesk) -> None:
    from handlers.commands.ask import begin

    await begin(fake.desk, a_request(button=AskTap(symbol=SYMBOL)))
    fake.models.heard[0](an_ask())
    assert fake.redrawn == []


@pytest.mark.parametrize("payload", [ModelsTap(again=True), BudgetTap(again=True)])
async def test_refresh_redraws_the_card(payload: ModelsTap | BudgetTap, fake: FakeDesk) -> None:
    answer = await tap(fake, payload)
    assert answer.edit
    assert answer.toast == "Up to date"
    assert f"{NOW:%H:%M:%S}" in answer.text


def test_every_kind_of_failure_and_every_mode_has_words() -> None:
    from engine.core.parameters.asking import MODES
    from llm.contract import ErrorKind

    assert set(FAILURE_WORDS) == {kind.value for kind in ErrorKind}
    assert set(MODE_WORDS) == set(MODES)
