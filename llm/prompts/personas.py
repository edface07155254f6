"""Who a model is asked to be: one file each beside this one, known by the hash of its words.

Any persona speaks through any model. The common rules come first and never change from call to
call, so that providers read them from their caches; the sheet comes last.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from llm.contract import Question

DEFAULT = "forecaster"
RULES = "rules"  # what all of them are told


@dataclass(frozen=True, slots=True)
class Persona:
    """The words a voter is given, and their hash: other words make another voter."""

    name: str
    text: str
    prompt_hash: str


@cache
def personas() -> dict[str, Persona]:
    """Every persona by name."""
    folder = files("llm.prompts")
    texts = {
        entry.name.removesuffix(".md"): entry.read_text(encoding="utf-8").strip()
        for entry in folder.iterdir()
        if entry.name.endswith(".md")
    }
    rules = texts.pop(RULES)
    return {name: _persona(name, rules, texts[name]) for name in sorted(texts)}


def persona_for(voter: str, wanted: str = "") -> Persona:
    """The persona that the settings want; else the one of the voter's own name; else the default.

    Raises KeyError for a wanted one that is not there.
    """
    known = personas()
    return known[wanted] if wanted else known.get(voter, known[DEFAULT])


def user_text(question: Question) -> str:
    """What changes with every question: the echo words, and the sheet between its fences."""
    return (
        f"snapshot_id: {question.snapshot_id}\nsymbol: {question.symbol}\n"
        f"{question.fence}\n{question.sheet}\n{question.fence}"
    )


def _persona(name: str, rules: str, own: str) -> Persona:
    text = f"{rules}\n\nYOUR PART. {own}"
    return Persona(name, text, hashlib.sha256(text.encode()).hexdigest()[:12])
