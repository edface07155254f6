"""Approvals and shadows inside somebody else's transaction."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.core.approvals import Approval, Shadow
from storage.mapping.codec import decode, encode
from storage.statements import replace_rows
from storage.tables.approvals import APPROVALS
from storage.tables.shadows import SHADOWS


def put_approvals(connection: Connection, approvals: Sequence[Approval]) -> None:
    """Inserts new ones and replaces rows of a smaller revision; a later row stands."""
    for approval in approvals:
        stands = _revision(connection, approval.number)
        if stands is None:
            connection.execute(insert(APPROVALS).values(_approval_row(approval)))
        elif stands < approval.revision:
            _replace(connection, approval, stands)


def swap_approval(connection: Connection, approval: Approval) -> Approval:
    """The approval that stands afterwards: this one, where the row was one revision before it."""
    if _replace(connection, approval, approval.revision - 1):
        return approval
    found = connection.execute(select(APPROVALS).where(APPROVALS.c.number == approval.number))
    return approval_of(found.one())


def put_shadows(connection: Connection, shadows: Sequence[Shadow]) -> None:
    replace_rows(connection, SHADOWS, [_shadow_row(shadow) for shadow in shadows])


def open_approvals(connection: Connection) -> tuple[Approval, ...]:
    """Those that are not settled, oldest first."""
    found = select(APPROVALS).where(APPROVALS.c.is_settled.is_(False))
    rows = connection.execute(found.order_by(APPROVALS.c.number))
    return tuple(approval_of(row) for row in rows)


def last_approval(connection: Connection) -> int:
    """The highest number so far, 0 where there was none."""
    return connection.execute(select(func.max(APPROVALS.c.number))).scalar() or 0


def open_shadows(connection: Connection) -> tuple[Shadow, ...]:
    """Those that would still be open, oldest first."""
    found = select(SHADOWS).where(SHADOWS.c.is_open).order_by(SHADOWS.c.number)
    return tuple(shadow_of(row) for row in connection.execute(found))


def approval_of(row: Row[Any]) -> Approval:
    return cast("Approval", decode(Approval, row.body))


def shadow_of(row: Row[Any]) -> Shadow:
    return cast("Shadow", decode(Shadow, row.body))


def _revision(connection: Connection, number: int) -> int | None:
    found = select(APPROVALS.c.revision).where(APPROVALS.c.number == number)
    return connection.execute(found).scalar_one_or_none()


def _replace(connection: Connection, approval: Approval, revision: int) -> bool:
    # the condition is the whole of the promise that the first answer wins
    same = APPROVALS.c.number == approval.number, APPROVALS.c.revision == revision
    changed = update(APPROVALS).where(*same).values(_approval_row(approval))
    return connection.execute(changed).rowcount == 1


def _approval_row(approval: Approval) -> dict[str, Any]:
    return {
        "number": approval.number,
        "revision": approval.revision,
        "state": approval.state.value,
        "is_settled": approval.is_settled,
        "symbol": approval.symbol,
        "proposal_key": approval.proposal.key,
        "asked_at": approval.asked_at,
        "expires_at": approval.expires_at,
        "body": encode(approval),
    }


def _shadow_row(shadow: Shadow) -> dict[str, Any]:
    trade = shadow.trade
    return {
        "number": shadow.number,
        "symbol": shadow.symbol,
        "fate": shadow.fate.value,
        "is_open": trade is None,
        "opened_at": shadow.position.opened_at,
        "closed_at": None if trade is None else trade.closed_at,
        "net_pnl_quote": None if trade is None else trade.net_pnl_quote,
        "result_r": None if trade is None else trade.result_r,
        "body": encode(shadow),
    }
