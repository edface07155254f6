"""/jobs: research that runs, waits or is over, with its results."""

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.services.research_answers import JobState
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import tapped
from handlers.research_cards import job_answer, jobs_rows, result_answer
from handlers.research_payloads import JobTap
from handlers.views.research import jobs_text


async def jobs(desk: Desk, request: Request) -> Answer:
    """The last jobs; with a number, that one."""
    if not request.words:
        return await _list(desk, edit=False)
    if not request.words[0].isdecimal():
        raise UserError("A job has a number.", hint="Such as /jobs 12.")
    return await _one(desk, request, int(request.words[0][:9]), edit=False)


async def look(desk: Desk, request: Request) -> Answer:
    """The tapped job as it stands, or the list again."""
    tap = tapped(request, JobTap)
    if not tap.number:
        return await _list(desk, edit=tap.again)
    return await _one(desk, request, tap.number, edit=tap.again)


async def _list(desk: Desk, *, edit: bool) -> Answer:
    found = await desk.research.jobs()
    return Answer(text=jobs_text(found, desk.mode.badge), keys=jobs_rows(found), edit=edit)


async def _one(desk: Desk, request: Request, number: int, *, edit: bool) -> Answer:
    job = await desk.research.job(number)
    if edit or job.state is not JobState.DONE:
        return job_answer(job, desk.mode.badge, edit=edit)
    told = await desk.research.told(number)
    role = request.person.role
    return await result_answer(desk.pictures, job, told, desk.mode.badge, role)


COMMAND = Command(
    name="jobs",
    help="research that runs or waits, and its results",
    group=Group.RESEARCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=jobs,
    usage="[number]",
    examples=("/jobs", "/jobs 12"),
)
BUTTONS = (Button(payload=JobTap, command="jobs", effect=Effect.READS, handler=look),)
