"""/params: what can be tuned, by group; one of them; what was changed and when."""

from engine.core.kinds import Role
from engine.core.parameters.parse import resolve
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.payloads import ParamsTap
from handlers.views.parameters import (
    difference_text,
    groups_of,
    history_text,
    overview_text,
    row_text,
    rows_text,
)

CHANGED = "changed"
HISTORY = "history"
DIFF, FIND = "diff", "find"
_KEYS_PER_ROW = 3


async def params(desk: Desk, request: Request) -> Answer:
    """The overview, a group, what differs from the defaults, the history, or one parameter."""
    section, detail = (*request.words, "", "")[:2]
    return await _section(desk, section, detail.lower(), edit=False)


async def turn(desk: Desk, request: Request) -> Answer:
    """Another section, in place."""
    tap = request.button
    return await _section(desk, tap.section if isinstance(tap, ParamsTap) else "", "", edit=True)


async def _section(desk: Desk, wanted: str, detail: str, *, edit: bool) -> Answer:
    rows = desk.tuning.rows()
    badge = desk.mode.badge
    groups = groups_of(rows)
    section = wanted.lower()
    if not section:
        text = overview_text(rows, badge)
    elif section == CHANGED:
        text = rows_text([row for row in rows if row.changed], "Not at their default", badge)
    elif section == HISTORY:
        text = history_text(await desk.tuning.history(), badge)
    elif section == DIFF:
        text = difference_text(detail, await desk.tuning.difference(detail), badge)
    elif section == FIND:
        found = [row for row in rows if detail in f"{row.name} {row.why}".lower()]
        text = rows_text(found, f"Parameters with {detail}", badge)
    elif section in groups:
        own = [row for row in rows if row.group == section]
        text = rows_text(own, f"Parameters: {section}", badge)
    else:
        name = resolve(section, (row.name for row in rows))
        text = row_text(next(row for row in rows if row.name == name), badge)
    return Answer(text=text, keys=_rows((*groups, CHANGED, HISTORY), section), edit=edit)


def _rows(sections: tuple[str, ...], present: str) -> tuple[tuple[Key, ...], ...]:
    keys = [
        Key(
            label=f"· {section} ·" if section == present else section,
            payload=ParamsTap(section=section),
        )
        for section in sections
    ]
    starts = range(0, len(keys), _KEYS_PER_ROW)
    return tuple(tuple(keys[start : start + _KEYS_PER_ROW]) for start in starts)


COMMAND = Command(
    name="params",
    help="what can be tuned, and its values now",
    group=Group.TUNE,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=params,
    usage="[group|name|changed|history|diff hash|find word]",
    examples=(
        "/params",
        "/params risk",
        "/params changed",
        "/params history",
        "/params find spread",
    ),
)
BUTTONS = (Button(payload=ParamsTap, command="params", effect=Effect.READS, handler=turn),)
