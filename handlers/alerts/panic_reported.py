"""What a panic found at the venue."""

from collections.abc import Sequence

from engine.core.events import PanicReported
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape, short_symbol

_SHOWN = 30


def panic_reported(event: PanicReported) -> str:
    """Per symbol flat, still open or unknown, as the venue says after a second look."""
    done = not (event.still_open or event.unknown)
    head = "✅ <b>Panic: all flat</b>" if done else "🛑 <b>Panic: not flat yet</b>"
    rows = [
        f"{title}: {_names(symbols)}"
        for title, symbols in (
            ("Still open", event.still_open),
            ("Unknown", event.unknown),
            ("Flat", event.flat),
        )
        if symbols
    ]
    if not done:
        rows.append("The desk goes on trying. If it cannot, close them at the venue by hand.")
    return "\n".join([head, *(rows or ["There was nothing to close."])])


def _names(symbols: Sequence[str]) -> str:
    shown = ", ".join(escape(short_symbol(each)) for each in symbols[:_SHOWN])
    more = len(symbols) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


ALERT = Alert(
    event=PanicReported, severity=Severity.CRITICAL, kind=AlertClass.RISK, text=panic_reported
)
