"""What a backtest asks beforehand is what the desk asks of the entry alone."""

from datetime import timedelta

import pytest

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.beforehand import denied
from engine.risk.contract import Entry
from engine.risk.registry import ENTRY_RULES, RISK_RULES
from tests.engine.risk.desks import NOON, SPOT, an_entry

WARY = Parameters(
    quiet_hours="22:00-06:00",
    news_windows="2026-03-02T15:00/2026-03-02T16:00",
    blocked_symbols="DOGE",
    min_volume_24h_quote=1000,
)
BUSY = {"volume_24h_quote": 1000.0}


@pytest.mark.parametrize(
    ("entry", "parameters", "reason"),
    [
        (an_entry(**BUSY), WARY, None),
        (an_entry(**BUSY, decided_at=NOON - timedelta(hours=8)), WARY, Reason.QUIET_HOURS),
        (an_entry(**BUSY, decided_at=NOON + timedelta(hours=3)), WARY, Reason.NEWS_WINDOW),
        (an_entry(), WARY, Reason.LIQUIDITY),
        (an_entry(**BUSY), Parameters(allowed_symbols="ETH"), Reason.BLOCKED_SYMBOL),
        (an_entry(instrument=SPOT, side=PositionSide.SHORT), WARY, Reason.NOT_SHORTABLE),
    ],
)
def test_an_entry_is_denied_beforehand_by_the_rules_of_the_desk(
    entry: Entry, parameters: Parameters, reason: Reason | None
) -> None:
    found = denied(entry, parameters)
    assert (None if found is None else found.reason) is reason


def test_every_rule_asked_beforehand_is_one_of_the_desks() -> None:
    assert set(ENTRY_RULES) <= set(RISK_RULES.values())
    assert len(ENTRY_RULES) == 5
