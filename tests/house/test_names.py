"""Names carry units, and no file takes a name of the standard library."""

import sys
from datetime import datetime
from decimal import Decimal
from typing import get_args

import pytest
from sqlalchemy import Double

from bot.settings import Settings
from engine.core.parameters import Declaration, Parameters, declarations
from engine.market.features import FEATURES
from storage.columns import MoneyText, RealOrNan, UtcDateTime
from storage.tables import TABLES
from tests.house.tree import PACKAGES, UNITS, has_unit, python_files

PLAIN_UNITS = {"count", "flag", "text"}  # of a parameter that needs no unit in its name
# Settings whose name is older than our habit, or that are no measure.
PLAIN_SETTINGS = {
    "market_speed": "market seconds per second: no unit",
    "market_seed": "a number, not a measure",
    "http_port": "a number, not a measure",
}
# Columns of time that are named by what they allow rather than by what happened.
PLAIN_TIMES = {"outbox.not_before"}


@pytest.mark.parametrize("declared", declarations(Parameters).values(), ids=lambda each: each.name)
def test_a_parameter_is_named_by_its_unit(declared: Declaration) -> None:
    if declared.unit in PLAIN_UNITS:
        assert not has_unit(declared.name)
    else:
        assert declared.unit in UNITS
        assert declared.name.endswith(f"_{declared.unit}")


def test_every_parameter_has_bounds_within_which_its_default_lies() -> None:
    for declared in declarations(Parameters).values():
        if declared.kind in {int, float}:
            assert declared.low is not None, declared.name
            assert declared.high is not None, declared.name
            assert declared.low <= float(declared.default) <= declared.high, declared.name
        assert declared.why, declared.name


def test_a_numeric_setting_carries_its_unit() -> None:
    plain = {
        name
        for name, field in Settings.model_fields.items()
        if {field.annotation, *get_args(field.annotation)} & {int, float, Decimal}
        and not has_unit(name)
    }
    assert plain == set(PLAIN_SETTINGS)


def test_every_setting_says_what_it_is() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]


def test_a_column_of_money_or_of_floats_carries_its_unit() -> None:
    plain = [
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if isinstance(column.type, MoneyText | RealOrNan | Double) and not has_unit(column.name)
    ]
    assert not plain


def test_a_column_of_time_says_at() -> None:
    plain = {
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if isinstance(column.type, UtcDateTime) and column.name.rpartition("_")[2] != "at"
    }
    assert plain == PLAIN_TIMES


def test_no_column_of_time_forgets_its_zone() -> None:
    naive = [
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if not isinstance(column.type, UtcDateTime) and _python_type(column.type) is datetime
    ]
    assert not naive


def _python_type(kind: object) -> object:
    try:
        return getattr(kind, "python_type", None)
    except NotImplementedError:  # a type of our own that does not say
        return None


def test_a_feature_that_names_a_unit_names_its_own() -> None:
    for name, feature in FEATURES.items():
        assert not has_unit(name) or name.endswith(f"_{feature.unit}"), name
        assert feature.unit, name
        assert feature.about, name


def test_no_file_takes_a_name_of_the_standard_library() -> None:
    # ruff's A005 says it too, but not of folders and not where it is silenced
    taken = {
        path.as_posix()
        for path in python_files(*PACKAGES)
        for part in {path.stem, *path.parent.parts} - {"__init__", "__main__"}
        if part in sys.stdlib_module_names
    }
    assert not taken
