"""The pool was right too seldom: half of what it had learned was forgotten."""

from engine.core.events import Recalibrated
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import count_of, percent


def recalibrated(event: Recalibrated) -> str:
    """How often it was right, and what was done."""
    return "\n".join(
        [
            "🎯 <b>Votes recalibrated</b>",
            f"The last calls were right {percent(event.accuracy_ratio)} of the time.",
            f"Half of what {count_of(event.outcomes, 'outcome')} taught is forgotten; the weights"
            " go back towards the base rate.",
            "How honest the words are: /chart reliability",
        ]
    )


ALERT = Alert(event=Recalibrated, severity=Severity.INFO, kind=AlertClass.MODELS, text=recalibrated)
