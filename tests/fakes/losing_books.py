"""Paper books on a line that fails: before the save, or after it."""

import asyncio
from datetime import datetime

from engine.core.errors import StorageError
from engine.core.orders import Report
from engine.venues.books import Books, BooksChange, PaperBooks, PaperOrder


class LosingBooks:
    """`books`, but what `lose` names fails next: a save "before" or "after", "find", "load".

    While `gate` is not set, a save that has arrived waits there.
    """

    def __init__(self, books: PaperBooks) -> None:
        self._books = books
        self.lose: list[str] = []
        self.saves = 0
        self.arrived = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self) -> Books | None:
        self._answer("load")
        return await self._books.load()

    async def save(self, change: BooksChange) -> None:
        fault = self.lose.pop(0) if self.lose else ""
        if fault == "before":
            raise StorageError("the line was cut before")
        self.arrived.set()
        await self.gate.wait()
        await self._books.save(change)
        self.saves += 1
        if fault == "after":
            raise StorageError("the line was cut after")

    async def find(self, client_order_id: str) -> PaperOrder | None:
        self._answer("find")
        return await self._books.find(client_order_id)

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        return await self._books.reports_since(at)

    def _answer(self, question: str) -> None:
        if self.lose[:1] == [question]:
            self.lose.pop(0)
            raise StorageError("no answer")
