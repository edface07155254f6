"""The whole set of parameters, validated together."""

import hashlib
import json
from typing import Self

from pydantic import model_validator

from engine.core.parameters.approvals import ApprovalParameters
from engine.core.parameters.asking import OBEYED, AskingParameters, mode_named
from engine.core.parameters.entering import EntryParameters, entry_order_named
from engine.core.parameters.exit_plans import LEAD_PLAN, PARLEY, plan_named, plans_by_strategy
from engine.core.parameters.groups import (
    ChatParameters,
    ExitParameters,
    ParleyParameters,
    RiskParameters,
)
from engine.core.parameters.limits import LimitParameters
from engine.core.parameters.pooling import PoolingParameters
from engine.core.parameters.research import ResearchParameters
from engine.core.parameters.sizing import SizingParameters
from engine.core.parameters.strategy import StrategyParameters
from engine.core.parameters.texts import READERS

_STRATEGY_FIELDS = StrategyParameters.model_fields  # a strategy is switched on by its name


class Parameters(
    ChatParameters,
    ResearchParameters,
    ApprovalParameters,
    PoolingParameters,
    AskingParameters,
    ParleyParameters,
    StrategyParameters,
    ExitParameters,
    EntryParameters,
    SizingParameters,
    LimitParameters,
    RiskParameters,
):
    """Every parameter of the desk; frozen. A change makes a new one: see `with_value`."""

    @model_validator(mode="after")
    def _levels_are_in_order(self) -> Self:
        for lower, upper in _ORDERED:
            if getattr(self, lower) > getattr(self, upper):
                raise ValueError(f"{lower} must not be above {upper}")
        if self.target_2_r and self.target_2_r <= self.target_1_r:
            raise ValueError("target_2_r must be above target_1_r, or 0")
        return self

    @model_validator(mode="after")
    def _texts_can_be_read(self) -> Self:
        for name, reader in READERS.items():
            try:
                reader(getattr(self, name))
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        return self

    @model_validator(mode="after")
    def _plans_are_for_strategies(self) -> Self:
        switches = {name for name, field in _STRATEGY_FIELDS.items() if field.annotation is bool}
        for strategy in plans_by_strategy(self.exit_plan_exceptions):
            if strategy not in switches:
                raise ValueError(f'exit_plan_exceptions: there is no strategy "{strategy}"')
        return self

    @property
    def heeds_advice(self) -> bool:
        """Whether the voters' word ends a trade: only where their word counts at all."""
        return self.exit_on_advice and mode_named(self.parley_mode) in OBEYED

    @property
    def leads(self) -> bool:
        """Whether voters may propose where no strategy does."""
        return mode_named(self.parley_mode) == "lead"

    @property
    def enters_by_limit(self) -> bool:
        """Whether entries rest as limit orders; else they are at market."""
        return entry_order_named(self.entry_order) == "limit"

    def plan_name_of(self, strategy: str) -> str:
        """The exit plan of the positions that `strategy` opens."""
        if strategy == PARLEY:
            return LEAD_PLAN  # the forecast is of these levels, and of no others
        exceptions = plans_by_strategy(self.exit_plan_exceptions)
        return exceptions.get(strategy, plan_named(self.exit_plan))

    def with_value(self, name: str, value: bool | float | str) -> "Parameters":
        """A copy with one value changed, validated as a whole; raises pydantic's error."""
        return Parameters.model_validate({**self.model_dump(), name: value})

    def config_hash(self) -> str:
        """Twelve hex digits that name this set of values; stamped on every trade."""
        text = json.dumps(self.model_dump(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


_ORDERED = (
    ("daily_loss_reduce_ratio", "daily_loss_halt_ratio"),
    ("drawdown_reduce_ratio", "drawdown_halt_ratio"),
    ("max_position_ratio", "max_exposure_ratio"),
)
