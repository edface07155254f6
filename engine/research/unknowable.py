"""What bars do not tell: parameters whose outcome a backtest would have to make up."""

from engine.core.errors import UserError
from engine.core.parameters import Parameters


def refuse_unknowable(parameters: Parameters) -> None:
    """Raises UserError with one sentence where a backtest of `parameters` would be a guess."""
    if parameters.enters_by_limit:
        # a life of two minutes ends somewhere inside a bar of an hour: decisions/020
        raise UserError(
            "A backtest cannot tell whether a limit entry is met in time: bars do not say when.",
            hint="Set entry_order to market for it.",
        )
