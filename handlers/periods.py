"""What /daily, /weekly and /monthly share: the same card over another length of time."""

import re

from engine.core.errors import UserError
from engine.services.result_answers import Span
from engine.services.result_reports import MOST_PERIODS
from handlers.contract import Answer, Key, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import ChartTap, PeriodsTap
from handlers.views.results import periods_text

USUAL = {Span.DAY: 7, Span.WEEK: 8, Span.MONTH: 6}


async def answer(desk: Desk, request: Request, span: Span) -> Answer:
    """The last periods, as many as the word says."""
    most = MOST_PERIODS[span]
    words = request.words
    if words and not re.fullmatch(r"[0-9]{1,3}", words[0], re.ASCII):
        raise UserError(f"A number from 1 to {most}, please.", hint="Such as 7.")
    count = int(words[0]) if words else USUAL[span]
    if not 1 <= count <= most:
        raise UserError(f"A number from 1 to {most}, please.", hint="Such as 7.")
    return await _card(desk, PeriodsTap(span=span.value, count=count))


async def turn(desk: Desk, request: Request) -> Answer:
    """The periods of the tapped button; in place when it stands under such a card."""
    tap = request.button if isinstance(request.button, PeriodsTap) else None
    if tap is None or tap.span not in set(Span):
        tap = PeriodsTap(span=Span.DAY.value, count=USUAL[Span.DAY], again=True)
    return await _card(desk, tap)


async def _card(desk: Desk, tap: PeriodsTap) -> Answer:
    span = Span(tap.span)
    found = await desk.results.periods(span, tap.count)
    others = tuple(
        Key(
            label=f"{other.value}s",
            payload=PeriodsTap(span=other.value, count=USUAL[other], again=True),
        )
        for other in Span
        if other is not span
    )
    again = PeriodsTap(span=span.value, count=tap.count, again=True)
    return Answer(
        text=periods_text(found, desk.mode.badge),
        keys=((refresh(again), *others), (Key(label="🖼 Chart", payload=ChartTap(name="months")),)),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )
