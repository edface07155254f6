"""The list of rules, which the live desk calls as they are and the backtest compiles."""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_rules: list[Callable[..., Any]] = []


def rule(function: Function) -> Function:
    """The same function, unchanged; it is only noted, so that research can compile it later."""
    _rules.append(function)
    return function


def registered() -> tuple[Callable[..., Any], ...]:
    """Every rule of the modules imported so far, in the order of definition: callees first."""
    return tuple(_rules)
