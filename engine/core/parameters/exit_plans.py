"""Which exit plan a strategy's positions get."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

DEFAULT_PLAN = "default"  # the one that the parameters of the group "exits" describe
LEAD_PLAN = "forecast"  # the event that voters forecast: one target as far as the stop, a horizon
PARLEY = "parley"  # stands where a strategy's name does when voters propose
EXIT_PLANS = (
    DEFAULT_PLAN, "percent", "r_multiple", "regime", "ladder", "give_back", "adaptive", LEAD_PLAN,
)  # fmt: skip
NO_EXCEPTIONS = "none"


def plan_named(text: str) -> str:
    """The plan of that name; raises ValueError, which lists them."""
    name = text.strip().lower()
    if name not in EXIT_PLANS:
        raise ValueError(f'there is no plan "{text}": {", ".join(EXIT_PLANS)}')
    return name


@lru_cache(maxsize=64)
def plans_by_strategy(text: str) -> Mapping[str, str]:
    """The plan by strategy of "sma_5_15:ladder, sma_20_50:give_back"; empty for "none".

    Raises ValueError with one sentence.
    """
    found: dict[str, str] = {}
    for part in () if text.strip().lower() == NO_EXCEPTIONS else text.split(","):
        strategy, _, plan = (word.strip() for word in part.partition(":"))
        if not strategy or not plan:
            raise ValueError(f'"{part.strip()}" is not like sma_5_15:ladder')
        found[strategy.lower()] = plan_named(plan)
    return MappingProxyType(found)
