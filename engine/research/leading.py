"""What voters propose by themselves, asked beforehand on every bar where no strategy proposes.

The conditions are the desk's own (engine/execution/leading.py), without those of an account: the
loop knows these.
"""

import math

from engine.core.advice import Proposal, Verdict
from engine.core.errors import UserError
from engine.core.market import Instrument
from engine.core.parameters import Parameters
from engine.core.parameters.exit_plans import PARLEY
from engine.execution.leading import SIDES, event_on, led, may_lead
from engine.research.job import Advise, Lead
from engine.risk import expected_value
from engine.risk.beforehand import NO_DESK, denied
from engine.risk.contract import Entry, edge_of
from engine.strategies.view import View


def led_on(
    view: View, instrument: Instrument, parameters: Parameters, lead: Lead | None
) -> tuple[Proposal, Verdict] | None:
    """What the voters propose on the view's last bar; None where they do not, or may not.

    Raises UserError in mode `lead` without voters that can be asked beforehand.
    """
    if not parameters.leads:
        return None
    if lead is None:
        raise UserError(
            "A backtest in mode lead needs voters that it can ask on every bar.",
            hint="Name rule voters, replay a recorded tape, or set parley_mode to confirm.",
        )
    snapshot = event_on(view, parameters)
    if snapshot is None:
        return None
    if not any(may_take(led(snapshot, side), instrument, parameters) for side in SIDES):
        return None
    side, verdict = lead(snapshot)
    proposal = led(snapshot, side, verdict)
    if not may_lead(verdict) or not may_take(proposal, instrument, parameters):
        return None
    return (proposal, verdict) if pays(proposal, verdict, instrument, parameters) else None


def wished(proposal: Proposal, parameters: Parameters, advise: Advise) -> tuple[float, float]:
    """The side that the strategies want, and the voters with them; NaN: nobody. A lead is no
    strategy's wish: it ends no trade."""
    if proposal.signals[0].strategy == PARLEY:
        return math.nan, math.nan
    sign = float(proposal.side.sign)
    agreed = parameters.heeds_advice and advise(proposal.snapshot).approved
    return sign, sign if agreed else math.nan


def may_take(proposal: Proposal, instrument: Instrument, parameters: Parameters) -> bool:
    """Whether the risk rules that need no account have nothing against it."""
    return denied(_entry(proposal, instrument), parameters) is None


def pays(
    proposal: Proposal, verdict: Verdict, instrument: Instrument, parameters: Parameters
) -> bool:
    """Whether the verdict's forecast pays for its costs; one that was only counted is not held to
    that. No quote of recorded bars is known: the desk that replays them knows none either."""
    entry = _entry(proposal, instrument, verdict)
    return expected_value.check(entry, NO_DESK, parameters) is None


def _entry(proposal: Proposal, instrument: Instrument, verdict: Verdict | None = None) -> Entry:
    snapshot = proposal.snapshot
    return Entry(
        instrument=instrument,
        side=proposal.side,
        entry_price=snapshot.entry_price,
        stop_price=snapshot.stop_price,
        decided_at=snapshot.at,
        volume_24h_quote=snapshot.features["volume_24h_quote"],
        edge=None if verdict is None else edge_of(snapshot, verdict),
    )
