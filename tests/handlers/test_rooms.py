"""What must stay light: the wording of alerts and the views load without aiogram."""

import subprocess
import sys

import pytest

LIGHT = [
    "handlers.announce",
    "handlers.digest",
    "handlers.confirm",
    "handlers.help",
    "handlers.views.status",
    "handlers.views.positions",
    "handlers.views.trades",
    "handlers.views.balance",
    "handlers.views.controls",
    "handlers.views.parameters",
    "handlers.views.pictures",
    "handlers.views.system",
    "handlers.views.models",
]


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    code = f"import sys, {', '.join(LIGHT)}; from handlers.reference import parameters_markdown"
    code += "; parameters_markdown(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("heavy", ["aiogram", "aiohttp", "asyncio", "sqlmodel", "ccxt", "numba"])
def test_views_and_alerts_load_without(heavy: str, loaded: set[str]) -> None:
    assert heavy not in loaded
