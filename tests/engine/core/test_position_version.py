"""The version of a position: what a button of the chat is bound to."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from engine.core.kinds import Trail
from tests.handlers.samples import a_position


def test_the_version_changes_with_fills_and_words_and_not_with_prices() -> None:
    position = a_position()
    moved = replace(position, stop_price=1.0, best_price=2.0, advanced_at=position.opened_at)
    moved = replace(moved, advanced_at=moved.advanced_at + timedelta(hours=1))
    assert moved.version == position.version
    others = {
        replace(position, qty_base=Decimal("0.01")).version,
        replace(position, initial_qty_base=Decimal("0.02")).version,
        replace(position, trail=Trail.ON).version,
        replace(position, position_id=7).version,
        position.version,
    }
    assert len(others) == 5
