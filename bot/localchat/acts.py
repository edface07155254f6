"""What people do with their phones: write, correct, tap, stop. Page and tests both come here."""

from bot.localchat.entities import Formatted, units, with_detected
from bot.localchat.keyboards import buttons
from bot.localchat.people import Chat, Person
from bot.localchat.refusal import Json, bad_request
from bot.localchat.taps import Tap
from bot.localchat.world import World

MESSAGE_LIMIT = 4096


def person_in(world: World, chat_id: int, user_id: int) -> tuple[Chat, Person]:
    """The chat and the person; raises `Refusal` when the person is not in that chat."""
    if user_id <= 0:
        raise bad_request("user_id must be positive")
    person = world.directory.person(user_id)
    chat = world.chat(chat_id)
    if user_id not in chat.members:
        raise bad_request("this person is not in that chat")
    return chat, person


def say(world: World, chat_id: int, user_id: int, text: str, extra: Json | None = None) -> Json:
    """Lets a person write; returns `update_id` and `message_id`.

    extra: more fields of the Bot API `Message`, for example `date`, `forward_origin`, `via_bot`.
    """
    chat, person = person_in(world, chat_id, user_id)
    _check_text(text)
    formatted = with_detected(Formatted(text, []))
    message: Json = {
        "message_id": world.next_message_id(),
        "from": person.shown(),
        "chat": chat.shown(),
        "date": int(world.now_s()),
        "text": text,
    }
    if formatted.entities:
        message["entities"] = formatted.entities
    message |= extra or {}
    chat.keep(message)
    world.live.tell(chat.id, "message", {"message": message})
    update_id = world.updates.put("message", message)
    return {"update_id": update_id, "message_id": message["message_id"]}


def correct(world: World, chat_id: int, user_id: int, message_id: int, text: str) -> Json:
    """Lets a person edit an own message; returns `update_id` and `message_id`."""
    chat, _ = person_in(world, chat_id, user_id)
    old = chat.messages.get(message_id)
    if old is None or old["from"]["id"] != user_id:
        raise bad_request("message to edit not found")
    _check_text(text)
    formatted = with_detected(Formatted(text, []))
    kept = {name: value for name, value in old.items() if name != "entities"}
    message: Json = {**kept, "text": text, "edit_date": int(world.now_s())}
    if formatted.entities:
        message["entities"] = formatted.entities
    chat.keep(message)
    world.live.tell(chat.id, "message", {"message": message})
    update_id = world.updates.put("edited_message", message)
    return {"update_id": update_id, "message_id": message_id}


def replied(chat: Chat, message_id: int) -> Json:
    """The message that is replied to, without its own reply; raises `Refusal` when it is gone."""
    found = chat.messages.get(message_id)
    if found is None:
        raise bad_request("message to be replied not found")
    return {name: value for name, value in found.items() if name != "reply_to_message"}


def tap(world: World, chat_id: int, user_id: int, message_id: int, callback_data: str) -> Json:
    """Lets a person tap; returns `update_id` and `callback_query_id`.

    `callback_data` need not stand on a button: a changed client sends what it likes, so may tests.
    """
    chat, person = person_in(world, chat_id, user_id)
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("MESSAGE_ID_INVALID")
    if not 1 <= len(callback_data.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    query_id = world.taps.add(Tap(user_id, chat_id, message_id, world.now_s()))
    query: Json = {
        "id": query_id,
        "from": person.shown(),
        "message": message,
        "chat_instance": str(chat_id),
        "data": callback_data,
    }
    update_id = world.updates.put("callback_query", query)
    return {"update_id": update_id, "callback_query_id": query_id}


def data_of(world: World, chat_id: int, message_id: int, label: str) -> str:
    """The data of the button with this label; raises `Refusal` when it cannot be tapped."""
    message = world.chat(chat_id).messages.get(message_id)
    if message is None:
        raise bad_request("MESSAGE_ID_INVALID")
    labels = [button["text"] for button in buttons(message)]
    found = next((button for button in buttons(message) if button["text"] == label), None)
    if found is None:
        raise bad_request(f"no button {label!r}, there are {labels}")
    if "disabled" in found:
        raise bad_request("the button is disabled")
    if "callback_data" not in found:
        raise bad_request("the button does not call back")
    return str(found["callback_data"])


def stop_draft(world: World, chat_id: int, user_id: int, draft_id: int) -> Json:
    """Lets a person stop a message that is being generated; returns `update_id`."""
    chat, _ = person_in(world, chat_id, user_id)
    draft = chat.drafts.get(draft_id)
    if draft is None or not draft["can_stop"]:
        raise bad_request("there is no draft that can be stopped")
    del chat.drafts[draft_id]
    if not draft["keep_on_stop"]:
        world.live.tell(chat_id, "draft", {"draft": {**draft, "text": "", "is_over": True}})
    body: Json = {"chat": chat.shown(), "draft_id": draft_id}
    return {"update_id": world.updates.put("stopped_message_generation", body)}


def block(world: World, user_id: int, *, has_blocked: bool) -> Json:
    """Lets a person block or unblock the bot; returns `update_id`."""
    chat, person = person_in(world, user_id, user_id)
    states = ("kicked", "member") if has_blocked else ("member", "kicked")
    person.has_blocked = has_blocked
    new, old = (_member(world, state) for state in states)
    body: Json = {
        "chat": chat.shown(),
        "from": person.shown(),
        "date": int(world.now_s()),
        "old_chat_member": old,
        "new_chat_member": new,
    }
    return {"update_id": world.updates.put("my_chat_member", body)}


def _member(world: World, state: str) -> Json:
    until: Json = {"until_date": 0} if state == "kicked" else {}
    return {"user": world.bot_user, "status": state, **until}


def _check_text(text: str) -> None:
    if not text.strip():
        raise bad_request("message text is empty")
    if units(text) > MESSAGE_LIMIT:
        raise bad_request("message is too long")
