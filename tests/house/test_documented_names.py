"""Whatever a document names in code is there: commands, flags, settings, parameters, sentences."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from bot.cli import COMMANDS as TERMINAL
from bot.settings import Settings
from engine.core.parameters import Parameters, declarations
from engine.core.parameters.parse import parse_value, resolve
from handlers.commands import COMMANDS as CHAT
from tests.house.tree import PACKAGES, REPO, own_files, python_files, text_of

PAGES = [path for path in own_files() if path.suffix == ".md"]
TROUBLES = Path("docs/troubleshooting.md")
TRADING = Path("docs/trading.md")
_GAP = "\0"  # where a sentence of the code has a value
OTHERS_COMMANDS = {"newbot": "BotFather's", "metrics": "a path of the HTTP port"}
OTHERS_NAMES = {"pg_dump"}  # programs of others
PLAIN_FLAGS = frozenset(
    {
        "--json",
        "--limit",
        "--close",
        "--help",
        "--version",
        "--save",
        "--folder",
        "--kept",
        "--from",
        "--trials",
        "--study",
        "--votes",
    }
)
FIRST_IS_TOLD = {"SettingsError", "Meaning"}
REFUSING = FIRST_IS_TOLD | {"StorageError"}
NEVER_SEEN = (  # sentences that no person causes: a fault of ours would
    _GAP,
    "MARKET: \0 \0",
    "the feed does not follow",
    "the replay has no",
    "no price to size an instrument by",
    "SYMBOLS and TIMEFRAMES: a replay needs",
    "The database refused.",
)
SHORT = 12  # so short a quotation is a code, not a sentence
PICTURE_LIMIT_BYTES = 150_000
_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")


def _blocks(page: Path) -> list[str]:
    return _BLOCK.findall(text_of(page))


def _spans(page: Path) -> list[str]:
    return _SPAN.findall(_BLOCK.sub("", text_of(page)))


@cache
def _words_of_the_code() -> frozenset[str]:
    kinds = {".py", ".toml", ".js", ".service", ".conf"}
    files = [path for path in own_files() if path.suffix in kinds or path.name == "Makefile"]
    found = {word for path in files for word in re.findall(r"\w+", text_of(path))}
    settings = {name.upper() for name in Settings.model_fields}
    return frozenset(found | settings | {f"{name}_FILE" for name in settings})


@cache
def _sentences() -> str:
    """Every text constant of the desk and the Makefile, a value in it as a gap."""
    found = [text_of(Path("Makefile"))]
    for path in python_files(*PACKAGES):
        nodes = ast.walk(_tree_of(path))
        found += [_text_of(n) for n in nodes if isinstance(n, ast.JoinedStr | ast.Constant)]
    return "\n".join(found)


@cache
def _tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def _constant(node: ast.expr) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text and isinstance(node, ast.Constant) else _GAP


@pytest.mark.parametrize("page", PAGES, ids=Path.as_posix)
def test_every_chat_command_that_a_page_names_exists(page: Path) -> None:
    known = {command.name for command in CHAT} | OTHERS_COMMANDS.keys()
    named = [re.match(r"/([a-z]+)(?: |$)", span) for span in _spans(page)]
    assert {match[1] for match in named if match} <= known


@pytest.mark.parametrize("page", PAGES, ids=Path.as_posix)
def test_every_terminal_command_and_flag_that_a_page_names_exists(page: Path) -> None:
    flags = {f"--{name.replace('_', '-')}" for name in Settings.model_fields} | PLAIN_FLAGS
    lines = [line for block in _blocks(page) for line in block.splitlines()] + _spans(page)
    for line in lines:
        words = re.search(r"(?:^|bin/)parley ([a-z]+)(?: |$)(.*)", line)
        ours = words[2] if words else line if "ARGS=" in line else ""
        assert not words or words[1] in TERMINAL, line
        named = re.findall(r"--[a-z][a-z-]*", ours.partition("#")[0])
        assert set(named) <= flags, line


@pytest.mark.parametrize("page", PAGES, ids=Path.as_posix)
def test_every_name_that_a_page_puts_in_code_is_in_the_code(page: Path) -> None:
    names = [re.fullmatch(r"([A-Za-z]\w*_\w+)(?:=.*)?", span) for span in _spans(page)]
    assert {match[1] for match in names if match} <= _words_of_the_code() | OTHERS_NAMES


@pytest.mark.parametrize("page", PAGES, ids=Path.as_posix)
def test_every_change_of_a_parameter_that_a_page_shows_would_be_taken(page: Path) -> None:
    declared = declarations(Parameters)
    for span in _spans(page):
        shown = re.fullmatch(r"/set (\w+) (.+)", span)
        if shown and shown[1] != "name":
            declaration = declared[resolve(shown[1], declared)]
            parse_value(declaration, re.sub(r" for \d+[mhd]$", "", shown[2]))


def _quoted() -> dict[str, re.Pattern[str]]:
    """What the troubles quote, in the first column of their tables: a pattern of each."""
    found = {}
    for row in text_of(TROUBLES).splitlines():
        for quoted in _SPAN.findall(row.split(" | ")[0]) if row.startswith("| ") else ():
            parts = map(re.escape, quoted.strip(".").split("..."))
            found[quoted] = re.compile("[^\n]*".join(parts))
    return found


def test_every_sentence_that_the_troubles_quote_is_one_of_ours() -> None:
    assert not [text for text, pattern in _quoted().items() if not pattern.search(_sentences())]


def test_every_sentence_with_which_a_start_is_refused_is_among_the_troubles() -> None:
    patterns = [pattern for text, pattern in _quoted().items() if len(text) > SHORT]
    refusals = {text for text in _refusals() if not text.startswith(NEVER_SEEN)}
    assert len(refusals) > len(NEVER_SEEN)
    untold = {text for text in refusals if not any(each.search(text) for each in patterns)}
    assert not untold, "each of these needs a row that says what to do"


def _refusals() -> set[str]:
    """The sentence of each SettingsError and StorageError, as the person reads it."""
    found = set()
    for path in python_files(*PACKAGES):
        for node in ast.walk(_tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                shown = {word.arg: word.value for word in node.keywords}
                first = node.args[0] if node.args else None
                told = shown.get("chat_text", first if node.func.id in FIRST_IS_TOLD else None)
                if node.func.id in REFUSING and told is not None:
                    found.add(_text_of(told))
    return found


def _text_of(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_constant(part) for part in node.values)
    return _constant(node)


def test_a_quoted_sentence_that_is_not_ours_would_be_noticed() -> None:
    assert not re.search("The moon is .* today", _sentences())
    assert re.search(f"MARKET: there is no venue '{_GAP}'", _sentences())


def test_the_strategies_that_are_on_at_first_are_told_as_such() -> None:
    rows = [row for row in text_of(TRADING).splitlines() if re.search(r"\| (on|off) \|$", row)]
    told = {name: row.endswith("| on |") for row in rows for name in _SPAN.findall(row)}
    switches = {n for n, d in declarations(Parameters).items() if d.kind is bool}
    assert {name: told[name] for name in told if name in switches} == {
        name: declarations(Parameters)[name].default for name in told if name in switches
    }
    assert rows


def test_the_changes_count_the_commands() -> None:
    assert f"{len(CHAT)} commands" in " ".join(text_of(Path("CHANGELOG.md")).split())


def test_every_picture_is_shown_somewhere_and_small() -> None:
    shown = {
        ((REPO / page).parent / src).resolve()
        for page in PAGES
        for src in re.findall(r'<img [^>]*src="([^"]+)"', text_of(page))
    }
    kept = {path for path in (REPO / "docs/images").iterdir() if path.suffix == ".png"}
    assert kept == shown
    heavy = {path.name for path in kept if path.stat().st_size > PICTURE_LIMIT_BYTES}
    assert not heavy
