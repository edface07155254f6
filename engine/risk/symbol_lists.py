"""A person's lists: symbols that are never entered, and the only ones that are."""

from engine.core.market import Instrument
from engine.core.parameters import Parameters
from engine.core.parameters.texts import names_of
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(entry: Entry, _desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial of a symbol on the first list, or missing from the second where there is one."""
    if _is_named(entry.instrument, names_of(parameters.blocked_symbols)):
        return Denial(Reason.BLOCKED_SYMBOL, f"{entry.symbol} is on the list blocked_symbols")
    allowed = names_of(parameters.allowed_symbols)
    if allowed and not _is_named(entry.instrument, allowed):
        return Denial(Reason.BLOCKED_SYMBOL, f"{entry.symbol} is not on the list allowed_symbols")
    return None


def _is_named(instrument: Instrument, names: frozenset[str]) -> bool:
    symbol = instrument.symbol.upper()
    return not names.isdisjoint({symbol, symbol.partition(":")[0], instrument.base.upper()})
