"""The rules every test runs under; see tests/guards.py for what they keep out."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import guards

guards.install()

# No deadline and no "too slow": the machine is shared and a slow draw is not a defect. A failure
# prints the line that repeats it.
hypothesis.settings.register_profile(
    "parley",
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("parley")

MARKET_DATA = guards.REPO.parent / "shared" / "data"


def _absent() -> dict[str, str]:
    """What optional tests need and this machine lacks: mark -> why they skip."""
    needs = {
        "data": (MARKET_DATA.is_dir(), "the market data folder is absent"),
        "postgres": (bool(os.environ.get("TEST_POSTGRES_URL")), "TEST_POSTGRES_URL is not set"),
        "browser": (
            all(map(shutil.which, ("chromium", "chromedriver"))),
            "Chromium or its driver is absent",
        ),
    }
    return {mark: why for mark, (here, why) in needs.items() if not here}


# Where the safety code is tested. Only these tests run with coverage, which makes them twice as
# slow; the rest of the gate runs without. The Makefile names them too, to collect no others.
SAFETY_ROOMS = (
    "bot/telegram",
    "conformance",
    "engine/execution",
    "engine/risk",
    "engine/rules",
    "engine/venues",
    "storage",
)


def _is_safety(item: pytest.Item) -> bool:
    room = item.path.parent.relative_to(guards.REPO / "tests").as_posix()
    return room.startswith(SAFETY_ROOMS) and item.get_closest_marker("slow") is None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = _absent()
    for item in items:
        if _is_safety(item):
            item.add_marker(pytest.mark.safety)
        for mark in item.iter_markers():
            if mark.name in absent:
                item.add_marker(pytest.mark.skip(reason=absent[mark.name]))


@pytest.fixture(scope="session")
def market_data() -> Path:
    """The folder of recorded markets; tests that ask for it are marked `data`."""
    if not MARKET_DATA.is_dir():
        pytest.skip("the market data folder is absent")
    return MARKET_DATA


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    """Fails the run when a thread or a child process would outlive it."""
    before = set(guards.left_running())
    yield
    left = set(guards.left_running()) - before
    assert not left, f"the tests left running: {sorted(left)}"
