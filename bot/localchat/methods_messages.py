"""Bot API methods that make a message or change one."""

from typing import Any

from bot.localchat.keyboards import inline_keyboard
from bot.localchat.outgoing import caption, deliver, message_text, target
from bot.localchat.params import Params
from bot.localchat.people import Chat
from bot.localchat.refusal import Json, bad_request
from bot.localchat.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
MEDIA = ("photo", "document")
CONTENT = ("text", "entities", "caption", "caption_entities", "reply_markup", *MEDIA)
DELETE_LIMIT_S = 48 * 3600


def send_message(world: World, params: Params) -> Json:
    """sendMessage."""
    chat = target(world, params)
    content = message_text(params)
    return deliver(world, chat, params, content | _keyboard(params))


def send_photo(world: World, params: Params) -> Json:
    """sendPhoto."""
    return _send_file(world, params, "photo")


def send_document(world: World, params: Params) -> Json:
    """sendDocument."""
    return _send_file(world, params, "document")


def edit_message_text(world: World, params: Params) -> Json:
    """editMessageText."""
    chat, old = _own_message(world, params)
    content = message_text(params)
    if "text" not in old:
        raise bad_request("there is no text in the message to edit")
    return _replace(world, chat, old, content | _keyboard(params))


def edit_message_caption(world: World, params: Params) -> Json:
    """editMessageCaption."""
    chat, old = _own_message(world, params)
    content = caption(params)
    media = _media(old)
    if not media:
        raise bad_request("there is no caption in the message to edit")
    return _replace(world, chat, old, media | content | _keyboard(params))


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """editMessageReplyMarkup: no edit date, as with Telegram."""
    chat, old = _own_message(world, params)
    content = {name: old[name] for name in CONTENT if name in old and name != "reply_markup"}
    return _replace(world, chat, old, content | _keyboard(params), is_dated=False)


def edit_message_media(world: World, params: Params) -> Json:
    """editMessageMedia, for photos and documents."""
    chat, old = _own_message(world, params)
    media = params.structure("media")
    kind = str(media.get("type")) if isinstance(media, dict) else ""
    if kind not in MEDIA:
        raise bad_request("can't parse InputMedia: unsupported type specified")
    inner = Params(media, params.uploads)
    content = _described(world, kind, inner.text("media"), params) | caption(inner)
    return _replace(world, chat, old, content | _keyboard(params))


def delete_message(world: World, params: Params) -> bool:
    """deleteMessage."""
    chat = target(world, params)
    message_id = params.whole("message_id")
    message = chat.messages.get(message_id or 0)
    if message is None:
        raise bad_request("message to delete not found")
    if world.now_s() - message["date"] > DELETE_LIMIT_S:
        raise bad_request("message can't be deleted for everyone")
    _delete(world, chat, message["message_id"])
    return True


def delete_messages(world: World, params: Params) -> bool:
    """deleteMessages: those that cannot be deleted are skipped."""
    chat = target(world, params)
    ids: list[Any] = params.array("message_ids")
    if not 1 <= len(ids) <= 100:
        raise bad_request("message identifiers are not specified")
    for message_id in ids:
        message = chat.messages.get(message_id) if isinstance(message_id, int) else None
        if message is not None and world.now_s() - message["date"] <= DELETE_LIMIT_S:
            _delete(world, chat, message_id)
    return True


def _send_file(world: World, params: Params, kind: str) -> Json:
    chat = target(world, params)
    content = caption(params)
    keyboard = _keyboard(params)
    described = _described(world, kind, params.text(kind), params)
    return deliver(world, chat, params, described | content | keyboard)


def _described(world: World, kind: str, source: str, params: Params) -> Json:
    stored = world.files.sent(kind, source, params)
    return {kind: [stored.description] if kind == "photo" else stored.description}


def _keyboard(params: Params) -> Json:
    keyboard = inline_keyboard(params)
    return {"reply_markup": keyboard} if keyboard else {}


def _media(message: Json) -> Json:
    return {name: message[name] for name in MEDIA if name in message}


def _own_message(world: World, params: Params) -> tuple[Chat, Json]:
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")  # this bot has no inline mode
    chat = target(world, params)
    message_id = params.whole("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != world.bot_user["id"]:
        raise bad_request("message can't be edited")
    return chat, message


def _replace(world: World, chat: Chat, old: Json, content: Json, *, is_dated: bool = True) -> Json:
    if content == {name: old[name] for name in CONTENT if name in old}:
        raise bad_request(NOT_MODIFIED)
    world.flood.admit(chat.id, world.now_s(), is_edit=True)
    frame = {name: value for name, value in old.items() if name not in CONTENT}
    if is_dated:
        frame["edit_date"] = int(world.now_s())
    message = frame | content
    chat.keep(message)
    world.live.tell(chat.id, "message", {"message": message})
    return message


def _delete(world: World, chat: Chat, message_id: int) -> None:
    was_pinned = message_id in chat.pins
    chat.forget(message_id)
    world.live.tell(chat.id, "deleted", {"message_id": message_id})
    if was_pinned:
        world.live.tell(chat.id, "pins", {"pins": chat.pins})
