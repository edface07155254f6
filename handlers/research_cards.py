"""Research in the chat: the form, a job's card with its buttons, and a result with its picture."""

from engine.core.errors import DeskError
from engine.core.kinds import Role
from engine.core.research import Kind, Told
from engine.services.answers import Mode
from engine.services.research_answers import AGAIN, UNFINISHED, ResearchJob
from engine.services.research_words import (
    EACH_FAMILY,
    FORM_DAYS,
    FORM_FRAMES,
    FORM_PLANS,
    form_words,
)
from handlers.contract import Answer, Key, Picture
from handlers.desk import Pictures
from handlers.keys import Rows, refresh
from handlers.research_payloads import AdoptTap, FormTap, JobAct, JobTap
from handlers.research_pictures import picture_of
from handlers.views.research import NAMES, choice_text, form_text, job_text, result_text

RUN, STOP, AGAIN_ACT = "run", "stop", "again"
AS_SET = "as set"
SIDE_BY_SIDE = 3
_LONGEST_BASE = 12  # a button holds 64 bytes in all
FIELDS = {"symbol": "Market", "frame": "Bars", "days": "Days", "ways": "Strategies",
          "exits": "Exits"}  # fmt: skip
NEXT: dict[Kind, tuple[Kind, ...]] = {  # what a result makes one ask
    Kind.BACKTEST: (Kind.WALKFORWARD, Kind.MONTECARLO, Kind.COMPARE, Kind.TUNE),
    Kind.WALKFORWARD: (Kind.MONTECARLO, Kind.TUNE),
    Kind.MONTECARLO: (Kind.WALKFORWARD, Kind.COMPARE),
    Kind.TUNE: (Kind.WALKFORWARD,),
}


def form(kind: Kind, mode: Mode) -> Answer:
    """A fresh form."""
    symbols = _bases(mode)
    return form_answer(FormTap(kind=kind.value, symbol=symbols[0], frame="1h"), mode, edit=False)


def form_answer(tap: FormTap, mode: Mode, *, edit: bool = True) -> Answer:
    """The form with its values on the buttons; or, where a field is open, its choices."""
    kind = Kind(tap.kind)
    if tap.act in FIELDS:
        return Answer(
            text=choice_text(kind, FIELDS[tap.act], mode.badge), keys=_choices(tap, mode), edit=edit
        )
    words = words_of(tap)
    shown = {
        "symbol": tap.symbol,
        "frame": tap.frame,
        "days": f"{tap.days} d",
        "ways": tap.ways or AS_SET,
        "exits": tap.exits or AS_SET,
    }
    keys = [
        Key(label=f"{FIELDS[field]}: {value}", payload=tap.model_copy(update={"act": field}))
        for field, value in shown.items()
    ]
    run = Key(label="▶️ Run", payload=tap.model_copy(update={"act": RUN}), style="primary")
    rows = (tuple(keys[:2]), (keys[2],), tuple(keys[3:]), (run,))
    return Answer(text=form_text(kind, words, mode.badge), keys=rows, edit=edit)


def words_of(tap: FormTap) -> str:
    """What the form asks for, as typed."""
    return form_words(Kind(tap.kind), tap.symbol, tap.frame, tap.days, tap.ways, tap.exits)


def job_answer(job: ResearchJob, badge: str, *, edit: bool) -> Answer:
    """The job's card, with what can be done about it."""
    return Answer(text=job_text(job, badge), keys=job_rows(job), edit=edit)


def job_rows(job: ResearchJob) -> Rows:
    """Stop while it lasts; run again where it did not end by itself."""
    look = refresh(JobTap(number=job.number, again=True))
    if job.state in UNFINISHED:
        stop = Key(label="⏹ Stop", payload=JobAct(number=job.number, act=STOP), style="danger")
        return ((stop, look),)
    if job.state in AGAIN:
        return ((Key(label="🔁 Run again", payload=JobAct(number=job.number, act=AGAIN_ACT)),),)
    return ((Key(label="🖼 Result", payload=JobTap(number=job.number)),),)


def jobs_rows(jobs: tuple[ResearchJob, ...]) -> Rows:
    """A button per job, and one to look again."""
    keys = [Key(label=f"{job.number}", payload=JobTap(number=job.number)) for job in jobs]
    rows = (tuple(keys[at : at + 4]) for at in range(0, len(keys), 4))
    return (*rows, (refresh(JobTap(again=True)),))


async def result_answer(
    pictures: Pictures, job: ResearchJob, told: Told, badge: str, role: Role
) -> Answer:
    """Picture, figures and what may be asked next; without the picture where none can be drawn."""
    text, keys = result_text(job, told, badge), result_rows(job, told, role)
    wanted = picture_of(told)
    if wanted is None:
        return Answer(text=text, keys=keys)
    try:
        png = await pictures.draw(*wanted)
    except DeskError as error:
        return Answer(text=f"{text}\n{error.sentence()}", keys=keys)
    return Answer(picture=Picture(png=png, caption=text, name=f"{wanted[0]}.png"), keys=keys)


def result_rows(job: ResearchJob, told: Told, role: Role) -> Rows:
    """What a result makes one ask; viewers only look."""
    if not role.covers(Role.TRADER):
        return ()
    more = [
        Key(label=NAMES[kind], payload=JobAct(number=job.number, act=kind.value))
        for kind in NEXT.get(told.kind, ())
    ]
    rows = [tuple(more[at : at + 2]) for at in range(0, len(more), 2)]
    if told.tuned is not None and told.tuned.changes and role.covers(Role.OWNER):
        rows.append((Key(label="Adopt ...", payload=AdoptTap(number=job.number)),))
    return tuple(rows)


def _choices(tap: FormTap, mode: Mode) -> Rows:
    values: dict[str, tuple[str | int, ...]] = {
        "symbol": _bases(mode),
        "frame": FORM_FRAMES,
        "days": FORM_DAYS,
        "ways": ("", *EACH_FAMILY),
        "exits": ("", *FORM_PLANS),
    }
    field = tap.act
    now = getattr(tap, field)
    keys = [
        Key(
            label=f"{'• ' if value == now else ''}{value or AS_SET}",
            payload=tap.model_copy(update={field: value, "act": ""}),
        )
        for value in values[field]
    ]
    return tuple(tuple(keys[at : at + SIDE_BY_SIDE]) for at in range(0, len(keys), SIDE_BY_SIDE))


def _bases(mode: Mode) -> tuple[str, ...]:
    bases = dict.fromkeys(symbol.partition("/")[0] for symbol in mode.symbols)
    fitting = tuple(base for base in bases if len(base.encode()) <= _LONGEST_BASE)
    return fitting[:12] or ("BTC",)
