"""Parameters by a person's word: understood, bounded, confirmed, undone, reloaded."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.commands import AdoptParameters, SetParameter, UndoParameters
from engine.core.errors import StorageError, UserError
from engine.core.events import ParametersChanged
from engine.core.kinds import Role
from engine.core.parameters import Parameters, declarations
from engine.core.people import Actor
from engine.execution.dial import Dial
from engine.services.answers import ParameterChange
from engine.services.tuning import Tuning
from tests.fakes.clocks import FakeClock
from tests.fakes.memory_journal import MemoryJournal

OWNER = Actor("Olivia", Role.OWNER, 1001)


class Bench:
    """A Tuning with its dial, memory and file."""

    def __init__(self, folder: Path) -> None:
        self.journal = MemoryJournal()
        self.dial = Dial(Parameters())
        self.file = folder / "parameters.toml"
        self.tuning = self.fresh()
        self._asked = 0

    def fresh(self) -> Tuning:
        return Tuning(
            self.dial, self.journal, self.journal, FakeClock(), self.file, lambda: ("LOG_LEVEL",)
        )

    async def set(self, name: str, text: str, *, confirmed: bool = False) -> ParameterChange:
        self._asked += 1
        return await self.tuning.set(
            SetParameter(
                command_id=f"tg:{self._asked}",
                actor=OWNER,
                name=name,
                text=text,
                confirmed=confirmed,
            )
        )

    async def undo(self, number: int, *, confirmed: bool = False) -> tuple[ParameterChange, ...]:
        command = UndoParameters(command_id=f"undo:{number}", actor=OWNER, confirmed=confirmed)
        return await self.tuning.undo(command)


@pytest.fixture
async def bench(tmp_path: Path) -> Bench:
    found = Bench(tmp_path)
    await found.tuning.load()
    return found


async def test_a_change_that_lowers_risk_is_in_force_at_once(bench: Bench) -> None:
    change = await bench.set("risk_per_trade_ratio", "0.2%")
    assert bench.dial.parameters.risk_per_trade_ratio == 0.002
    assert not change.raises_risk
    assert change.version == 2
    assert change.config_hash == bench.dial.config_hash == bench.dial.parameters.config_hash()
    event = next(e for e in bench.journal.events.values() if isinstance(e, ParametersChanged))
    assert event.changes == (("risk_per_trade_ratio", change.old, change.new),)


async def test_a_raise_of_risk_changes_nothing_until_it_is_confirmed(bench: Bench) -> None:
    change = await bench.set("risk_per_trade_ratio", "1%")
    assert change.needs_confirmation
    assert bench.dial.parameters == Parameters()
    assert len(bench.journal.versions) == 1
    change = await bench.set("risk_per_trade_ratio", "1%", confirmed=True)
    assert not change.needs_confirmation
    assert bench.dial.parameters.risk_per_trade_ratio == 0.01


async def test_the_same_command_twice_is_done_once(bench: Bench) -> None:
    command = SetParameter(command_id="tg:9", actor=OWNER, name="max_positions", text="3")
    await bench.tuning.set(command)
    await bench.tuning.set(command)
    assert len(bench.journal.versions) == 2


async def test_undo_goes_back_and_a_second_undo_redoes(bench: Bench) -> None:
    await bench.set("max_positions", "3")
    changes = await bench.undo(1)
    assert changes[0].needs_confirmation, "more positions are more risk"
    assert bench.dial.parameters.max_positions == 3
    changes = await bench.undo(2, confirmed=True)
    assert bench.dial.parameters.max_positions == Parameters().max_positions
    assert [change.name for change in changes] == ["max_positions"]
    await bench.undo(3)
    assert bench.dial.parameters.max_positions == 3


async def test_undo_of_the_same_command_does_not_swing_back(bench: Bench) -> None:
    await bench.set("max_positions", "3")
    await bench.undo(1, confirmed=True)
    await bench.undo(1, confirmed=True)
    assert bench.dial.parameters.max_positions == Parameters().max_positions


async def test_nothing_to_undo_is_said(bench: Bench) -> None:
    with pytest.raises(UserError, match="nothing to undo"):
        await bench.undo(1)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("risk_per_trad_ratio", "1%", "risk_per_trade_ratio"),
        ("__class__", "1", "no such parameter"),
        ("bot_token", "x", "no such parameter"),
        ("max_positions", "nan", ""),
        ("max_positions", "1e9", ""),
        ("max_positions", "0", ""),
        ("risk_per_trade_ratio", "99%", ""),
        ("daily_loss_reduce_ratio", "50%", "must not be above"),
    ],
)
async def test_bad_input_is_one_sentence_and_changes_nothing(
    bench: Bench, name: str, text: str, said: str
) -> None:
    with pytest.raises(UserError) as caught:
        await bench.set(name, text, confirmed=True)
    assert said in caught.value.sentence()
    assert bench.dial.parameters == Parameters()


async def test_a_change_that_cannot_be_stored_is_not_in_force(bench: Bench) -> None:
    bench.journal.is_refusing = True
    with pytest.raises(StorageError):
        await bench.set("max_positions", "3")
    assert bench.dial.parameters == Parameters()


async def test_the_stored_version_is_in_force_after_a_restart(bench: Bench) -> None:
    await bench.set("max_positions", "3")
    bench.dial.turn(Parameters())
    await bench.fresh().load()
    assert bench.dial.parameters.max_positions == 3


async def test_history_says_what_each_version_changed(bench: Bench) -> None:
    await bench.set("max_positions", "3")
    await bench.set("quorum", "3")
    newest, before, first = await bench.tuning.history()
    assert newest.changes == (("quorum", "2", "3"),)
    assert before.changes == (("max_positions", "6", "3"),)
    assert (first.version, first.changes) == (1, ())
    assert newest.author == "Olivia"


async def test_reload_shows_the_difference_and_applies_all_of_it(bench: Bench) -> None:
    bench.file.write_text("max_positions = 4\nquorum = 3\n")
    plan = await bench.tuning.plan_reload()
    assert {change.name for change in plan.changes} == {"quorum", "max_positions"}
    assert plan.restart_settings == ("LOG_LEVEL",)
    assert bench.dial.parameters == Parameters()
    await bench.tuning.apply_reload("tg:5", OWNER, plan.digest)
    assert (bench.dial.parameters.max_positions, bench.dial.parameters.quorum) == (4, 3)
    assert len(bench.journal.versions) == 2, "one version for all of it"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max_positions = 400\n", "fit"),
        ("max_positons = 4\n", "did you mean max_positions"),
        ("max_positions = [1]\n", "single value"),
        ("max_positions = \n", "TOML"),
        ("quorum = 3\nmax_positions = 0\n", "fit"),
    ],
)
async def test_a_bad_file_applies_nothing(bench: Bench, text: str, said: str) -> None:
    bench.file.write_text(text)
    plan = await bench.tuning.plan_reload()
    assert any(said in error for error in plan.errors), plan.errors
    assert plan.changes == ()
    with pytest.raises(UserError, match="Nothing was changed"):
        await bench.tuning.apply_reload("tg:5", OWNER, plan.digest)
    assert bench.dial.parameters == Parameters()


async def test_a_file_that_changed_after_it_was_shown_is_not_applied(bench: Bench) -> None:
    bench.file.write_text("max_positions = 4\n")
    plan = await bench.tuning.plan_reload()
    bench.file.write_text("max_positions = 5\n")
    with pytest.raises(UserError, match="changed meanwhile"):
        await bench.tuning.apply_reload("tg:5", OWNER, plan.digest)


async def test_without_a_file_reload_says_so(bench: Bench) -> None:
    plan = await bench.tuning.plan_reload()
    assert plan.errors == ("there is no parameters.toml in the data folder",)


def test_every_parameter_has_a_row_and_a_reason(tmp_path: Path) -> None:
    rows = Bench(tmp_path).tuning.rows()
    assert [row.name for row in rows] == list(declarations(Parameters))
    assert all(row.why for row in rows)
    assert not any(row.changed for row in rows)


def an_adoption(**changes: object) -> AdoptParameters:
    asked = AdoptParameters(
        command_id="adopt:weekly",
        actor=OWNER,
        study="weekly",
        values=(("stop_atr", 2.5), ("time_stop_bars", 48)),
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


async def test_what_a_tuning_found_is_one_version_and_undone_as_one(bench: Bench) -> None:
    changes = await bench.tuning.adopt(an_adoption())
    assert [change.name for change in changes] == ["stop_atr", "time_stop_bars"]
    assert {change.version for change in changes} == {2}
    assert bench.dial.parameters.stop_atr == 2.5
    assert bench.dial.parameters.time_stop_bars == 48
    assert bench.journal.versions[-1].why == "adopted from the study weekly"
    await bench.tuning.adopt(an_adoption())  # asked twice, done once
    assert len(bench.journal.versions) == 2
    await bench.undo(1)
    assert bench.dial.parameters == Parameters()


async def test_what_did_not_pass_on_unseen_bars_is_not_adopted(bench: Bench) -> None:
    with pytest.raises(UserError, match="Not adopted: it loses on bars it had not seen"):
        await bench.tuning.adopt(an_adoption(refused_because="it loses on bars it had not seen"))
    with pytest.raises(UserError, match="max_positions is not tuned"):
        await bench.tuning.adopt(an_adoption(values=(("max_positions", 50),)))
    with pytest.raises(UserError, match="does not fit the rest"):
        await bench.tuning.adopt(an_adoption(values=(("target_2_r", 0.5),)))
    assert bench.dial.parameters == Parameters()


async def test_adopting_more_risk_waits_for_a_second_tap(bench: Bench) -> None:
    riskier = an_adoption(values=(("risk_per_trade_ratio", 0.02),))
    (change,) = await bench.tuning.adopt(riskier)
    assert change.needs_confirmation
    assert bench.dial.parameters == Parameters()
    await bench.tuning.adopt(replace(riskier, confirmed=True))
    assert bench.dial.parameters.risk_per_trade_ratio == 0.02
