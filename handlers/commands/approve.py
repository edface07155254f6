"""/approve: the trades that wait for a person's word, and the word itself."""

from datetime import timedelta

from engine.core.approvals import Approval, Word
from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.parameters.approvals import expiry_named
from handlers.act_payloads import ApprovalTap, ApprovalWhy, ApproveTap
from handlers.confirm import Signer
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Priority, Request
from handlers.desk import Desk
from handlers.keys import Rows, refresh, signer, tapped
from handlers.views.approval_why import approval_why
from handlers.views.approvals import (
    SHOWN_WAITING,
    deaf_text,
    decided_card,
    decided_label,
    heard_text,
    list_text,
    waiting_card,
)

NAME = "approve"
ANSWERED_FOR = timedelta(days=2)  # after its end a button still says how it ended
LETTERS = {"y": Word.APPROVE, "h": Word.HALVE, "n": Word.VETO}


async def approve(desk: Desk, request: Request) -> Answer:
    """What waits; with a number that one's card."""
    if request.words:
        found = await desk.approvals.approval(_number(request.words[0]))
        return approval_answer(desk, found, request.person.person_id)
    again = isinstance(request.button, ApproveTap) and request.button.again
    waiting = desk.approvals.waiting()
    rows = [
        _words_row(desk, each, request.person.person_id, numbered=True)
        for each in waiting.approvals[:SHOWN_WAITING]
    ]
    return Answer(
        text=list_text(waiting, desk.mode.badge),
        keys=(*rows, (refresh(ApproveTap(again=True)),)),
        edit=again,
        toast="Up to date" if again else "",
        priority=Priority.SAFETY if waiting.approvals else Priority.REPLY,
    )


async def word(desk: Desk, request: Request) -> Answer:
    """Takes the word of the tapped button; every copy of the card is redrawn by the desk."""
    slip = tapped(request, ApprovalTap)
    signer(desk, request, NAME).check(slip, desk.now())
    number, version, said = _read(slip.subject)
    found = await desk.approvals.answer(number, version, said, request.person.as_actor())
    if found.deaf is not None:
        text, hint = deaf_text(found, desk.now())
        raise UserError(text, hint=hint)
    return Answer(toast=heard_text(found, said), priority=Priority.SAFETY)


async def why(desk: Desk, request: Request) -> Answer:
    """Signals, votes and the arithmetic of the size."""
    found = await desk.approvals.approval(tapped(request, ApprovalWhy).number)
    return Answer(text=approval_why(found, desk.mode.badge))


def approval_answer(desk: Desk, approval: Approval, person_id: int) -> Answer:
    """The card of one approval as this person may use it."""
    if not approval.is_pending:
        return Answer(
            text=decided_card(approval, desk.mode.badge),
            keys=((Key(label=decided_label(approval), payload=None),),),
            priority=Priority.REPLY,
        )
    silence = expiry_named(desk.approvals.parameters.approval_expiry)
    return Answer(
        text=waiting_card(approval, desk.mode.badge, silence),
        keys=_keys(desk, approval, person_id),
        priority=Priority.SAFETY,
    )


def _keys(desk: Desk, approval: Approval, person_id: int) -> Rows:
    yes, half, no = _words_row(desk, approval, person_id)
    return (yes, half), (no, Key(label="Why", payload=ApprovalWhy(number=approval.number)))


def _words_row(
    desk: Desk, approval: Approval, person_id: int, *, numbered: bool = False
) -> tuple[Key, ...]:
    mark = f" #{approval.number}" if numbered else ""
    shown = ((f"Approve{mark}", "y", "success"), ("½", "h", ""), ("Veto", "n", "danger"))
    return tuple(
        Key(label=label, payload=_tap(desk, approval, person_id, letter), style=style)
        for label, letter, style in shown
    )


def _tap(desk: Desk, approval: Approval, person_id: int, letter: str) -> ApprovalTap:
    subject = f"{approval.number}-{approval.offer.version}-{letter}"
    slip = Signer(desk.secret, NAME, person_id).sign(subject, approval.expires_at + ANSWERED_FOR)
    return ApprovalTap(subject=slip.subject, until=slip.until, code=slip.code)


def _read(subject: str) -> tuple[int, int, Word]:
    # signed by us: only a fault of ours could make it unreadable
    number, version, letter = subject.split("-")
    return int(number), int(version), LETTERS[letter]


def _number(text: str) -> int:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        raise UserError("That is no number of a trade.", hint="For example: /approve 17")
    return int(digits)


COMMAND = Command(
    name=NAME,
    help="trades that wait for your word",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=approve,
    usage="[number]",
    examples=("/approve", "/approve 17"),
)
BUTTONS = (
    Button(payload=ApproveTap, command=NAME, effect=Effect.READS, handler=approve),
    Button(payload=ApprovalTap, command=NAME, effect=Effect.RAISES, handler=word),
    Button(payload=ApprovalWhy, command=NAME, effect=Effect.READS, handler=why),
)
