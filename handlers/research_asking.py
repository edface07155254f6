"""What the research commands share: a form without words, a job with them, and their buttons."""

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.research import Kind
from engine.services.research_answers import JobWish
from engine.services.research_words import next_words
from handlers.confirm import command_id, short_digest
from handlers.contract import Answer, Key, Request
from handlers.desk import Desk
from handlers.keys import question_rows, signer, slip_for, tapped
from handlers.payloads import UndoTap
from handlers.research_cards import (
    AGAIN_ACT,
    RUN,
    STOP,
    form,
    form_answer,
    job_answer,
    words_of,
)
from handlers.research_payloads import AdoptConfirmed, AdoptTap, FormTap, JobAct
from handlers.views.research import adopt_text, adopted_text

OUTDATED = "This button is outdated."


async def asked(desk: Desk, request: Request, kind: Kind) -> Answer:
    """The form where nothing was said, else the card of the job that was asked for."""
    if not request.words:
        return form(kind, desk.mode)
    wish = _wish(request, kind, " ".join(request.words), request.command_id, None)
    return job_answer(await desk.research.ask(wish), desk.mode.badge, edit=False)


async def turn_form(desk: Desk, request: Request) -> Answer:
    """The form with the tapped value; or the job's card in its place."""
    tap = tapped(request, FormTap)
    if tap.kind not in set(Kind):
        raise UserError(OUTDATED)
    if tap.act != RUN:
        return form_answer(tap, desk.mode)
    # the same form run twice is one job
    name = f"form:{request.chat_id}:{request.message_id}:{short_digest(tap.pack())}"
    wish = _wish(request, Kind(tap.kind), words_of(tap), name, request.message_id)
    return job_answer(await desk.research.ask(wish), desk.mode.badge, edit=True)


async def act(desk: Desk, request: Request) -> Answer:
    """Stops the job, runs it again, or asks more about the same bars."""
    tap = tapped(request, JobAct)
    badge = desk.mode.badge
    if tap.act == STOP:
        job = await desk.research.stop(tap.number)
        return job_answer(job, badge, edit=True)
    job = await desk.research.job(tap.number)
    if tap.act == AGAIN_ACT:
        wish = _wish(request, job.kind, job.words, f"again:{tap.number}", request.message_id)
        return job_answer(await desk.research.ask(wish), badge, edit=True)
    if tap.act not in set(Kind):
        raise UserError(OUTDATED)
    kind = Kind(tap.act)
    words = next_words(job.words, kind)
    name = f"next:{request.chat_id}:{request.message_id}:{kind.value}"
    before = await desk.research.asked_before(name)
    if before is not None:
        return Answer(toast=f"Asked already: job {before.number}.")
    wish = _wish(request, kind, words, name, None)
    return job_answer(await desk.research.ask(wish), badge, edit=False)


async def ask_adoption(desk: Desk, request: Request) -> Answer:
    """Old to new and the question; refused where it did not pass on unseen bars."""
    _require_owner(request)
    number = tapped(request, AdoptTap).number
    told = await desk.research.told(number)
    if told.tuned is None or not told.tuned.allowed:
        await desk.research.adopt(number, request.command_id, request.person.as_actor())
        raise UserError("There is nothing to adopt.", hint="/jobs shows what was found.")
    slip = slip_for(desk, request, "tune", str(number))
    confirmed = AdoptConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    return Answer(
        text=adopt_text(told.tuned, desk.mode.badge), keys=question_rows("Yes, adopt it", confirmed)
    )


async def adopt(desk: Desk, request: Request) -> Answer:
    """Takes over what the slip names, once, as one version that can be taken back."""
    slip = tapped(request, AdoptConfirmed)
    signer(desk, request, "tune").check(slip, desk.now())
    _require_owner(request)
    changes = await desk.research.adopt(
        int(slip.subject), command_id(slip), request.person.as_actor(), confirmed=True
    )
    undo = [Key(label="↩️ Undo", payload=UndoTap(version=each.version)) for each in changes[-1:]]
    return Answer(
        text=adopted_text(changes, desk.mode.badge),
        keys=(tuple(undo),),
        toast="Adopted",
        edit=True,
    )


def _wish(request: Request, kind: Kind, words: str, name: str, message_id: int | None) -> JobWish:
    return JobWish(
        command_id=name,
        kind=kind,
        words=words,
        chat_id=request.chat_id,
        message_id=message_id,
        reply_to=request.command_id,
        person_id=request.person.person_id,
        asked_by=request.person.name,
    )


def _require_owner(request: Request) -> None:
    if not request.person.role.covers(Role.OWNER):
        raise UserError("Only an owner may adopt parameters.", hint="Nothing was changed.")
