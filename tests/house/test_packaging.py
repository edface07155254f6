"""What is installed is what stands here: packages, their files, the locks."""

import re
import subprocess
import sys
import tomllib
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, REPO, own_files, pyproject, python_files, text_of

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-tools.lock")
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,-]+\])?==([^ ;\\]+)", re.MULTILINE)
MACHINES = re.compile(r"(?:^|[^A-Za-z0-9_.])/(?:work|farm|root)/", re.MULTILINE)
REGISTRIES = re.compile(
    r"\b(?:pypi|pythonhosted|npmjs|deb\.debian|proxy\.golang|crates)\.(?:org|com|io)\b"
)


def pins(lock: str) -> dict[str, str]:
    """Version by distribution name, of a lock."""
    return dict(_PIN.findall(text_of(Path(lock))))


def _is_shipped_as_data(path: Path) -> bool:
    """Whether a row of package-data names the file."""
    return any(
        fnmatch(path.as_posix(), f"{package.replace('.', '/')}/{pattern}")
        for package, patterns in pyproject()["tool"]["setuptools"]["package-data"].items()
        for pattern in patterns
    )


def test_every_folder_of_python_files_is_a_package() -> None:
    bare = {
        path.parent
        for path in python_files(*PACKAGES)
        if not (REPO / path.parent / "__init__.py").exists() and not _is_shipped_as_data(path)
    }
    assert not bare, "setuptools leaves out a folder without __init__.py"


def test_every_package_is_named_everywhere_it_must_be() -> None:
    tools = pyproject()["tool"]
    assert set(tools["setuptools"]["packages"]["find"]["include"]) == {f"{p}*" for p in PACKAGES}
    assert set(tools["importlinter"]["root_packages"]) == set(PACKAGES)
    assert set(tools["mypy"]["packages"]) == {*PACKAGES, "tests", "benchmarks"}


def test_every_other_file_of_a_package_is_shipped_with_it() -> None:
    left_out = [
        path
        for path in own_files()
        if path.parts[0] in PACKAGES and path.suffix != ".py" and not _is_shipped_as_data(path)
    ]
    assert not left_out


@pytest.mark.slow
def test_a_wheel_holds_every_file_and_the_console_script(tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    for path in own_files():
        if path.parts[0] in {*PACKAGES, "pyproject.toml", "README.md", "LICENSE"}:
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_bytes((REPO / path).read_bytes())
    out.mkdir()
    build = f"from setuptools import build_meta; print(build_meta.build_wheel({str(out)!r}))"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", build], cwd=source, check=True, capture_output=True
    )
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
        (entry_points,) = (name for name in names if name.endswith("entry_points.txt"))
        assert "parley = bot.cli:main" in opened.read(entry_points).decode()
    wanted = {path.as_posix() for path in own_files() if path.parts[0] in PACKAGES}
    assert not wanted - names


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_line_with_a_hash_and_names_no_address(lock: str) -> None:
    text = text_of(Path(lock))
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)
    assert not MACHINES.search(text)
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    unhashed = [
        block.splitlines()[0]
        for block in blocks
        if _PIN.match(block) and "--hash=sha256:" not in block
    ]
    assert not unhashed
    assert pins(lock)


def test_the_lock_for_tests_holds_the_lock_for_the_desk() -> None:
    desk, tests = pins("requirements.lock"), pins("requirements-dev.lock")
    assert desk.items() <= tests.items(), "the two locks differ: run `make lock`"


@pytest.mark.parametrize(
    ("lock", "extra"), [("requirements.lock", None), ("requirements-dev.lock", "dev")]
)
def test_every_declared_dependency_is_pinned(lock: str, extra: str | None) -> None:
    project = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["dependencies"] + (project["optional-dependencies"][extra] if extra else [])
    names = {re.split(r"[\[<>=;,~! ]", line)[0].lower() for line in declared}
    assert names <= set(pins(lock)), "run `make lock`"


def test_no_file_names_a_folder_of_one_machine_or_a_package_registry() -> None:
    found = {
        f"{path}: {hit.group().strip()}"
        for path in own_files()
        for hit in (MACHINES.search(text_of(path)), REGISTRIES.search(text_of(path)))
        if hit
    }
    assert not found


def test_the_set_up_names_no_address() -> None:
    paths = [Path("Makefile"), Path("pyproject.toml"), *map(Path, LOCKS), Path(".ci/run")]
    assert not [path for path in paths if re.search(r"https?://", text_of(path))]


def test_no_file_of_the_tree_is_a_secret_or_a_leftover() -> None:
    suspects = {".env", "parley.db", "id_rsa", "uv.lock"}
    left = [
        path
        for path in own_files()
        if path.name in suspects or path.suffix in {".pem", ".key", ".orig", ".rej", ".log"}
    ]
    assert not left
