"""The desk's parameters: one declaration each, read by /params, /set, docs, checks and tuning."""

from engine.core.parameters.declaration import Declaration, declarations, param
from engine.core.parameters.model import Parameters

__all__ = ["Declaration", "Parameters", "declarations", "param"]
