"""Research cards fit a phone and Telegram, whatever stands in them."""

from dataclasses import replace

import pytest

from charts.registry import CHARTS
from charts.render import render
from engine.core.errors import Temporary
from engine.core.kinds import Role
from engine.core.research import Kind
from engine.services.research_answers import JobState
from handlers.research_cards import FIELDS, form, form_answer, job_answer, result_answer
from handlers.research_payloads import FormTap
from handlers.research_pictures import picture_of
from handlers.views.research import job_text, jobs_text, result_text
from tests.fakes.research import a_job, a_told
from tests.handlers.asking import FakeDesk, ask, tap
from tests.handlers.markup import shown, units
from tests.handlers.samples import HOSTILE

DRAWN = (Kind.BACKTEST, Kind.COMPARE, Kind.WALKFORWARD, Kind.MONTECARLO, Kind.TUNE)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_result_fits_under_a_picture_and_escapes_what_it_quotes(kind: Kind) -> None:
    told = a_told(kind)
    hostile = told.model_copy(update={"title": HOSTILE, "notes": (HOSTILE,), "judgement": HOSTILE})
    for each in (told, hostile):
        text = shown(result_text(a_job(kind=kind), each, "PAPER"))
        assert units(text) <= 1024
        assert "PAPER" in text.split("\n")[0]
    assert "⚖️" in result_text(a_job(kind=kind), told, "PAPER")


@pytest.mark.parametrize("kind", DRAWN)
def test_every_result_has_a_picture_that_can_be_drawn(kind: Kind) -> None:
    drawn = picture_of(a_told(kind))
    assert drawn is not None
    name, values = drawn
    assert isinstance(values, CHARTS[name].needs)
    assert render(CHARTS[name], values).startswith(b"\x89PNG")


@pytest.mark.parametrize("state", list(JobState))
def test_a_card_says_where_the_job_is(state: JobState) -> None:
    job = a_job(state=state, sentence=HOSTILE, done=3, of=10, text=HOSTILE, words=HOSTILE, ahead=2)
    assert units(shown(job_text(job, "PAPER"))) <= 4096
    labels = [key.label for row in job_answer(job, "PAPER", edit=False).keys for key in row]
    wanted = {
        JobState.WAITING: ["⏹ Stop", "🔄 Refresh"],
        JobState.RUNNING: ["⏹ Stop", "🔄 Refresh"],
        JobState.DONE: ["🖼 Result"],
    }
    assert labels == wanted.get(state, ["🔁 Run again"])


@pytest.mark.parametrize("kind", DRAWN)
async def test_every_value_of_the_form_fits_a_button(fake: FakeDesk, kind: Kind) -> None:
    first = form(kind, fake.desk.mode)
    assert f"/{kind.value} BTC 1h 180d" in shown(first.text)
    for field in FIELDS:
        tapped = FormTap(kind=kind.value, symbol="BTC", frame="1h", act=field)
        choices = form_answer(tapped, fake.desk.mode)
        for key in (key for row in choices.keys for key in row):
            assert isinstance(key.payload, FormTap)
            assert key.payload.act == ""
            filled = form_answer(FormTap.unpack(key.payload.pack()), fake.desk.mode)
            assert filled.keys[-1][0].label == "▶️ Run"


async def test_the_list_leads_to_each_job_and_a_result_to_its_picture(fake: FakeDesk) -> None:
    assert "Nothing was asked yet" in (await ask(fake, "/jobs")).text
    done = a_job(1, state=JobState.DONE)
    fake.research.kept = {1: done, 2: a_job(2, kind=Kind.TUNE, state=JobState.RUNNING)}
    fake.research.results = {1: a_told()}
    listed = await ask(fake, "/jobs")
    assert "Tuning" in shown(listed.text)
    opened = listed.keys[0][1].payload
    assert opened is not None
    answer = await tap(fake, opened, role=Role.VIEWER)
    assert answer.picture is not None
    assert answer.keys == ()  # viewers only look
    assert fake.pictures.drawn[-1][0] == "comparison"


async def test_a_result_without_its_picture_is_told_in_figures() -> None:
    class Broken:
        async def draw(self, name: str, values: object) -> bytes:
            raise Temporary("no", chat_text="The picture could not be drawn.")

    answer = await result_answer(Broken(), a_job(), a_told(), "PAPER", Role.OWNER)
    assert answer.picture is None
    assert "The picture could not be drawn." in answer.text


def test_the_list_is_short_whatever_was_asked() -> None:
    jobs = tuple(replace(a_job(number), words=HOSTILE * 20) for number in range(8))
    assert units(shown(jobs_text(jobs, "PAPER"))) <= 4096
