"""What a job is: a name, when it runs, and the service it calls."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.account_watch import AccountWatch
from bot.retuning import Retuner
from bot.told import Told
from engine.execution.cash_watch import CashWatch
from engine.execution.desk import Desk
from engine.execution.switch import Switch
from engine.services.tuning import Tuning
from llm.record import VoteRecord
from storage.database import Database
from storage.files import Ballast, WatchedFile
from storage.inbox import Inbox
from storage.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Workshop:
    """What jobs may reach."""

    database: Database
    inbox: Inbox
    outbox: Outbox
    desk: Desk
    data_dir: Path
    record: VoteRecord
    file: WatchedFile | None = None  # the SQLite file
    ballast: Ballast | None = None
    account: AccountWatch | None = None  # of a live desk
    cash: CashWatch | None = None  # of a live desk
    retuner: Retuner | None = None  # where there are bars to tune on
    told: Told | None = None
    tuning: Tuning | None = None

    @property
    def switch(self) -> Switch:
        return self.desk.switch


@dataclass(frozen=True, slots=True)
class Every:
    seconds: int


@dataclass(frozen=True, slots=True)
class Daily:
    at: str  # "03:10", UTC


@dataclass(frozen=True, slots=True)
class Weekly:
    day: str  # "sun"
    at: str  # "02:00", in the owner's zone


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    run: Callable[[Workshop], Awaitable[None]]
    when: Every | Daily | Weekly
