"""Where log lines go, and what never gets into them."""

import logging
import re
import sys
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loguru import logger

if TYPE_CHECKING:
    from loguru import Message

QUIET = ("aiogram", "aiohttp", "aiosqlite", "alembic", "apscheduler", "asyncio", "ccxt", "httpx",
         "httpx2", "matplotlib", "openai", "anthropic", "sqlalchemy")  # fmt: skip
_PATTERNS = re.compile(
    r"\d{1,16}:[A-Za-z0-9_-]{30,}"  # a bot token, also inside a URL
    r"|sk-[A-Za-z0-9_-]{8,}"
    r"|(?<=signature=)[0-9a-f]{32,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user:password of a URL
    r"|-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----",
    re.DOTALL,
)
HIDDEN = "[hidden]"
FILE_BYTES, FILES = 10_000_000, 5
TAIL_LINES = 500


class Redactor:
    """Replaces secrets, known by value or by shape."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        long_enough = sorted({s for s in secrets if len(s) >= 6}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, long_enough)) or r"(?!)")

    def clean(self, text: str) -> str:
        return _PATTERNS.sub(HIDDEN, self._known.sub(HIDDEN, text))


class _ToLoguru(logging.Handler):
    """Hands the standard library's records to loguru."""

    def emit(self, record: logging.LogRecord) -> None:
        logger.opt(depth=6, exception=record.exc_info).log(
            record.levelname, "{}", record.getMessage()
        )


class LogTail:
    """The last lines of the log, cleaned, for /logs."""

    def __init__(self) -> None:
        self._lines: deque[tuple[int, str]] = deque(maxlen=TAIL_LINES)  # weight and text

    def lines(self, count: int, level: str = "") -> tuple[str, ...]:
        """The last `count` lines, oldest first; `level`: only those that bad or worse."""
        least = logger.level(level).no if level else 0
        fitting = [text for weight, text in self._lines if weight >= least]
        return tuple(fitting[-count:])

    def add(self, weight: int, text: str) -> None:
        """One record; `text` is clean already. Of a traceback only the last line is kept."""
        first, *rest = text.strip().split("\n")
        ends = f" … {rest[-1].strip()}" if rest else ""
        self._lines.append((weight, f"{first}{ends}"))


TAIL = LogTail()  # of this process, as its log is


def set_up(level: str, folder: Path | None, redactor: Redactor) -> None:
    """Logs to the terminal and, as JSON lines, to a rotating file. No variables in tracebacks."""
    logger.remove()
    safe: dict[str, Any] = {"level": level, "backtrace": False, "diagnose": False}

    def to_terminal(text: str) -> None:
        sys.stderr.write(redactor.clean(text))

    def to_tail(message: "Message") -> None:
        TAIL.add(message.record["level"].no, redactor.clean(str(message)))

    logger.add(to_terminal, format="{time:HH:mm:ss} {level: <7} {message}", **safe)
    logger.add(to_tail, format="{time:HH:mm:ss} {level: <7} {message}", **safe)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        logger.add(_CleanFile(folder / "parley.log", redactor), serialize=True, **safe)
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class _PatientFile(RotatingFileHandler):
    """A file that a full disk keeps from being written, without a word for each lost line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Does nothing: the terminal has the line, and the health card names the disk."""


class _CleanFile:
    """A rotating file whose lines are cleaned whole, exceptions included; loguru's is not."""

    def __init__(self, path: Path, redactor: Redactor) -> None:
        self._redactor = redactor
        self._file = _PatientFile(path, maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8")

    def write(self, line: str) -> None:
        text = self._redactor.clean(line).rstrip("\n")
        self._file.handle(logging.makeLogRecord({"msg": text}))

    def stop(self) -> None:
        """loguru calls this when the sink is removed."""
        self._file.close()
