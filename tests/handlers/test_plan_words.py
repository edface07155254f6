"""How a position's exit plan reads on its card."""

from dataclasses import replace

from engine.core.parameters.exit_plans import EXIT_PLANS
from engine.services.levels import Level, LevelKind
from handlers.views import positions
from handlers.views.words import PLAN_WORDS, plan_words
from tests.handlers import answers
from tests.handlers.markup import shown
from tests.handlers.samples import NOW


def test_every_exit_plan_has_words() -> None:
    assert set(PLAN_WORDS) == set(EXIT_PLANS)
    assert len(set(PLAN_WORDS.values())) == len(EXIT_PLANS)
    assert plan_words("of a newer\n<b>version</b> that nobody knows") == "of a newer <b>versi…"


def test_a_level_says_what_happens_there() -> None:
    levels = tuple(Level(kind, 65_000.0, 0.4) for kind in LevelKind)
    text = shown(positions.position_text(replace(answers.a_row(), levels=levels), "P", NOW))
    for words in ("Target for 40%", "Stop to entry from", "Stop trails from", "Gives back 40%"):
        assert words in text
