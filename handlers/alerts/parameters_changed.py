"""Somebody changed parameters."""

from engine.core.events import ParametersChanged
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import count_of, escape

_SHOWN = 8


def parameters_changed(event: ParametersChanged) -> str:
    """Each change as old → new, by whom, and how to take it back."""
    rows = [
        f"{escape(name, 40)}: {escape(old, 40)} → <b>{escape(new, 40)}</b>"
        for name, old, new in event.changes[:_SHOWN]
    ]
    more = len(event.changes) - _SHOWN
    if more > 0:
        rows.append(f"and {count_of(more, 'more', 'more')}")
    return "\n".join(
        [
            "🎛 <b>Parameters changed</b>",
            *rows,
            f"By {escape(event.actor.name, 40)}, version {event.version}. /undo takes it back.",
        ]
    )


ALERT = Alert(
    event=ParametersChanged, severity=Severity.NOTICE, kind=AlertClass.DESK, text=parameters_changed
)
