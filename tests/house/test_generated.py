"""Documents cannot rot: what is made from declarations is equal to what stands in the tree."""

from pathlib import Path

import pytest

from bot.settings import load
from tests.house.generated import GENERATED, write_all
from tests.house.tree import REPO


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    path = REPO / name
    assert path.exists(), "run `make docs`"
    assert path.read_text(encoding="utf-8") == GENERATED[name](), "run `make docs`"


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    assert write_all(tmp_path) == list(GENERATED)
    assert write_all(tmp_path) == []


def test_the_example_settings_are_a_valid_env_file_that_changes_nothing(tmp_path: Path) -> None:
    untouched, uncommented = tmp_path / "untouched", tmp_path / "uncommented"
    text = GENERATED[".env.example"]()
    untouched.write_text(text)
    uncommented.write_text(
        "\n".join(
            line.removeprefix("#")
            for line in text.splitlines()
            if line.startswith("#") and not line.startswith("# ")
        )
    )
    defaults = load(environ={}, env_file=None)
    assert load(environ={}, env_file=untouched) == defaults
    assert load(environ={}, env_file=uncommented) == defaults
