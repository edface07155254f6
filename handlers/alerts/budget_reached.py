"""A level of the budget for models was reached."""

from engine.core.events import BudgetReached
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert


def budget_reached(event: BudgetReached) -> str:
    """How much is used, and what follows."""
    used = f"{event.used_ratio:.0%}"
    if event.used_ratio >= 1.0:
        follows = "Models are not asked until it is free again; the fallback decides."
    else:
        follows = "At 100% models are not asked any more."
    return "\n".join([f"💵 <b>{used} of the model budget is used</b>", follows, "Details: /budget"])


ALERT = Alert(
    event=BudgetReached, severity=Severity.WARNING, kind=AlertClass.MODELS, text=budget_reached
)
