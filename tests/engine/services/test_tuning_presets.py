"""Changes for a while, presets, and the difference to an older version."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.core.commands import SetParameter, SetProfile
from engine.core.errors import UserError
from engine.core.parameters import Parameters, declarations
from engine.core.parameters.profiles import PROFILES
from engine.services.answers import ParameterChange
from engine.services.tuning import Tuning
from tests.engine.services.test_tuning import OWNER
from tests.fakes.clocks import NOON
from tests.fakes.memory_journal import MemoryJournal


class Clock:
    """The wall clock, moved by the test."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody sleeps here")

    async def hold(self, thinking: object) -> None:
        raise AssertionError("nobody thinks here")


class Bench:
    def __init__(self, folder: Path) -> None:
        from engine.execution.dial import Dial

        self.journal, self.clock, self.asked = MemoryJournal(), Clock(), 0
        self.dial, self.folder = Dial(Parameters()), folder
        self.tuning = self.fresh()

    def fresh(self) -> Tuning:
        path = self.folder / "parameters.toml"
        return Tuning(self.dial, self.journal, self.journal, self.clock, path, lambda: ())

    async def set(self, name: str, text: str, lasts: timedelta | None = None) -> ParameterChange:
        self.asked += 1
        return await self.tuning.set(
            SetParameter(
                command_id=f"tg:{self.asked}",
                actor=OWNER,
                name=name,
                text=text,
                confirmed=True,
                lasts=lasts,
            )
        )


@pytest.fixture
async def bench(tmp_path: Path) -> Bench:
    found = Bench(tmp_path)
    await found.tuning.load()
    return found


HOUR = timedelta(hours=1)


async def test_a_change_for_a_while_goes_back_by_itself_also_after_a_restart(bench: Bench) -> None:
    change = await bench.set("max_positions", "2", 4 * HOUR)
    assert change.until_at == NOON + 4 * HOUR
    bench.clock.at += 3 * HOUR
    assert await bench.tuning.revert_due() == ()
    bench.tuning = bench.fresh()
    await bench.tuning.load()
    bench.clock.at += HOUR
    assert await bench.tuning.revert_due() == ("max_positions",)
    assert bench.dial.parameters == Parameters()
    assert await bench.tuning.revert_due() == ()
    newest = await bench.journal.newest()
    assert newest is not None
    assert (newest.author, newest.reverts) == ("desk", ())


async def test_another_word_on_the_name_ends_the_going_back(bench: Bench) -> None:
    await bench.set("max_positions", "2", HOUR)
    await bench.set("max_positions", "3")
    bench.clock.at += HOUR
    assert await bench.tuning.revert_due() == ()
    assert bench.dial.parameters.max_positions == 3


async def test_changes_of_other_names_do_not_end_it(bench: Bench) -> None:
    await bench.set("max_positions", "2", 2 * HOUR)
    await bench.set("trades_per_hour", "9", HOUR)
    await bench.set("stop_atr", "3")
    bench.clock.at += HOUR
    assert await bench.tuning.revert_due() == ("trades_per_hour",)
    bench.clock.at += HOUR
    assert await bench.tuning.revert_due() == ("max_positions",)
    assert bench.dial.parameters == Parameters(stop_atr=3.0)


async def test_what_would_not_fit_any_more_stays_and_is_said(bench: Bench) -> None:
    await bench.set("max_position_ratio", "5%", HOUR)  # back to 10 % ...
    await bench.set("max_exposure_ratio", "6%")  # ... which is now over all exposure
    bench.clock.at += HOUR
    await bench.tuning.revert_due()
    assert bench.dial.parameters.max_position_ratio == 0.05
    newest = await bench.journal.newest()
    assert newest is not None
    assert newest.why.startswith("left as it is")
    assert await bench.tuning.revert_due() == ()


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_valid_as_a_whole_and_names_only_what_there_is(name: str) -> None:
    assert set(PROFILES[name]) <= set(declarations(Parameters))
    Parameters.model_validate({**Parameters().model_dump(), **PROFILES[name]})


def test_profiles_name_the_same_things_and_rise_in_risk() -> None:
    calm, normal, bold = (PROFILES[name] for name in ("calm", "normal", "bold"))
    assert set(calm) == set(normal) == set(bold)
    for name, declaration in declarations(Parameters).items():
        if name in calm and declaration.riskier == "up":
            assert calm[name] < normal[name] < bold[name], name  # type: ignore[operator]
    assert {n: getattr(Parameters(), n) for n in normal} == dict(normal), "normal is the default"


async def test_a_calmer_profile_applies_at_once_and_a_bolder_one_waits(bench: Bench) -> None:
    plan = await bench.tuning.plan_profile("calm")
    command = SetProfile(command_id="1", actor=OWNER, profile="calm", version=plan[0].version)
    changes = await bench.tuning.set_profile(command)
    assert not any(change.needs_confirmation for change in changes)
    assert bench.dial.parameters.max_positions == 3
    assert await bench.tuning.set_profile(command) == (), "done once"
    plan = await bench.tuning.plan_profile("bold")
    bold = SetProfile(command_id="2", actor=OWNER, profile="bold", version=plan[0].version)
    assert all(each.needs_confirmation for each in await bench.tuning.set_profile(bold))
    assert bench.dial.parameters.max_positions == 3
    stale = SetProfile(command_id="3", actor=OWNER, profile="bold", version=1, confirmed=True)
    with pytest.raises(UserError, match="changed since"):
        await bench.tuning.set_profile(stale)


async def test_the_difference_to_an_older_version_is_told(bench: Bench) -> None:
    before = bench.dial.config_hash
    await bench.set("max_positions", "2")
    (change,) = await bench.tuning.difference(before)
    assert (change.name, change.old, change.new) == ("max_positions", "6", "2")
    with pytest.raises(UserError, match="No version"):
        await bench.tuning.difference("ffffffffffff")
