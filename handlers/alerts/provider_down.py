"""A provider of models, or one model, is not asked for a while."""

from engine.core.events import ProviderDown
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.models import FAILURE_WORDS
from handlers.views.text import duration, escape

_A_PERSON_MENDS = {
    "auth": "Check its key in the settings.",
    "quota": "Top up its account, or take it out of VOTERS.",
    "bad_request": "Check its model's name in VOTERS.",
}


def provider_down(event: ProviderDown) -> str:
    """Who, the real cause, for how long, and what a person can do."""
    cause = FAILURE_WORDS.get(event.kind, event.kind)
    who = escape(event.voter, 24) or escape(event.account, 40)
    lines = [
        f"🔌 <b>{who}: {escape(cause, 40)}</b>",
        f"Not asked for {duration(event.pause_s)}; the others vote on.",
    ]
    if event.kind in _A_PERSON_MENDS:
        lines.append(_A_PERSON_MENDS[event.kind])
    return "\n".join([*lines, "All voters: /models"])


ALERT = Alert(
    event=ProviderDown, severity=Severity.WARNING, kind=AlertClass.MODELS, text=provider_down
)
