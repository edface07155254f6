"""Debian's Chromium, headless, as a phone; nothing is downloaded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars"
    " --disable-background-networking --disable-component-update --disable-sync"
    " --disable-dev-shm-usage"
)
PATIENCE_S = 20.0


class Phone:
    """One open page, 390 px wide."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Opens the page and waits until it is connected."""
        self.driver.get(url)
        self.until("#status", "bot")

    def find(self, selector: str) -> WebElement:
        """The element, as soon as it is there."""
        wait = WebDriverWait(self.driver, PATIENCE_S)
        return wait.until(lambda driver: driver.find_element(By.CSS_SELECTOR, selector))

    def until(self, selector: str, text: str) -> None:
        """Waits until one of the elements holds the text."""

        code = "return [...document.querySelectorAll(arguments[0])].map(n => n.textContent)"
        WebDriverWait(self.driver, PATIENCE_S).until(
            lambda driver: any(text in found for found in driver.execute_script(code, selector)),
            f"no {selector} says {text!r}",
        )

    def say(self, text: str) -> None:
        """Types into the text field and sends."""
        field = self.find("#text")
        field.send_keys(text)
        field.send_keys(Keys.ENTER)

    def press(self, label: str) -> None:
        """Taps the inline button with this label."""
        path = f"//*[contains(@class, 'key')][normalize-space(text())='{label}']"
        wait = WebDriverWait(self.driver, PATIENCE_S)
        wait.until(lambda driver: driver.find_element(By.XPATH, path)).click()

    def script(self, code: str) -> object:
        """What a piece of JavaScript returns."""
        return self.driver.execute_script(code)

    def complaints(self) -> list[str]:
        """Errors in the browser's console."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]


@contextmanager
def phone(profile: Path) -> Iterator[Phone]:
    """A phone with an empty profile in the folder `profile`."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in [*FLAGS.split(), f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = Service(executable_path=str(DRIVER))
    driver = webdriver.Chrome(options=options, service=service)
    try:
        metrics = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        yield Phone(driver)
    finally:
        driver.quit()
