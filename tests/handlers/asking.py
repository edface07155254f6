"""A desk over services in memory, and the ways to ask it."""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from engine.core.kinds import (
    Role,
    TradingState,
)
from handlers.contract import Person, Request
from handlers.desk import Desk
from tests.fakes.acting import FakeActing, FakePauses
from tests.fakes.approvals import FakeApproving
from tests.fakes.models import FakeModels
from tests.fakes.parley import FakeParley
from tests.fakes.record import FakeRecord, FakeResults
from tests.fakes.research import FakeResearch
from tests.fakes.services import (
    FakeControls,
    FakeHealth,
    FakeOrders,
    FakePairing,
    FakePictures,
    FakeReports,
    FakeRisks,
    FakeTuning,
)
from tests.fakes.told import FakeNotices, FakePriceWatch, FakeStaff

if TYPE_CHECKING:
    from engine.services.acting import Acting
    from engine.services.approving import Approving
    from engine.services.controls import Controls
    from engine.services.order_reports import OrderReports
    from engine.services.parley_reports import ParleyReports
    from engine.services.pauses import Pauses
    from engine.services.picture_reports import PictureReports
    from engine.services.reports import Reports
    from engine.services.research import Research
    from engine.services.result_reports import ResultReports
    from engine.services.risk_reports import RiskReports
    from engine.services.tuning import Tuning


from typing import TypeVar

from aiogram.filters.callback_data import CallbackData

from handlers.commands import BUTTONS, COMMANDS
from handlers.contract import Answer
from tests.handlers.answers import (
    a_balance,
    a_change,
    a_control,
    a_mode,
    a_page,
    a_parameter,
    a_plan,
    a_status,
    a_step,
    a_view,
)
from tests.handlers.approval_answers import some_vetoes, some_waiting
from tests.handlers.model_answers import a_board, a_budget, an_ask
from tests.handlers.order_answers import a_comparison, some_orders
from tests.handlers.parley_answers import a_history, a_why, a_why_not, some_rounds, two_curves
from tests.handlers.result_answers import a_breakdown, some_periods, some_stats
from tests.handlers.risk_answers import a_glance, a_market, a_risk, an_exposure, some_signals
from tests.handlers.samples import NOW, SYMBOL, points


def a_request(
    *words: str, role: Role = Role.OWNER, person_id: int = 1001, **more: object
) -> Request:
    base = Request(
        person=Person(person_id, "Ann", role),
        chat_id=person_id,
        command_id="tg:1:77",
        words=words,
    )
    return replace(base, **more)  # type: ignore[arg-type]  # the test names the fields


class FakeDesk:
    """A desk over the fake services; `desk` is what handlers get."""

    def __init__(self, text: str = "") -> None:
        self.controls = FakeControls(a_step(text=text), a_control(text, after=TradingState.ACTIVE))
        self.pauses = FakePauses(self.controls)
        self.acting = FakeActing(text)
        self.reports = FakeReports(
            a_status(text), a_page(text), a_balance(text), points(), a_view(text or SYMBOL)
        )
        self.risks = FakeRisks(
            a_risk(text), a_market(text), some_signals(text), an_exposure(text), a_glance()
        )
        self.results = FakeResults(some_periods(text), a_breakdown(text), some_stats(text))
        self.health = FakeHealth(lines=(f"08:01:22 INFO    {text or 'the desk runs'}",) * 30)
        self.orders = FakeOrders(some_orders(text), a_comparison(text))
        names = ("risk_per_trade_ratio", "max_positions", "max_spread_bps")
        rows = tuple(a_parameter(name=name) for name in names)
        self.tuning = FakeTuning(rows, a_change(), a_plan())
        self.approvals = FakeApproving(some_waiting(text), some_vetoes(text), NOW)
        self.models = FakeModels(a_board(text), a_budget(text), an_ask(text))
        self.parley = FakeParley(
            a_why(text), a_why_not(text), some_rounds(text), two_curves(), a_history()
        )
        self.notices = FakeNotices()
        self.price_watch = FakePriceWatch()
        self.staff = FakeStaff()
        self.redrawn: list[tuple[int, int, Answer]] = []
        self.pictures = FakePictures()
        self.record = FakeRecord()
        self.research = FakeResearch(changes=(a_change(),))
        self.updates = 76
        self.now_at = NOW
        self.desk = Desk(
            controls=cast("Controls", self.controls),
            pauses=cast("Pauses", self.pauses),
            acting=cast("Acting", self.acting),
            reports=cast("Reports", self.reports),
            risks=cast("RiskReports", self.risks),
            results=cast("ResultReports", self.results),
            orders=cast("OrderReports", self.orders),
            tuning=cast("Tuning", self.tuning),
            approvals=cast("Approving", self.approvals),
            models=self.models,
            parley=cast("ParleyReports", self.parley),
            record=cast("PictureReports", self.record),
            research=cast("Research", self.research),
            pictures=self.pictures,
            health=self.health,
            pairing=FakePairing(),
            notices=self.notices,
            price_watch=self.price_watch,
            staff=self.staff,
            mode=a_mode(text),
            now=lambda: self.now_at,
            nonce=lambda: "n0nce",
            redraw=lambda *shown: self.redrawn.append(shown),
            secret=b"s" * 32,
        )

    def next_command_id(self) -> str:
        """Every asking is an update of its own."""
        self.updates += 1
        return f"tg:1:{self.updates}"


async def ask(
    fake: FakeDesk,
    line: str,
    role: Role = Role.OWNER,
    person_id: int = 1001,
) -> Answer:
    name, *words = line.removeprefix("/").split()
    command = next(each for each in COMMANDS if each.name == name)
    request = a_request(*words, role=role, person_id=person_id, command_id=fake.next_command_id())
    return await command.handler(fake.desk, request)


async def tap(
    fake: FakeDesk, payload: CallbackData, role: Role = Role.OWNER, person_id: int = 1001
) -> Answer:
    button = next(each for each in BUTTONS if each.payload is type(payload))
    request = a_request(
        role=role,
        person_id=person_id,
        button=payload,
        message_id=5,
        command_id=fake.next_command_id(),
    )
    return await button.handler(fake.desk, request)


def labels(answer: Answer) -> list[str]:
    return [key.label for row in answer.keys for key in row]


T = TypeVar("T", bound=CallbackData)


def only(answer: Answer, kind: type[T]) -> T:
    (found,) = (key.payload for row in answer.keys for key in row if isinstance(key.payload, kind))
    return found
