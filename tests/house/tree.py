"""What the house tests walk: the repository's own files, and what pyproject.toml says of them."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("bot", "handlers", "charts", "llm", "storage", "engine")
# Ends of names that are units, as DESIGN.md section 4 lists them.
UNITS = frozenset({"ratio", "bps", "price", "quote", "base", "r", "s", "ms", "bars", "atr", "usd"})


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def own_files() -> tuple[Path, ...]:
    """Every file of the repository that git tracks or would track, relative to its top."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=REPO,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (Path(name) for name in listing.split("\0") if name)
    return tuple(sorted(path for path in paths if (REPO / path).is_file()))


@cache
def text_of(path: Path) -> str:
    """The text of one of `own_files`; empty for a picture and the like."""
    try:
        return (REPO / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def python_files(*tops: str) -> list[Path]:
    """The Python files under the given top folders, relative to the repository's top."""
    return [path for path in own_files() if path.suffix == ".py" and path.parts[0] in tops]


def has_unit(name: str) -> bool:
    """Whether the name ends with a unit, or is one."""
    return name.rpartition("_")[2] in UNITS
