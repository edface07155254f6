"""The same care for processes as in the scenarios."""

from tests.scenarios.conftest import keep, keep_for_module

__all__ = ["keep", "keep_for_module"]
