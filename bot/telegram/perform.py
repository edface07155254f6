"""Performs one asking: who may, how old it is, the handler with a time-out, and what goes back."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape

from loguru import logger

from bot.telegram.asked import Asked, Said, Tapped, asked_from
from bot.telegram.backlog import Backlog
from bot.telegram.compose import TOAST_LIMIT, Card, Place, compose, without_keyboard
from bot.telegram.gate import Meant, Run, Say, Silence, Vocabulary, decide, late_note
from bot.telegram.names import command_id_of, live_key, reply_key
from bot.telegram.roster import Roster
from bot.telegram.text import plain
from bot.telegram.throttle import Throttle
from engine.core.errors import DeskError, UserError
from engine.core.messages import AuditEntry, InboxState, InboxUpdate, OutboxMessage
from engine.core.messages import Person as Known
from handlers.contract import Answer, Effect, Person, Priority, Request
from handlers.desk import Desk

COMMANDS_A_MINUTE = 20
SLOW_DOWN = (
    f"More than {COMMANDS_A_MINUTE} commands in a minute: the rest was not done. "
    "/panic and /pause always work."
)
AUDIT_LIMIT = 200  # characters of arguments and of the result


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one asking came to. `messages` and `audit` become durable with the row's end."""

    state: InboxState
    result: str
    messages: tuple[OutboxMessage, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    toast: str = ""  # the answer to a tap, plain text
    is_refusal: bool = False  # the toast must be seen
    is_silent: bool = False  # not even the tap is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A row of the inbox with everything that is known about it."""

    update: InboxUpdate
    asked: Asked
    known: Known
    age_s: float
    command_id: str

    def place(self, key: str) -> Place:
        """Where the answer goes."""
        tapped = self.asked if isinstance(self.asked, Tapped) else None
        if tapped is None or tapped.message_id is None:
            return Place(self.update.chat_id, key, thread_id=self.thread_id)
        return Place(self.update.chat_id, key, Card(tapped.message_id, tapped.has_photo))

    @property
    def thread_id(self) -> int | None:
        """The topic of a group in which it was said."""
        return self.asked.thread_id if isinstance(self.asked, Said) else None

    def words(self) -> str:
        """What was said, for a person or the audit: the text, or the button's payload."""
        return self.asked.text if isinstance(self.asked, Said) else self.asked.data

    def audited(self, run: Run, desk: Desk, result: str) -> tuple[AuditEntry, ...]:
        """The audit's row: none for what only reads."""
        if run.effect is Effect.READS:
            return ()
        person = _person(self.known)
        entry = AuditEntry(
            at=desk.now(),
            actor=person.as_actor(),
            action=run.command.name,
            subject=self.words()[:AUDIT_LIMIT],
            result=result[:AUDIT_LIMIT],
            update_id=self.update.update_id,
        )
        return (entry,)


@dataclass(slots=True, kw_only=True)
class Performer:
    """Turns rows of the inbox into outcomes. Raises StorageError when roles cannot be read."""

    desk: Desk
    roster: Roster
    vocabulary: Vocabulary
    now_s: Callable[[], float]
    timeout_s: float
    _throttle: Throttle = field(init=False)
    _backlog: Backlog = field(init=False)

    def __post_init__(self) -> None:
        self._throttle = Throttle(COMMANDS_A_MINUTE, 60.0)
        self._backlog = Backlog(self.now_s)

    async def perform(self, update: InboxUpdate) -> Outcome:
        """What became of `update`, with the messages that tell it."""
        known = await self.roster.person(update.user_id)
        if known is None:
            return Outcome(state=InboxState.REFUSED, result="no role", is_silent=True)
        asking = Asking(
            update=update,
            asked=asked_from(update.payload),
            known=known,
            age_s=max(0.0, (self.desk.now() - update.said_at).total_seconds()),
            command_id=command_id_of(update),
        )
        meant = self.vocabulary.meant(asking.asked)
        is_private = update.chat_id > 0
        decision = decide(meant, known.role, is_private=is_private, age_s=asking.age_s)
        if isinstance(decision, Silence):
            return Outcome(state=InboxState.REFUSED, result="silence", is_silent=True)
        if isinstance(decision, Say):
            return self._refused(asking, meant, decision)
        if not decision.safety and not self._throttle.admits(update.user_id, self.now_s()):
            return self._slow_down(asking)
        return await self._run(asking, decision)

    async def render(self, known: Known, name: str) -> Answer | None:
        """What the command `name` would answer this person now; None when it cannot say."""
        command = self.vocabulary.commands.get(name)
        if command is None or known.chat_id is None or not known.role.covers(command.role):
            return None
        request = Request(
            person=_person(known),
            chat_id=known.chat_id,
            command_id=f"live:{name}:{known.chat_id}",
        )
        try:
            async with asyncio.timeout(self.timeout_s):
                return await command.handler(self.desk, request)
        except (DeskError, TimeoutError) as error:
            logger.warning("the live card {} could not be drawn: {}", name, type(error).__name__)
            return None

    async def _run(self, asking: Asking, run: Run) -> Outcome:
        request = Request(
            person=_person(asking.known),
            chat_id=asking.update.chat_id,
            command_id=asking.command_id,
            words=run.words,
            button=run.payload,
            message_id=asking.asked.message_id,
            said_at=asking.update.said_at,
            age_s=asking.age_s,
            thread_id=asking.thread_id,
            just_paired=isinstance(asking.asked, Said) and asking.asked.just_paired,
        )
        try:
            async with asyncio.timeout(self.timeout_s):
                answer = await run.handler(self.desk, request)
        except UserError as error:
            return self._failed(asking, run, escape(error.sentence()))
        except TimeoutError:
            return self._failed(asking, run, f"No answer within {self.timeout_s:.0f} s. Try again.")
        except DeskError as error:
            logger.error("{} failed: {}", run.command.name, error.log_text)
            return self._failed(asking, run, escape(error.sentence()))
        except Exception:  # noqa: BLE001  the supervisor of handlers: one must not stop the others
            error_id = hashlib.sha256(asking.command_id.encode()).hexdigest()[:6].upper()
            logger.opt(exception=True).error("{} failed, id {}", run.command.name, error_id)
            return self._failed(asking, run, f"Something went wrong (id {error_id}).")
        return self._answered(asking, run, answer)

    def _answered(self, asking: Asking, run: Run, answer: Answer) -> Outcome:
        note = late_note(run, asking.age_s)
        text = answer.text
        if not text and not answer.picture and isinstance(asking.asked, Said):
            text = escape(answer.toast)  # a toast has nowhere to show without a tap
        if run.safety:
            answer = replace(answer, priority=Priority.SAFETY)
        answer = replace(answer, text=note + text if text else text)
        is_new_card = bool(answer.pin_as) and not answer.edit
        key = live_key(answer.pin_as, asking.command_id) if is_new_card else ""
        messages = compose(answer, asking.place(key or reply_key(asking.command_id)))
        if answer.unsay and isinstance(asking.asked, Said):
            messages += (_unsaid(asking.asked, asking.update.chat_id, asking.command_id),)
        return Outcome(
            state=InboxState.DONE,
            result=_first_line(answer),
            messages=messages,
            audit=asking.audited(run, self.desk, _first_line(answer)),
            toast=answer.toast[:TOAST_LIMIT],
        )

    def _failed(self, asking: Asking, run: Run, sentence: str) -> Outcome:
        priority = Priority.SAFETY if run.safety else Priority.REPLY
        answer = Answer(text=sentence, priority=priority)
        tapped = isinstance(asking.asked, Tapped)
        fits = tapped and len(plain(sentence)) <= TOAST_LIMIT
        return Outcome(
            state=InboxState.DONE,
            result=plain(sentence),
            messages=() if fits else compose(answer, asking.place(reply_key(asking.command_id))),
            audit=asking.audited(run, self.desk, plain(sentence)),
            toast=plain(sentence)[:TOAST_LIMIT],
            is_refusal=True,
        )

    def _refused(self, asking: Asking, meant: Meant, said: Say) -> Outcome:
        chat_id = asking.update.chat_id
        key = reply_key(asking.command_id)
        place = asking.place(key)
        is_stale = said.is_stale
        messages: tuple[OutboxMessage, ...] = ()
        if isinstance(asking.asked, Said):
            text = said.text
            if is_stale:
                text = self._backlog.refuse(chat_id, asking.asked.text, asking.age_s)
            messages = compose(Answer(text=text), place)
            if is_stale:
                one = f"stale:{chat_id}"
                messages = tuple(replace(message, coalesce_key=one) for message in messages)
            if asking.asked.had_secret:
                messages += (_unsaid(asking.asked, chat_id, key),)
        elif said.outdated and place.card is not None:
            messages = (without_keyboard(chat_id, place.card, f"{key}:0"),)
        words = plain(said.text)
        return Outcome(
            state=InboxState.STALE if is_stale else InboxState.REFUSED,
            result=words,
            messages=messages,
            audit=asking.audited(meant, self.desk, words) if isinstance(meant, Run) else (),
            toast=words[:TOAST_LIMIT],
            is_refusal=True,
        )

    def _slow_down(self, asking: Asking) -> Outcome:
        messages: tuple[OutboxMessage, ...] = ()
        if isinstance(asking.asked, Said):
            told = compose(Answer(text=SLOW_DOWN), asking.place(reply_key(asking.command_id)))
            one = f"slow:{asking.update.chat_id}"
            messages = tuple(replace(message, coalesce_key=one) for message in told)
        return Outcome(
            state=InboxState.REFUSED,
            result="over the limit of commands a minute",
            messages=messages,
            toast=SLOW_DOWN,
            is_refusal=True,
        )


def _person(known: Known) -> Person:
    return Person(known.person_id, known.name, known.role)


def _first_line(answer: Answer) -> str:
    shown = answer.text or (answer.picture.caption if answer.picture else "") or answer.toast
    return plain(shown).strip().partition("\n")[0]


def _unsaid(said: Said, chat_id: int, key: str) -> OutboxMessage:
    # the person's own message: it holds what must not stay in a chat
    return OutboxMessage(
        key=f"{key}:unsaid",
        chat_id=chat_id,
        method="deleteMessage",
        payload={"message_id": said.message_id},
    )
