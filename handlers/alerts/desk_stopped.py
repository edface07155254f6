"""The desk went down in order."""

from engine.core.events import DeskStopped
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import clock
from handlers.views.words import sentence


def desk_stopped(event: DeskStopped) -> str:
    """Why it stopped, and that nothing trades now."""
    why = sentence(event.why)
    lines = [f"⏹ <b>Desk stopped</b> {clock(event.at)}", "Nothing is traded until it runs again."]
    return "\n".join([lines[0], why, lines[1]] if why else lines)


ALERT = Alert(event=DeskStopped, severity=Severity.NOTICE, kind=AlertClass.DESK, text=desk_stopped)
