"""The pages that are made from declarations: path -> text. `make docs` writes them."""

import sys
from collections.abc import Callable
from pathlib import Path

from bot.settings import env_example
from engine.venues.quirks_page import venues_markdown
from handlers.reference import commands_markdown, parameters_markdown
from tests.house.desk_tables import tables_markdown
from tests.house.tree import REPO

GENERATED: dict[str, Callable[[], str]] = {
    ".env.example": env_example,
    "docs/commands.md": commands_markdown,
    "docs/parameters.md": parameters_markdown,
    "docs/tables.md": tables_markdown,
    "docs/venues.md": venues_markdown,
}


def write_all(top: Path) -> list[str]:
    """Write every generated page below `top`; the paths that changed."""
    changed = []
    for name, make in GENERATED.items():
        path, text = top / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed


if __name__ == "__main__":
    sys.stdout.write("".join(f"wrote {name}\n" for name in write_all(REPO)))
