"""Draws docs/images again: a real desk, its page in headless Chromium, a phone's width.

Run from the repository: `.venv/bin/python -m docs.make_images`.
"""

import sys
import tempfile
from pathlib import Path

from tests.bot.localchat.browser import CHROMIUM, DRIVER, phone
from tests.scenarios.outside import Ledger, Program, desk, free_port, page_of
from tests.scenarios.pictures import a_talk, photograph

IMAGES = Path(__file__).parent / "images"
HISTORY_TRADES = 60


def main() -> int:
    """Writes the pictures; returns the exit code."""
    if not (CHROMIUM and DRIVER):
        sys.stderr.write("Chromium and its driver are needed: apt install chromium-driver\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "var"
        _traded_for_a_while(data)
        program = desk(data, "--market-speed", "120")
        try:
            chat = page_of(program)
            with phone(Path(folder) / "profile") as page:
                a_talk(page, chat.url + "/")
                photograph(page, IMAGES / "chat.png")
        finally:
            program.kill()
    sys.stdout.write(f"{IMAGES / 'chat.png'}\n")
    return 0


def _traded_for_a_while(data: Path) -> None:
    """A history to draw, made while nobody was there to be told of it."""
    nobody = {
        "TELEGRAM_BOT_TOKEN": "1:local-chat",
        "TELEGRAM_API_BASE": f"http://127.0.0.1:{free_port()}",
    }
    program = desk(data, "--market-speed", "3600", env=nobody)
    try:
        program.line("trading after")
        ledger = Ledger(data)
        while ledger.one("SELECT count(*) FROM trades") < HISTORY_TRADES:
            _a_moment(program)
        program.stop()
    finally:
        program.kill()


def _a_moment(program: Program) -> None:
    try:
        program.ended(0.5)
    except AssertionError:
        return  # it still runs, as it should
    raise RuntimeError(program.told())


if __name__ == "__main__":
    sys.exit(main())
