"""From the strategies' signals on one bar to the one proposal that goes up for parley."""

from collections.abc import Sequence

import numpy as np

from engine.core.advice import Proposal, Signal, Snapshot, proposal_key
from engine.core.kinds import Regime
from engine.core.parameters import Parameters
from engine.market.arrays import Ints
from engine.market.bars import Bars
from engine.strategies.contract import Strategy
from engine.strategies.filters import passed
from engine.strategies.playbook import played
from engine.strategies.registry import STRATEGIES
from engine.strategies.view import View


def propose(
    view: View, parameters: Parameters, strategies: Sequence[Strategy] = STRATEGIES
) -> Proposal | None:
    """The proposal of the view's last bar, or None: no signal left, or signals of both sides.

    Signals pass the filters and the regime's playbook. The first strategy of the table that then
    speaks leads: its stop is the proposal's. The others that agree add their reasons.
    """
    found = (strategy.signal(view, parameters) for strategy in strategies)
    signals = tuple(signal for signal in found if signal is not None)
    if not signals:
        return None  # most bars end here
    regime = view.regime(parameters)
    signals = played(passed(signals, view, parameters), regime, parameters)
    if len({signal.side for signal in signals}) != 1:
        return None
    return _proposal(view, parameters, signals, regime)


def candidate_bars(
    bars: Bars, parameters: Parameters, strategies: Sequence[Strategy] = STRATEGIES
) -> Ints:
    """The positions of the bars on which `propose` may say something; it is silent on the rest."""
    found = np.zeros(len(bars), dtype=np.bool_)
    for strategy in strategies:
        if strategy.enabled(parameters):
            found |= strategy.candidates(bars, parameters)
    return np.flatnonzero(found)


def _proposal(
    view: View, parameters: Parameters, signals: tuple[Signal, ...], regime: Regime
) -> Proposal:
    snapshot = Snapshot(
        symbol=view.symbol,
        timeframe=view.timeframe,
        at=view.at,
        side=signals[0].side,
        entry_price=view.close_price,
        stop_price=signals[0].stop_price,
        regime=regime,
        features=view.features(parameters),
    )
    key = proposal_key(view.symbol, view.timeframe, view.at)
    return Proposal(key=key, snapshot=snapshot, signals=signals)
