"""What goes into the logs, and what never does."""

import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from loguru import logger

from bot.logs import HIDDEN, Redactor, set_up

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"  # noqa: S105 - of nobody
SECRET = "correct-horse-battery"  # noqa: S105


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    set_up("INFO", tmp_path / "logs", Redactor((SECRET,)))
    yield tmp_path / "logs" / "parley.log"
    logger.remove()
    logging.getLogger().handlers.clear()


def lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    "text",
    [
        f"https://api.example/bot{TOKEN}/getMe",
        f"key is {SECRET}",
        "Authorization: sk-abcdefgh12345678",
        "signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "postgresql+asyncpg://parley:hunter2@db/parley",
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
    ],
)
def test_secrets_of_every_shape_are_hidden(log: Path, text: str) -> None:
    logger.info("{}", text)
    try:
        raise RuntimeError(text)
    except RuntimeError:
        logger.exception("it failed")
    logging.getLogger("some.library").warning("%s", text)
    written = log.read_text(encoding="utf-8")
    assert written.count(HIDDEN) >= 3
    for secret in (TOKEN, SECRET, "sk-abcdefgh", "0123456789abcdef0", "hunter2", "MIIE"):
        assert secret not in written


def test_a_newline_in_a_text_stays_in_its_line(log: Path) -> None:
    logger.info("{}", "hello\n12:00:00 ERROR forged line")
    assert len(lines(log)) == 1
    assert json.loads(lines(log)[0])["record"]["message"].startswith("hello\n")


def test_braces_in_a_text_are_text(log: Path) -> None:
    logger.info("{}", "{0.__class__} {x}")
    assert "{0.__class__}" in lines(log)[0]


def test_tracebacks_show_no_variables(log: Path) -> None:
    hidden_value = "variable-7461"
    try:
        assert hidden_value == ""
    except AssertionError:
        logger.exception("it failed")
    assert "hidden_value = " not in log.read_text(encoding="utf-8")


def test_chatty_libraries_are_quiet(log: Path) -> None:
    logging.getLogger("ccxt").info("X-MBX-APIKEY: abc")
    assert not log.exists() or not lines(log)


def test_the_folder_is_ours_alone(log: Path) -> None:
    logger.info("hello")
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
