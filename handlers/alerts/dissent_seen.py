"""An entry was approved although many voters were against it."""

from engine.core.events import DissentSeen
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import count_of, escape, percent
from handlers.views.words import name_of

_SHOWN = 4


def dissent_seen(event: DissentSeen) -> str:
    """How large the dissent is, and who was against it."""
    against = [
        vote.voter for vote in event.votes if not vote.abstained and vote.side() is not event.side
    ]
    names = ", ".join(escape(name, 24) for name in against[:_SHOWN])
    more = f" and {count_of(len(against) - _SHOWN, 'other')}" if len(against) > _SHOWN else ""
    return "\n".join(
        [
            f"⚖️ <b>{name_of(event.symbol, event.side)}: the voters disagree</b>",
            f"{percent(event.dissent_ratio)} of the answers did not go with the larger camp.",
            f"Not for it: {names}{more}" if names else "Nobody was plainly against it.",
            "How it was decided: /why",
        ]
    )


ALERT = Alert(event=DissentSeen, severity=Severity.INFO, kind=AlertClass.MODELS, text=dissent_seen)
