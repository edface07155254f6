"""Draws docs/images again: a real desk, its page in headless Chromium, a phone's width.

Run from the repository: `.venv/bin/python -m docs.make_images`.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.bot.localchat.browser import CHROMIUM, DRIVER, PATIENCE_S, Phone, phone
from tests.scenarios.outside import Ledger, Program, desk, free_port, page_of
from tests.scenarios.pictures import LAST_PICTURE, a_talk, photograph

IMAGES = Path(__file__).parent / "images"
HISTORY_TRADES = 60
# room for the longest card: what is under the text field cannot be photographed
TALL = {"width": 390, "height": 2400, "deviceScaleFactor": 2, "mobile": True}
COLOURS = 224  # enough for text and flat colours, at a third of the size
CARDS = {  # what is said, and what its answer holds: one picture each
    "positions": ("/positions", "open position"),
    "risk": ("/risk", "If every stop is hit"),
    "market": ("/market", "Market on"),
    "signals": ("/signals 3", "Last 3 signals"),
    "why": ("/why 12", "Why #12"),
    "chart": ("/chart price BTC", "Last close"),
    "status": ("/status", "At risk to the stops"),
    "panic": ("/panic close", "Close them all at market now?"),
}


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
                page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", TALL)
                for name, (said, part) in CARDS.items():
                    _card(page, name, said, part)
        finally:
            program.kill()
    for path in sorted(IMAGES.glob("*.png")):
        _shrink(path)
        sys.stdout.write(f"{path} {path.stat().st_size // 1000} kB\n")
    return 0


def _card(page: Phone, name: str, said: str, part: str) -> None:
    """Saves the message that answers what is said, with its buttons."""
    page.script("document.querySelectorAll('.message').forEach(each => each.remove())")
    page.say(said)
    page.until(".bubble", part)
    if name == "chart":
        WebDriverWait(page.driver, PATIENCE_S).until(lambda _: page.script(LAST_PICTURE))
    path = f"//li[contains(@class, 'message')][contains(., '{part}')]"
    card = page.driver.find_elements(By.XPATH, path)[-1]
    (IMAGES / f"{name}.png").write_bytes(card.screenshot_as_png)


def _shrink(path: Path) -> None:
    """The same picture in fewer colours."""
    with Image.open(io.BytesIO(path.read_bytes())) as picture:
        plain = picture.convert("RGB")
        # a coloured dot of a few pixels keeps its colour this way
        plain.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(path, optimize=True)


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
