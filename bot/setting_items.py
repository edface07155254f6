"""Items of settings that are lists: one text -> one value; ValueError says what to write."""

import re

from engine.core.kinds import Role
from engine.core.telling import Place, Topic
from engine.core.timeframes import Timeframe


def each_of(text: str) -> list[str]:
    """The items of a comma list, without empty ones."""
    return [item.strip() for item in text.split(",") if item.strip()]


def user_of(item: str) -> tuple[int, Role]:
    """ "123:owner" as id and role."""
    person, _, role = item.partition(":")
    roles = {known.value: known for known in Role}
    if not re.fullmatch(r"[1-9][0-9]{0,15}", person) or role.strip().lower() not in roles:
        raise ValueError(
            f"TELEGRAM_USERS has {item!r}; write id:role, with a numeric id and a role of "
            + ", ".join(roles)
        )
    return int(person), roles[role.strip().lower()]


def topic_of(item: str) -> tuple[Topic, Place]:
    """ "trades=-1001234/5" as topic and place."""
    name, _, place = item.partition("=")
    try:
        return Topic(name.strip().lower()), Place.of(place.strip())
    except ValueError:
        known = ", ".join(topic.value for topic in Topic)
        raise ValueError(
            f"TELEGRAM_TOPICS has {item!r}; write topic=group or topic=group/thread, topics are"
            f" {known}"
        ) from None


def timeframe_of(item: str) -> Timeframe:
    """ "15m" as a timeframe."""
    known = [frame.value for frame in Timeframe]
    if item not in known:
        raise ValueError(f"TIMEFRAMES has {item!r}; known are {', '.join(known)}")
    return Timeframe(item)
