"""Bot API methods around messages: pins, reactions, typing, drafts, callback answers, chats."""

from bot.localchat.entities import units
from bot.localchat.outgoing import TEXT_LIMIT, plain, target
from bot.localchat.params import Params
from bot.localchat.people import Chat
from bot.localchat.refusal import Json, bad_request
from bot.localchat.taps import TOO_OLD
from bot.localchat.world import World

ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
REACTIONS = frozenset(
    [
        "❤",
        "👍",
        "👎",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)
CALLBACK_TEXT_LIMIT = 200


def answer_callback_query(world: World, params: Params) -> bool:
    """answerCallbackQuery: once, and within the window."""
    text = params.text("text")
    if units(text) > CALLBACK_TEXT_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    query_id = params.text("callback_query_id")
    if not query_id:
        raise bad_request(TOO_OLD)
    tap = world.taps.answer(query_id, world.now_s())
    body = {"callback_query_id": query_id, "text": text, "show_alert": params.flag("show_alert")}
    world.live.tell(tap.chat_id, "answer", body, only_user_id=tap.user_id)
    return True


def pin_chat_message(world: World, params: Params) -> bool:
    """pinChatMessage."""
    chat = target(world, params)
    message_id = params.whole("message_id")
    if message_id is None or message_id not in chat.messages:
        raise bad_request("message to pin not found")
    if message_id in chat.pins:
        chat.pins.remove(message_id)
    chat.pins.insert(0, message_id)
    return _pins_changed(world, chat)


def unpin_chat_message(world: World, params: Params) -> bool:
    """unpinChatMessage: the given message, or the newest pin."""
    chat = target(world, params)
    message_id = params.whole("message_id")
    if message_id is None and chat.pins:
        message_id = chat.pins[0]
    if message_id is None or message_id not in chat.messages:
        raise bad_request("message to unpin not found")
    if message_id in chat.pins:
        chat.pins.remove(message_id)
    return _pins_changed(world, chat)


def unpin_all_chat_messages(world: World, params: Params) -> bool:
    """unpinAllChatMessages."""
    chat = target(world, params)
    chat.pins.clear()
    return _pins_changed(world, chat)


def send_chat_action(world: World, params: Params) -> bool:
    """sendChatAction."""
    chat = target(world, params)
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.live.tell(chat.id, "typing", {"action": action})
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    """setMessageReaction: bots have one emoji per message."""
    chat = target(world, params)
    message_id = params.whole("message_id") or 0
    if message_id not in chat.messages:
        raise bad_request("message to react not found")
    reactions = params.array("reaction")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        emoji = str(reaction.get("emoji")) if isinstance(reaction, dict) else ""
        if emoji not in REACTIONS:
            raise bad_request("REACTION_INVALID")
    chat.reactions[message_id] = reactions
    world.live.tell(chat.id, "reactions", {"message_id": message_id, "reactions": reactions})
    return True


def send_message_draft(world: World, params: Params) -> bool:
    """sendMessageDraft: shown until a message takes its place, for 30 s at most."""
    chat = target(world, params)
    draft_id = params.whole("draft_id")
    if not chat.is_private:
        raise bad_request("message drafts can be sent only to private chats")
    if not draft_id:
        raise bad_request("RANDOM_ID_INVALID")
    formatted = plain(params, params.text("text"), params.structure("entities"))
    if units(formatted.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    draft: Json = {
        "draft_id": draft_id,
        "text": formatted.text,
        "entities": formatted.entities,
        "can_stop": params.flag("can_stop"),
        "keep_on_stop": params.flag("keep_on_stop"),
    }
    chat.drafts = {draft_id: draft}
    world.live.tell(chat.id, "draft", {"draft": draft})
    return True


def get_chat(world: World, params: Params) -> Json:
    """getChat."""
    chat = target(world, params)
    full: Json = {
        **chat.shown(),
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    if chat.pins:
        full["pinned_message"] = chat.messages[chat.pins[0]]
    return full


def get_chat_member(world: World, params: Params) -> Json:
    """getChatMember."""
    chat = target(world, params)
    user_id = params.whole("user_id")
    if user_id == world.bot_user["id"]:
        return {"user": world.bot_user, "status": "member"}
    if user_id is None or user_id not in chat.members:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return {"user": world.directory.person(user_id).shown(), "status": "member"}


def _pins_changed(world: World, chat: Chat) -> bool:
    world.live.tell(chat.id, "pins", {"pins": chat.pins})
    return True
