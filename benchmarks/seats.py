"""The default voters at a table of their own: rules that keep nothing but memory."""

from collections.abc import Callable

from engine.core.events import Event
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars
from llm.panel import Chamber, Panel, RuleAsker
from llm.record import VoteRecord
from llm.roster import DEFAULT_VOTERS, parse_voters, seat
from tests.fakes.memory_forecasts import MemoryForecasts


def rule_panel(
    bars: Callable[[str, Timeframe], Bars],
    parameters: Callable[[], Parameters],
    tell: Callable[[Event], None],
) -> Panel:
    """An advisor of the three rule voters; `tell` hears what they disagree about."""
    record = VoteRecord(MemoryForecasts(), bars, parameters, tell, _trouble)
    chamber = Chamber(
        asker=RuleAsker(seat(parse_voters(DEFAULT_VOTERS))),
        record=record,
        bars=bars,
        parameters=parameters,
        tell=tell,
    )
    return Panel(chamber)


def _trouble(text: str) -> None:
    raise RuntimeError(text)
