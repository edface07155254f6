"""Pause, resume and panic: asked, confirmed, refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.core.commands import Panic, Pause, Resume
from engine.core.errors import UserError
from engine.core.kinds import Role, TradingState
from engine.core.state import Cause
from handlers.contract import Priority
from handlers.payloads import PanicConfirmed, PanicKept, PanicTap, PauseTap, ResumeConfirmed
from tests.handlers import answers
from tests.handlers.asking import FakeDesk, ask, labels, only, tap


async def test_panic_acts_before_it_asks(fake: FakeDesk) -> None:
    answer = await ask(fake, "/panic", Role.TRADER)
    (command,) = fake.controls.asked
    assert isinstance(command, Panic)
    assert (command.close_all, command.command_id) == (False, "tg:1:77")
    assert answer.priority is Priority.SAFETY
    assert labels(answer) == ["Close all 3 at market", "Keep stops, stay halted", "▶️ Resume"]
    assert answer.keys[0][0].style == "danger"


@pytest.mark.parametrize("words", ["", "close", "now!!", "close it all", "<b>"])
async def test_no_word_keeps_panic_from_acting(fake: FakeDesk, words: str) -> None:
    answer = await ask(fake, f"/panic {words}")
    assert len(fake.controls.asked) == 1
    assert ("Close them all at market now?" in answer.text) == words.startswith("close")


async def test_panics_second_step_is_done_once_however_often_it_is_tapped(fake: FakeDesk) -> None:
    confirmed = only(await ask(fake, "/panic"), PanicConfirmed)
    first = await tap(fake, confirmed)
    second = await tap(fake, confirmed)
    closing = [each for each in fake.controls.asked if isinstance(each, Panic) and each.close_all]
    assert len({each.command_id for each in closing}) == 1
    assert first == second
    assert (first.edit, first.keys, first.priority) == (True, (), Priority.SAFETY)
    assert "Closing at market" in first.text


async def test_panic_asks_again_after_five_minutes_and_never_obeys_another(fake: FakeDesk) -> None:
    confirmed = only(await ask(fake, "/panic"), PanicConfirmed)
    with pytest.raises(UserError, match="not yours"):
        await tap(fake, confirmed, person_id=1002)
    fake.now_at += timedelta(minutes=5)
    with pytest.raises(UserError, match="expired"):
        await tap(fake, confirmed)
    assert [
        each for each in fake.controls.asked if isinstance(each, Panic) and each.close_all
    ] == []


async def test_an_old_second_step_closes_nothing_once_the_panic_is_over(fake: FakeDesk) -> None:
    confirmed = only(await ask(fake, "/panic"), PanicConfirmed)
    await tap(fake, confirmed)
    fake.controls.control = answers.a_control(after=TradingState.ACTIVE)
    fake.controls.asked.clear()
    with pytest.raises(UserError, match="This panic is over"):
        await tap(fake, confirmed)
    assert fake.controls.asked == []


async def test_panic_with_nothing_open_or_closing_already_offers_no_second_step(
    fake: FakeDesk,
) -> None:
    fake.controls.step = answers.a_step(positions=0)
    assert labels(await tap(fake, PanicTap())) == ["▶️ Resume"]
    fake.controls.step = replace(answers.a_step(), closing=True)
    assert labels(await ask(fake, "/panic")) == []
    fake.controls.step = answers.a_step(positions=1)
    assert labels(await ask(fake, "/panic"))[0] == "Close 1 position at market"


async def test_keeping_the_stops_changes_nothing(fake: FakeDesk) -> None:
    answer = await tap(fake, PanicKept())
    assert fake.controls.asked == []
    assert labels(answer) == ["▶️ Resume"]


async def test_pause_keeps_the_reason_clean_and_says_how_it_ends(fake: FakeDesk) -> None:
    answer = await ask(fake, "/pause news\u202e at two")
    (command,) = fake.controls.asked
    assert isinstance(command, Pause)
    assert command.why == "news at two"
    assert "It stays so until /resume." in answer.text
    assert (await tap(fake, PauseTap())).toast == "Paused"


async def test_a_persons_pause_is_resumed_at_once_by_a_trader(fake: FakeDesk) -> None:
    await ask(fake, "/pause")
    answer = await ask(fake, "/resume", Role.TRADER)
    assert isinstance(fake.controls.asked[-1], Resume)
    assert "ACTIVE" in answer.text


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        (TradingState.HALTED, Cause.PANIC),
        (TradingState.HALTED, Cause.BREAKER),
        (TradingState.REDUCING, Cause.BREAKER),
        (TradingState.REDUCING, Cause.STORAGE),
        (TradingState.HALTED, Cause.PERSON),
    ],
)
async def test_after_anything_else_an_owner_is_asked_first(
    fake: FakeDesk, state: TradingState, cause: Cause
) -> None:
    fake.controls.control = replace(answers.a_control(after=state), cause=cause)
    with pytest.raises(UserError, match="not just paused"):
        await ask(fake, "/resume", Role.TRADER)
    question = await ask(fake, "/resume")
    assert fake.controls.asked == []
    confirmed = only(question, ResumeConfirmed)
    answer = await tap(fake, confirmed)
    command = fake.controls.asked[-1]
    assert isinstance(command, Resume)
    assert command.command_id == f"confirm:{confirmed.code}"
    assert answer.edit


async def test_a_halt_that_came_after_the_question_is_not_resumed_by_its_answer(
    fake: FakeDesk,
) -> None:
    fake.controls.control = replace(
        answers.a_control(after=TradingState.REDUCING), cause=Cause.BREAKER
    )
    confirmed = only(await ask(fake, "/resume"), ResumeConfirmed)
    fake.controls.control = replace(answers.a_control(after=TradingState.HALTED), cause=Cause.PANIC)
    with pytest.raises(UserError, match="changed since"):
        await tap(fake, confirmed)
    assert fake.controls.asked == []
