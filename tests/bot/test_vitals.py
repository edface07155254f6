"""What the process tells of itself: gauges, lights, the log's last lines, and what runs."""

from pathlib import Path

import pytest
from loguru import logger

from bot.logs import HIDDEN, LogTail
from bot.loop_watch import LoopWatch
from bot.supervisor import Supervisor
from bot.vitals import Instruments, Vitals
from engine.services.answers import Gauge
from storage.database import Database
from tests.bot.test_logs import SECRET, log
from tests.bot.test_parley_room import a_room, settings_of

__all__ = ["log"]


async def test_the_gauges_of_a_desk_that_has_just_begun(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "trend=rules:trend")
    async with a_room(settings) as room:
        database = Database(settings.database)

        async def failed(name: str, text: str, failures: int) -> None:
            raise AssertionError(f"{name}: {text}, {failures}")

        watch, tail = LoopWatch(), LogTail()
        vitals = Vitals(
            Instruments(
                room=room,
                database=database,
                supervisor=Supervisor(failed, lambda _: None),
                watch=watch,
                data_dir=tmp_path,
                boot_id="0123abcd",
                telegram=lambda: Gauge(name="Chat", value="polling", good=True),
                calls_s=lambda: [0.010] * 90 + [0.250] * 10,
                tail=tail,
            )
        )
        try:
            found = {gauge.name: gauge for gauge in await vitals.gauges()}
            assert "1 of 1 symbol fresh" in found["Prices"].value
            assert found["Telegram"].value == "10 ms, 95% within 250 ms to an answer"
            assert "Orders" not in found  # none was sent yet
            assert found["CPU"].value == "0% of one core"
            assert found["Loop lag"].good
            watch.note(20.0, 20.0)
            found = {gauge.name: gauge for gauge in await vitals.gauges()}
            assert not found["Loop lag"].good
            assert [(light.name, light.good) for light in vitals.lights()] == [
                ("engine", False),  # the supervisor was never told to run it
                ("venue", True),
                ("models", True),
                ("Telegram", True),
            ]
            about = await vitals.about()
            assert (about.boot_id, about.database) == ("0123abcd", "SQLite")
            assert about.config_hash == room.dial.config_hash
            tail.add(20, "12:00:00 INFO    hello\n")
            assert vitals.log_lines(5) == ("12:00:00 INFO    hello",)
        finally:
            await database.close()


def test_the_tail_of_the_log_is_clean_short_and_sorted_by_weight(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tail = LogTail()
    monkeypatch.setattr("bot.logs.TAIL", tail)
    logger.info("key is {}", SECRET)
    logger.warning("it is slow")
    try:
        raise RuntimeError(SECRET)
    except RuntimeError:
        logger.exception("it failed")
    first, second, third = tail.lines(10)
    assert first.endswith(f"key is {HIDDEN}")
    assert third.endswith(f"it failed … RuntimeError: {HIDDEN}")
    assert tail.lines(10, "WARNING") == (second, third)
    assert tail.lines(1) == (third,)
    for number in range(1000):
        tail.add(20, f"line {number}")
    assert len(tail.lines(10_000)) == 500
