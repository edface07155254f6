"""The parameters of what the desk studies by itself, and of the clock its owner lives by."""

from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.core.parameters.declaration import param
from engine.core.parameters.groups import Group


class ResearchParameters(Group):
    """The weekly tuning, and whose Sunday it is."""

    weekly_tuning: bool = param(
        True, unit="flag", group="research",
        why="search for better parameters each Sunday at 02:00 and tell old against new",
    )  # fmt: skip
    tuning_trials: int = param(
        60, unit="count", group="research", ge=10, le=5000,
        why="sets of parameters that the weekly tuning tries",
    )  # fmt: skip
    tuning_adopts: bool = param(
        False, unit="flag", group="research", riskier="up",
        why="adopt what the weekly tuning found when it passes on bars it had not seen",
    )  # fmt: skip
    home_zone: str = param(
        "UTC", unit="text", group="research", hot=False,
        why="time zone of weekly jobs, such as Europe/Berlin",
    )  # fmt: skip


@lru_cache(maxsize=16)
def zone_named(text: str) -> tzinfo:
    """The zone of that name; raises ValueError for one that nobody knows."""
    try:
        return ZoneInfo(text.strip())
    except (KeyError, ValueError, OSError):  # not known, not a name, a folder of names
        raise ValueError(f'there is no time zone "{text}", write one like Europe/Berlin') from None
