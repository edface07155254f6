"""The way of an outgoing message: which chat, which text, may it, where is it kept."""

from bot.localchat.acts import replied
from bot.localchat.entities import Formatted, checked_entities, tidy, units, with_detected
from bot.localchat.html_text import parse_html
from bot.localchat.params import Params
from bot.localchat.people import Chat
from bot.localchat.refusal import Json, Refusal, bad_request
from bot.localchat.world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
SHOWN_ONLY = ("link_preview_options", "show_caption_above_media")


def target(world: World, params: Params) -> Chat:
    """The chat a call is for; raises `Refusal` when there is none or the person blocked the bot."""
    raw = params.text("chat_id")
    if not raw:
        raise bad_request("chat_id is empty")
    if not raw.removeprefix("-").isdecimal():
        raise bad_request("chat not found")
    chat = world.chat(int(raw))
    person = world.directory.people.get(chat.id)
    if person is not None and person.has_blocked:
        raise Refusal(403, "Forbidden: bot was blocked by the user")
    return chat


def plain(params: Params, text: str, entities: object) -> Formatted:
    """The text of a call as Telegram would keep it, whatever way it is formatted."""
    mode = params.text("parse_mode").lower()
    if mode == "html":
        formatted = parse_html(text)
    elif mode and mode != "none":
        raise bad_request("unsupported parse_mode")  # Markdown on purpose: our house sends HTML
    else:
        formatted = checked_entities(text, entities) if entities else Formatted(text, [])
    return with_detected(tidy(formatted))


def message_text(params: Params) -> Json:
    """The `text` and `entities` of a message; raises `Refusal` when empty or too long."""
    formatted = plain(params, params.text("text"), params.structure("entities"))
    if not formatted.text:
        raise bad_request("message text is empty")
    if units(formatted.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return _fields("text", "entities", formatted)


def caption(params: Params) -> Json:
    """The `caption` and `caption_entities` of a message, nothing when there is none."""
    formatted = plain(params, params.text("caption"), params.structure("caption_entities"))
    if units(formatted.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return _fields("caption", "caption_entities", formatted) if formatted.text else {}


def deliver(world: World, chat: Chat, params: Params, content: Json) -> Json:
    """The new message, kept and shown; raises `Refusal` for a missing reply or a flood."""
    if params.whole("message_thread_id"):
        raise bad_request("message thread not found")  # none of our chats has topics
    message: Json = {
        "message_id": 0,
        "from": world.bot_user,
        "chat": chat.shown(),
        "date": int(world.now_s()),
        **content,
    }
    reply = _reply(chat, params)
    if reply is not None:
        message["reply_to_message"] = reply
    if params.flag("protect_content"):
        message["has_protected_content"] = True
    for name in SHOWN_ONLY:
        if (value := params.structure(name)) is not None:
            message[name] = value
    world.flood.admit(chat.id, world.now_s(), is_edit=False)
    message["message_id"] = world.next_message_id()
    chat.keep(message)
    chat.drafts.clear()  # a real message takes the place of what was being typed
    silent = params.flag("disable_notification")
    world.live.tell(chat.id, "message", {"message": message, "silent": silent})
    return message


def _fields(text_name: str, entities_name: str, formatted: Formatted) -> Json:
    fields: Json = {text_name: formatted.text}
    if formatted.entities:
        fields[entities_name] = formatted.entities
    return fields


def _reply(chat: Chat, params: Params) -> Json | None:
    raw = params.structure("reply_parameters") or {}
    if not isinstance(raw, dict):
        raise bad_request("can't parse ReplyParameters: expected an Object")
    message_id = raw.get("message_id") or params.whole("reply_to_message_id")
    if not message_id:
        return None
    if not isinstance(message_id, int):
        raise bad_request("can't parse ReplyParameters: wrong message identifier")
    may_miss = raw.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if message_id not in chat.messages and may_miss:
        return None
    return replied(chat, message_id)
