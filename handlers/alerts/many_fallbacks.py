"""Too many of a day's parleys were not decided by models."""

from engine.core.events import ManyFallbacks
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import percent


def many_fallbacks(event: ManyFallbacks) -> str:
    """The share, and where the causes stand."""
    return "\n".join(
        [
            "🪜 <b>Models often do not answer</b>",
            f"{percent(event.fallen_ratio)} of the day's rounds were decided without their quorum.",
            "Who failed and why: /models",
        ]
    )


ALERT = Alert(
    event=ManyFallbacks, severity=Severity.WARNING, kind=AlertClass.MODELS, text=many_fallbacks
)
