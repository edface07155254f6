"""Documents point at what exists."""

import re
from pathlib import Path

import pytest

from tests.house.tree import REPO, own_files, text_of

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img [^>]*src=\"([^\"]+)\"")
_CODE_PATH = re.compile(
    r"`((?:bot|handlers|charts|llm|storage|engine|tests|deploy|docs)/[\w./-]+)`"
)
_TO_ADD = re.compile(r"/(?:\w+_)?x\.(?:py|md)$")
PAGES = [path for path in own_files() if path.suffix == ".md"]


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def _anchors(page: Path) -> set[str]:
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=Path.as_posix)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = []
    for link, picture in _LINK.findall(text_of(page)):
        target, _, anchor = (link or picture).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = (REPO / page).parent / target if target else REPO / page
        if not there.exists():
            broken.append(target)
        elif anchor and anchor not in _anchors(there.resolve().relative_to(REPO)):
            broken.append(f"{target}#{anchor}")
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=Path.as_posix)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    # `x.py`, `row_x.py` and `x.md` stand for a file that somebody is about to add
    named = [name for name in _CODE_PATH.findall(text_of(page)) if not _TO_ADD.search(name)]
    assert not [name for name in named if not (REPO / name).exists()]


def test_every_decision_is_in_the_index_and_numbered_once() -> None:
    decisions = sorted(path.name for path in PAGES if path.parent.name == "decisions")
    listed = re.findall(r"\(decisions/([^)]+)\)", text_of(Path("docs/index.md")))
    assert listed == decisions
    numbers = [name[:3] for name in decisions]
    assert numbers == [f"{number:03d}" for number in range(1, len(decisions) + 1)]


def test_the_readme_is_one_screen() -> None:
    assert len(text_of(Path("README.md")).splitlines()) <= 60
