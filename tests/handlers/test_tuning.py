"""Parameters by chat: shown, set, confirmed, taken back, reloaded."""

from dataclasses import replace

import pytest

from engine.core.commands import SetParameter, UndoParameters
from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.payloads import ParamsTap, ReloadConfirmed, SetConfirmed, UndoConfirmed, UndoTap
from tests.handlers import answers
from tests.handlers.asking import FakeDesk, a_request, ask, labels, only, tap


async def test_params_show_groups_changes_history_and_one_by_its_beginning(fake: FakeDesk) -> None:
    assert labels(await ask(fake, "/params")) == ["risk", "changed", "history"]
    assert "risk_per_trade_ratio" in (await ask(fake, "/params risk")).text
    assert "max_positions" in (await ask(fake, "/params changed")).text
    assert "Version 7" in (await ask(fake, "/params history")).text
    one = await ask(fake, "/params risk_per_trade")
    assert "Allowed: 0.05% to 5%" in one.text
    assert (await tap(fake, ParamsTap(section="risk"))).edit
    with pytest.raises(UserError, match="no parameter"):
        await ask(fake, "/params bot_token")


async def test_set_without_a_value_explains_and_with_a_typo_suggests(fake: FakeDesk) -> None:
    assert "/set name value" in (await ask(fake, "/set")).text
    assert "Now <b>0.4%</b>" in (await ask(fake, "/set risk_per_trade")).text
    with pytest.raises(UserError) as refused:
        await ask(fake, "/set max_positons 3")
    assert refused.value.hint.startswith("Did you mean max_positions")
    assert fake.tuning.asked == []


async def test_lower_risk_is_set_at_once_and_can_be_taken_back(fake: FakeDesk) -> None:
    for line in ("/set risk_per_trade 0.4 %", "/set risk_per_trade=0.4 %"):
        answer = await ask(fake, line, Role.TRADER)
        command = fake.tuning.asked[-1]
        assert isinstance(command, SetParameter)
        assert (command.name, command.text, command.confirmed) == (
            "risk_per_trade_ratio",
            "0.4 %",
            False,
        )
        assert only(answer, UndoTap).version == fake.tuning.version


async def test_higher_risk_takes_an_owner_and_a_second_tap(fake: FakeDesk) -> None:
    fake.tuning.raises = True
    with pytest.raises(UserError, match="raises risk"):
        await ask(fake, "/set risk_per_trade 0.8%", Role.TRADER)
    question = await ask(fake, "/set risk_per_trade 0.8%")
    assert labels(question) == ["No, leave it", "Yes, set 0.8%"]
    confirmed = only(question, SetConfirmed)
    first = await tap(fake, confirmed)
    await tap(fake, confirmed)
    done = [each for each in fake.tuning.asked if isinstance(each, SetParameter) and each.confirmed]
    assert len({each.command_id for each in done}) == 1
    assert {(each.name, each.text) for each in done} == {("risk_per_trade_ratio", "0.8%")}
    assert first.edit
    assert only(first, UndoTap).version == fake.tuning.version - 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TRADER])
async def test_who_is_no_owner_any_more_cannot_confirm(fake: FakeDesk, role: Role) -> None:
    fake.tuning.raises = True
    confirmed = only(await ask(fake, "/set risk_per_trade 0.8%"), SetConfirmed)
    undo = only(await ask(fake, "/undo"), UndoConfirmed)
    for payload in (confirmed, undo):
        with pytest.raises(UserError, match="Only an owner"):
            await tap(fake, payload, role)


async def test_a_changed_confirmation_sets_nothing(fake: FakeDesk) -> None:
    fake.tuning.raises = True
    confirmed = only(await ask(fake, "/set risk_per_trade 0.8%"), SetConfirmed)
    fake.tuning.asked.clear()
    forged = confirmed.model_copy(update={"subject": confirmed.subject.replace("0.8", "5")})
    for payload, person_id in ((forged, 1001), (confirmed, 1002)):
        with pytest.raises(UserError, match="not yours"):
            await tap(fake, payload, person_id=person_id)
    assert fake.tuning.asked == []


async def test_a_parameter_that_is_gone_is_said_to_be_gone(fake: FakeDesk) -> None:
    fake.tuning.raises = True
    confirmed = only(await ask(fake, "/set risk_per_trade 0.8%"), SetConfirmed)
    fake.tuning.listed = ()
    with pytest.raises(UserError, match="gone"):
        await tap(fake, confirmed)


async def test_undo_goes_back_at_once_or_asks_when_risk_rises(fake: FakeDesk) -> None:
    await ask(fake, "/undo", Role.TRADER)
    assert [type(each) for each in fake.tuning.asked] == [UndoParameters]
    fake.tuning.raises = True
    with pytest.raises(UserError, match="raises risk"):
        await ask(fake, "/undo", Role.TRADER)
    confirmed = only(await ask(fake, "/undo"), UndoConfirmed)
    await tap(fake, confirmed)
    last = fake.tuning.asked[-1]
    assert isinstance(last, UndoParameters)
    assert last.confirmed
    assert last.command_id == f"confirm:{confirmed.code}"


async def test_an_undo_button_works_only_while_its_change_is_the_last(fake: FakeDesk) -> None:
    with pytest.raises(UserError, match="changed since"):
        await tap(fake, UndoTap(version=fake.tuning.version - 1))
    assert fake.tuning.asked == []
    await tap(fake, UndoTap(version=fake.tuning.version))
    assert len(fake.tuning.asked) == 1


async def test_an_undo_that_was_shown_for_another_version_is_refused(fake: FakeDesk) -> None:
    fake.tuning.raises = True
    confirmed = only(await ask(fake, "/undo"), UndoConfirmed)
    fake.tuning.version += 1
    with pytest.raises(UserError, match="changed since"):
        await tap(fake, confirmed)


async def test_a_reload_is_shown_then_applied_by_its_digest(fake: FakeDesk) -> None:
    question = await ask(fake, "/reload")
    assert fake.tuning.asked == []
    confirmed = only(question, ReloadConfirmed)
    answer = await tap(fake, confirmed)
    actor = a_request().person.as_actor()
    assert fake.tuning.asked == [(f"confirm:{confirmed.code}", actor, "0123456789ab")]
    assert "1 change applied" in answer.text
    fake.tuning.plan = replace(fake.tuning.plan, digest="ba9876543210")
    with pytest.raises(UserError, match="changed meanwhile"):
        await tap(fake, confirmed)


async def test_a_file_with_an_error_or_no_difference_offers_nothing_to_apply(
    fake: FakeDesk,
) -> None:
    fake.tuning.plan = replace(answers.a_plan(), errors=("max_positions is 900",))
    assert (await ask(fake, "/reload")).keys == ()
    fake.tuning.plan = replace(answers.a_plan(), changes=())
    assert (await ask(fake, "/reload")).keys == ()


async def test_a_list_is_an_owners_to_change(fake: FakeDesk) -> None:
    fake.tuning.listed = (answers.a_parameter(name="blocked_symbols"),)
    with pytest.raises(UserError, match="Only an owner may change a list"):
        await ask(fake, "/set blocked_symbols none", Role.TRADER)
    assert fake.tuning.asked == []
    await ask(fake, "/set blocked_symbols BTC, ETH")
    (command,) = fake.tuning.asked
    assert isinstance(command, SetParameter)
    assert command.text == "BTC, ETH"
