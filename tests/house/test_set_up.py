"""`make run` and `make test` on a machine that lacks what they need: one sentence, no leftovers."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import REPO

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is absent")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with a space in its name and only what the set-up reads."""
    folder = tmp_path / "a desk"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", *(path.name for path in REPO.glob("*.lock"))):
        shutil.copy(REPO / name, folder / name)
    return folder


def a_python(folder: Path, body: str) -> Path:
    """An interpreter that does what `body`, a shell script, says."""
    path = folder / "python-of-this-test"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def make(clone: Path, *words: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environ = inherited | ({"PATH": str(path)} if path else {})
    program = shutil.which("make")
    assert program is not None
    return subprocess.run(
        [program, *words], cwd=clone, env=environ, check=False, capture_output=True, text=True
    )


def sentences(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What a person reads, without make's own closing line."""
    return [line for line in done.stderr.splitlines() if not line.startswith("make")]


def stamps(clone: Path) -> list[Path]:
    return sorted(clone.glob(".venv/.stamp*"))


def test_an_old_python_is_refused_in_one_sentence(clone: Path) -> None:
    old = a_python(clone, 'if [ "$1" = -V ]; then echo "Python 3.9.2"; else exit 1; fi')
    done = make(clone, "install", f"PYTHON={old}")
    assert done.returncode != 0
    (said,) = sentences(done)
    assert "3.11 or newer" in said
    assert "Python 3.9.2" in said
    assert not (clone / ".venv").exists()


def test_no_python_at_all_is_one_sentence(clone: Path) -> None:
    tools = clone / "bin"
    tools.mkdir()
    for name in ("bash", "sh", "cat"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    done = make(clone, "install", path=tools)
    assert done.returncode != 0
    (said,) = sentences(done)
    assert "install one" in said
    assert not (clone / ".venv").exists()


def test_a_python_without_venv_says_what_to_install(clone: Path) -> None:
    bare = a_python(clone, 'case "$*" in *ensurepip*) exit 1;; esac')
    done = make(clone, "install", f"PYTHON={bare}")
    assert done.returncode != 0
    (said,) = sentences(done)
    assert "python3-venv" in said


def test_a_failed_install_leaves_no_stamp_and_is_taken_up_again(clone: Path) -> None:
    # The venv that this interpreter makes has a python whose pip fails.
    broken = a_python(
        clone,
        'if [ "$2" = venv ]; then mkdir -p .venv/bin && echo venv >> log && '
        "printf '#!/bin/sh\\nexit 7\\n' > .venv/bin/python && chmod +x .venv/bin/python; fi",
    )
    for times in (1, 2):
        done = make(clone, "install", f"PYTHON={broken}")
        assert done.returncode != 0
        assert stamps(clone) == []
        assert (clone / "log").read_text() == "venv\n" * times


def test_a_second_run_installs_nothing(clone: Path) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / ".stamp-place").write_text(str(clone))
    for name in ("tools", "run", "dev"):
        (clone / ".venv" / f".stamp-{name}").touch()
    done = make(clone, "install", "PYTHON=/bin/false")
    assert done.returncode == 0
    assert not done.stderr


def test_a_folder_that_was_moved_is_set_up_anew(clone: Path) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / ".stamp-place").write_text("/somewhere/else")
    for name in ("tools", "run", "dev"):
        (clone / ".venv" / f".stamp-{name}").touch()
    noting = a_python(clone, 'if [ "$2" = venv ]; then echo "$*" > log; exit 1; fi')
    assert make(clone, "install", f"PYTHON={noting}").returncode != 0
    assert (clone / "log").read_text() == "-m venv --clear .venv\n"
    assert stamps(clone) == []


def test_a_changed_lock_is_installed(clone: Path) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / ".stamp-place").write_text(str(clone))
    for name in ("tools", "run", "dev"):
        (clone / ".venv" / f".stamp-{name}").touch()
    later_s = (clone / ".venv" / ".stamp-run").stat().st_mtime + 5
    os.utime(clone / "requirements.lock", (later_s, later_s))
    assert make(clone, "--question", "install").returncode == 1
    assert make(clone, "--question", ".venv/.stamp-tools").returncode == 0


def test_every_target_says_what_it_does(clone: Path) -> None:
    done = make(clone, "help")
    for target in ("run", "test", "fast", "lint", "types", "bench", "docs", "lock"):
        assert f"  make {target} " in done.stdout
