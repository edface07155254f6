"""Research from the phone, over the Bot API on loopback: asked, shown, stopped, taken up again."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.core.kinds import TradingState
from engine.core.research import Kind
from engine.research.worker_errand import Done, Errand
from engine.services.research_ports import Steps
from tests.bot.research_phone import Phone, id_of, keys_of
from tests.bot.telegram.conftest import migrated as migrated
from tests.bot.telegram.rig import STRANGER, TRADER, VIEWER, a_rig
from tests.fakes.research import HeldBench, a_told


@pytest.fixture
async def phone(tmp_path: Path, migrated: Path) -> AsyncIterator[Phone]:
    shutil.copy(migrated, tmp_path / "parley.db")
    async with a_rig(tmp_path / "parley.db") as rig:
        yield Phone(rig)


async def test_a_typed_job_shows_its_steps_and_ends_in_a_picture_with_buttons(
    phone: Phone,
) -> None:
    async with phone.running():
        await phone.rig.says("/backtest BTC 1h 180d sma_cross percent")
        card = await phone.card("Backtest 1")
        await phone.bench.began.wait()
        assert phone.bench.steps is not None
        phone.ahead = timedelta(seconds=10)
        phone.bench.steps(3, 10, "trading")
        step = await phone.card("3 of 10")
        assert step["params"]["message_id"] == id_of(card)
        phone.bench.let_go.set()
        await phone.card("done")
        (photo,) = await phone.rig.calls("sendPhoto")
        assert phone.album.drawn == ["comparison"]
        caption = photo["params"]["caption"]
        assert "Result <b>+3.21%</b>" in caption
        assert "Weak: 42 trades &lt;are&gt; few" in caption
        assert "no funding was recorded" in caption
        labels = [key["text"] for row in keys_of(photo) for key in row]
        assert labels == ["Walk-forward", "Monte Carlo", "Comparison", "Tuning"]
        await phone.taps("Monte Carlo", id_of(photo))
        await phone.card("Monte Carlo 2")
        await phone.taps("Monte Carlo", id_of(photo))  # a double tap
        await phone.rig.calls("answerCallbackQuery", 2)
        assert len(phone.bench.begun) == 2


async def test_a_form_is_filled_in_by_taps_and_run_once(phone: Phone) -> None:
    async with phone.running() as research:
        await phone.rig.says("/backtest", TRADER)
        form = id_of(await phone.card("Tap a value"))
        await phone.taps("Days: 180 d", form, TRADER)
        await phone.card("Days?")
        since = await phone.taps("365", form, TRADER)
        await phone.card("BTC 1h 365d", since)
        await phone.taps("Exits: as set", form, TRADER)
        await phone.card("Exits?")
        since = await phone.taps("ladder", form, TRADER)
        run = keys_of(await phone.card("365d ladder", since))[-1][0]["callback_data"]
        await asyncio.gather(
            phone.rig.taps(form, TRADER, data=run), phone.rig.taps(form, TRADER, data=run)
        )
        await phone.card("Backtest 1", since)
        await phone.bench.began.wait()
        await phone.rig.calls("answerCallbackQuery", 6)
        assert phone.bench.begun == ["BTC 1h 365d ladder"]
        assert len(await research.jobs()) == 1


async def test_a_stop_is_answered_once_nothing_runs_any_more(phone: Phone) -> None:
    async with phone.running():
        await phone.rig.says("/tune BTC 4h 2y")
        card = id_of(await phone.card("Tuning 1"))
        await phone.bench.began.wait()
        since = await phone.taps("⏹ Stop", card)
        stopped = await phone.card("stopped", since)
        assert phone.bench.ended == ["stopped"]
        assert [row[0]["text"] for row in keys_of(stopped)] == ["🔁 Run again"]
        phone.bench.began.clear()
        await phone.taps("🔁 Run again", card)
        await phone.bench.began.wait()
        assert phone.bench.begun == ["BTC 4h 2y", "BTC 4h 2y"]


async def test_what_a_restart_cut_off_is_told_and_offered_again(phone: Phone) -> None:
    async with phone.running():
        await phone.rig.says("/backtest BTC 1h 90d")
        await phone.card("Backtest 1")
        await phone.bench.began.wait()
    since = phone.rig.world.calls.last_seq
    phone.bench = HeldBench()
    async with phone.running():
        told = await phone.card("interrupted", since)
        labels = [key["text"] for row in keys_of(told) for key in row]
        assert labels == ["🔁 Run again"]
        await phone.taps("🔁 Run again", id_of(told))
        await phone.bench.began.wait()
        assert phone.bench.begun == ["BTC 1h 90d"]


async def test_a_tuning_goes_on_by_itself_after_a_restart(phone: Phone) -> None:
    async with phone.running():
        await phone.rig.says("/tune BTC 4h 2y")
        await phone.card("Tuning 1")
        await phone.bench.began.wait()
    phone.bench = HeldBench()
    phone.bench.let_go.set()
    async with phone.running():
        (photo,) = await phone.rig.calls("sendPhoto")
        assert "It may be adopted" in photo["params"]["caption"]


async def test_adopting_asks_first_changes_once_and_can_be_undone(phone: Phone) -> None:
    phone.bench.let_go.set()
    async with phone.running():
        await phone.rig.says("/tune BTC 4h 2y")
        (photo,) = await phone.rig.calls("sendPhoto")
        since = await phone.taps("Adopt ...", id_of(photo))
        asked = await phone.card("Adopt what the tuning found?", since)
        assert phone.dial.parameters.stop_atr == 2.0
        yes = keys_of(asked)[-1][0]["callback_data"]
        since = await phone.rig.taps(id_of(asked), data=yes)
        done = await phone.card("Adopted", since)
        assert phone.dial.parameters.stop_atr == 2.5
        await phone.rig.taps(id_of(asked), data=yes)
        await phone.rig.calls("answerCallbackQuery", 3)
        since = await phone.taps("↩️ Undo", id_of(done))
        await phone.card("Undo", since)
        assert phone.dial.parameters.stop_atr == 2.0


class Refusing(HeldBench):
    """Finds nothing that passed."""

    async def carry_out(self, errand: Errand, steps: Steps) -> Done:
        return Done(told=a_told(errand.kind, allowed=False))


async def test_what_did_not_pass_on_unseen_bars_is_not_adopted(phone: Phone) -> None:
    phone.bench = Refusing()
    async with phone.running():
        await phone.rig.says("/tune BTC 4h 2y")
        (photo,) = await phone.rig.calls("sendPhoto")
        assert "Not adopted" in photo["params"]["caption"]
        since = await phone.taps("Adopt ...", id_of(photo))
        (answer,) = await phone.rig.calls("answerCallbackQuery", 1, since)
        assert "not clearly better" in answer["params"]["text"]
        assert phone.dial.parameters.stop_atr == 2.0


async def test_viewers_look_strangers_get_silence_and_only_owners_adopt(phone: Phone) -> None:
    phone.bench.let_go.set()
    async with phone.running() as research:
        await phone.rig.says("/tune BTC 4h 2y", TRADER)
        (photo,) = await phone.rig.calls("sendPhoto")
        assert "Adopt ..." not in [key["text"] for row in keys_of(photo) for key in row]
        since = await phone.rig.says("/backtest BTC 1h 30d", VIEWER)
        await phone.card("needs the role", since)
        since = await phone.rig.says("/jobs 1", VIEWER)
        (seen,) = await phone.rig.calls("sendPhoto", 1, since)
        assert "reply_markup" not in seen["params"]
        since = await phone.rig.says("/backtest BTC 1h 30d", STRANGER)
        await phone.rig.says("/jobs", VIEWER)
        await phone.card("Research", since)
        assert phone.rig.seen(since).count("sendMessage") == 1
        assert len(await research.jobs()) == 1


async def test_a_panic_is_answered_at_once_while_a_job_runs(phone: Phone) -> None:
    async with phone.running():
        await phone.rig.says("/backtest BTC 1h 90d")
        await phone.bench.began.wait()
        assert phone.rig.desk is not None
        since = await phone.rig.says("/panic")
        await phone.card("HALTED", since)
        assert phone.controls.control.after is TradingState.HALTED
        assert phone.bench.ended == []  # research does no harm: it goes on
        since = await phone.rig.says("/jobs")
        await phone.card("running", since)


@pytest.mark.parametrize("kind", [Kind.WALKFORWARD, Kind.MONTECARLO, Kind.COMPARE])
async def test_each_kind_ends_in_its_own_picture(phone: Phone, kind: Kind) -> None:
    names = {Kind.WALKFORWARD: "walk_forward", Kind.MONTECARLO: "fan", Kind.COMPARE: "comparison"}
    phone.bench.let_go.set()
    async with phone.running():
        await phone.rig.says(f"/{kind.value} BTC 1h 1y sma_cross")
        await phone.rig.calls("sendPhoto")
        assert phone.album.drawn == [names[kind]]


async def test_what_fails_is_one_sentence_on_the_card_and_in_a_message(phone: Phone) -> None:
    async with phone.running():
        since = await phone.rig.says("/backtest XYZ 1h")
        await phone.card("There is no market XYZ here.", since)
        assert phone.bench.begun == []
