"""Where log lines go, and what never gets into them."""

import logging
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loguru import logger

if TYPE_CHECKING:
    from loguru import Record

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


class Redactor:
    """Replaces secrets, known by value or by shape."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        long_enough = sorted({s for s in secrets if len(s) >= 6}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, long_enough)) or r"(?!)")

    def clean(self, text: str) -> str:
        return _PATTERNS.sub(HIDDEN, self._known.sub(HIDDEN, text))

    def patch(self, record: "Record") -> None:
        """For loguru: cleans the message before any sink sees it."""
        record["message"] = self.clean(record["message"])


class _ToLoguru(logging.Handler):
    """Hands the standard library's records to loguru."""

    def emit(self, record: logging.LogRecord) -> None:
        logger.opt(depth=6, exception=record.exc_info).log(
            record.levelname, "{}", record.getMessage()
        )


def set_up(level: str, folder: Path | None, redactor: Redactor) -> None:
    """Logs to the terminal and, as JSON lines, to a rotating file. No variables in tracebacks."""
    logger.remove()
    safe: dict[str, Any] = {"backtrace": False, "diagnose": False}

    def cleaned(text: str) -> None:
        sys.stderr.write(redactor.clean(text))

    logger.configure(patcher=redactor.patch)
    logger.add(cleaned, level=level, format="{time:HH:mm:ss} {level: <7} {message}", **safe)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        logger.add(
            folder / "parley.log",
            level=level,
            rotation="10 MB",
            retention=5,
            serialize=True,
            opener=_private,
            **safe,
        )
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
