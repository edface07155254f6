"""Who imports whom, what an import costs, and that it has no side effect."""

import os
import subprocess
import sys

import pytest

from tests.house.tree import PACKAGES, REPO, python_files, text_of

LISTEN = """
import sys
told = []
loud = {"socket.bind", "socket.connect", "subprocess.Popen", "os.fork", "os.mkdir", "os.remove"}
def listen(event, args):
    if event in loud or event == "open" and any(each in str(args[1]) for each in "wax+"):
        told.append((event, str(args)[:80]))
sys.dont_write_bytecode = True
"""


def run_python(code: str) -> str:
    """What `code` prints in a fresh interpreter at the top of the repository."""
    # What an import costs and does is asked of the import, not of coverage's hooks in it.
    environ = {name: value for name, value in os.environ.items() if "COV" not in name}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=REPO,
        env=environ,
        check=False,
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def loaded_by(module: str, *, among: set[str]) -> set[str]:
    """Which of the top-level modules `among` are loaded once `module` is imported."""
    code = f"import sys, {module}; print(*({among!r} & set(sys.modules)))"
    return set(run_python(code).split())


def test_the_live_bot_loads_no_compiler_and_no_vendor_sdk() -> None:
    # Protection must not wait for them: DESIGN section 3, facts/performance.md section 5.
    heavy = {"numba", "pandas", "scipy", "openai", "anthropic", "matplotlib", "lightgbm"}
    assert loaded_by("bot.app", among=heavy) == set()


def test_the_command_line_loads_no_chat_before_it_knows_the_command() -> None:
    heavy = {"aiogram", "ccxt", "numba", "matplotlib", "openai", "anthropic"}
    assert loaded_by("bot.cli", among=heavy) == set()


def test_the_rules_load_nothing_but_the_standard_library_and_pydantic() -> None:
    heavy = {"numpy", "numba", "sqlalchemy", "aiohttp", "asyncio", "polars", "loguru"}
    assert loaded_by("engine.rules.exits", among=heavy) == set()


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_an_import_has_no_side_effect() -> None:
    """Importing every module of the house opens no file for writing, no socket, no process."""
    modules = sorted(
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in python_files(*PACKAGES)
        if path.stem not in {"__main__", "env"}  # run, not imported; Alembic runs env.py
    )
    # The vendors go first, unwatched: what they do at import is not ours.
    vendors = ["aiogram", "aiohttp", "alembic", "apscheduler", "asyncpg", "ccxt", "matplotlib"]
    vendors += ["loguru", "numba", "polars", "sqlmodel", "matplotlib.backends.backend_agg"]
    code = (
        LISTEN
        + "import importlib, threading\n"
        + f"for name in {vendors!r}: importlib.import_module(name)\n"
        + "before = set(threading.enumerate())\nsys.addaudithook(listen)\n"
        + f"for name in {modules!r}: importlib.import_module(name)\n"
        + "told += [('thread', each.name) for each in set(threading.enumerate()) - before]\n"
        + "print(*told, sep='\\n')\n"
    )
    assert run_python(code) == ""


def test_every_import_is_absolute_and_none_is_a_star() -> None:
    loose = [
        path
        for path in python_files(*PACKAGES)
        if any(
            line.startswith(("from .", "import .")) or line.endswith("import *")
            for line in text_of(path).splitlines()
        )
    ]
    assert not loose


def test_the_import_contract_holds() -> None:
    code = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True))"
    )
    run_python(code)
