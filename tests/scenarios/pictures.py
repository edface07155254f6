"""A desk on a phone: what the browser test checks and docs/make_images.py keeps."""

from pathlib import Path

from selenium.webdriver.support.ui import WebDriverWait

from tests.bot.localchat.browser import PATIENCE_S, Phone

LAST_PICTURE = (
    "const all = document.querySelectorAll('.picture img');"
    "const last = all[all.length - 1]; return last && last.complete ? last.naturalWidth : 0"
)


def a_talk(page: Phone, url: str) -> None:
    """Waits for a trade, asks for /status, taps for a chart and waits until it is drawn."""
    page.open(url)
    page.until(".bubble", " opened #")
    page.say("/status")
    page.until(".bubble", "At risk to the stops")
    page.press("🖼 Chart")
    page.until(".bubble", "in this picture")
    WebDriverWait(page.driver, PATIENCE_S).until(
        lambda _: page.script(LAST_PICTURE), "the picture was not drawn"
    )


def photograph(page: Phone, path: Path) -> None:
    """Saves what the phone shows, 390 px wide, at the newest message."""
    page.script("document.querySelector('#scroller').scrollTo(0, 1e9)")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(page.driver.get_screenshot_as_png())
