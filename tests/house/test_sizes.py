"""Rooms stay small: a ratchet, not a religion. Functions and classes are ruff's to count."""

from pathlib import Path

from tests.house.tree import PACKAGES, python_files, text_of

LIMIT_LINES = 300
SLACK_LINES = 20  # a row may be this much too high before it has to come down
# Files that are one thing and still longer. The list may only shrink.
LONGER: dict[str, int] = {
    "tests/engine/rules/test_exits.py": 368,
}


def _line_counts() -> dict[str, int]:
    files = python_files(*PACKAGES, "tests", "benchmarks")
    return {path.as_posix(): len(text_of(path).splitlines()) for path in files}


def test_no_file_is_over_its_limit() -> None:
    over = {
        name: lines
        for name, lines in _line_counts().items()
        if lines > LONGER.get(name, LIMIT_LINES)
    }
    assert not over, f"split these into rooms, or make them shorter: {over}"


def test_the_list_of_longer_files_only_shrinks() -> None:
    lines = _line_counts()
    gone = [name for name in LONGER if lines.get(name, 0) <= LIMIT_LINES]
    assert not gone, f"strike these off the list: {gone}"
    loose = [name for name, limit in LONGER.items() if limit - lines[name] > SLACK_LINES]
    assert not loose, f"lower these rows to what the files have: {loose}"


def test_every_file_of_the_desk_says_what_it_is() -> None:
    silent = [
        path
        for path in python_files(*PACKAGES)
        if path.name != "__init__.py" and not _opens_with_a_docstring(path)
    ]
    assert not silent


def _opens_with_a_docstring(path: Path) -> bool:
    return text_of(path).lstrip().startswith('"""')
