"""Core values survive the way through JSON."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from engine.core.events import Event, PanicReported, ParametersChanged, TradeOpened
from engine.core.kinds import OrderState, Role
from engine.core.people import Actor
from storage.mapping.codec import decode, encode
from storage.mapping.events import EVENT_CLASSES
from tests.storage.samples import a_decision, a_position, an_order, at


def _through_json(value: Any) -> Any:
    return decode(type(value), json.loads(json.dumps(encode(value), allow_nan=False)))


@pytest.mark.parametrize(
    "value",
    [
        an_order(),
        a_position(),
        TradeOpened(at=at(1), position=a_position()),
        PanicReported(at=at(1), incident_id="i", flat=("A",), still_open=(), unknown=("B", "C")),
        ParametersChanged(
            at=at(1), version=2, changes=(("a", "1", "2"),), config_hash="h",
            actor=Actor("Ann", Role.OWNER, 1001), why="try",
        ),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_value_comes_back_equal(value: Any) -> None:
    assert _through_json(value) == value


def test_nan_becomes_null_and_nan_again() -> None:
    found = _through_json(a_decision())
    assert found.proposal.snapshot.features["atr"] == 1.5
    assert math.isnan(found.proposal.snapshot.features["volume_z"])
    assert found.verdict == a_decision().verdict


@dataclass(frozen=True)
class Older:
    name: str
    gone: int = 3


@dataclass(frozen=True)
class Newer:
    name: str
    size_base: Decimal = Decimal("1.5")
    table: Mapping[str, float] | None = None
    state: OrderState = OrderState.SENT


def test_a_row_of_another_version_is_read_as_far_as_it_goes() -> None:
    assert decode(Newer, encode(Older("x"))) == Newer("x")


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no JSON form for object"):
        encode(object())


def below(kind: type[Event]) -> set[type[Event]]:
    """Every class under `kind`."""
    direct = kind.__subclasses__()
    return set(direct).union(*map(below, direct))


def test_every_event_class_can_be_read_back() -> None:
    # by name: a dataclass with slots is a second class beside the one that was written
    shared = {kind.__name__ for kind in below(Event) if kind.__subclasses__()}
    assert set(EVENT_CLASSES) == {kind.__name__ for kind in below(Event)} - shared
