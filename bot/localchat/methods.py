"""Every Bot API method the local chat knows, except `getUpdates`: that one waits."""

from collections.abc import Callable

from bot.localchat import methods_bot, methods_chat, methods_messages
from bot.localchat.params import Params
from bot.localchat.world import World

Method = Callable[[World, Params], object]

METHODS: dict[str, Method] = {
    "getMe": methods_bot.get_me,
    "logOut": methods_bot.log_out,
    "close": methods_bot.log_out,
    "setWebhook": methods_bot.set_webhook,
    "deleteWebhook": methods_bot.delete_webhook,
    "getWebhookInfo": methods_bot.get_webhook_info,
    "setMyCommands": methods_bot.set_my_commands,
    "getMyCommands": methods_bot.get_my_commands,
    "deleteMyCommands": methods_bot.delete_my_commands,
    "setChatMenuButton": methods_bot.set_chat_menu_button,
    "getChatMenuButton": methods_bot.get_chat_menu_button,
    "getFile": methods_bot.get_file,
    "sendMessage": methods_messages.send_message,
    "sendPhoto": methods_messages.send_photo,
    "sendDocument": methods_messages.send_document,
    "editMessageText": methods_messages.edit_message_text,
    "editMessageCaption": methods_messages.edit_message_caption,
    "editMessageReplyMarkup": methods_messages.edit_message_reply_markup,
    "editMessageMedia": methods_messages.edit_message_media,
    "deleteMessage": methods_messages.delete_message,
    "deleteMessages": methods_messages.delete_messages,
    "answerCallbackQuery": methods_chat.answer_callback_query,
    "pinChatMessage": methods_chat.pin_chat_message,
    "unpinChatMessage": methods_chat.unpin_chat_message,
    "unpinAllChatMessages": methods_chat.unpin_all_chat_messages,
    "sendChatAction": methods_chat.send_chat_action,
    "setMessageReaction": methods_chat.set_message_reaction,
    "sendMessageDraft": methods_chat.send_message_draft,
    "getChat": methods_chat.get_chat,
    "getChatMember": methods_chat.get_chat_member,
}
BY_LOWER_NAME = {name.lower(): (name, method) for name, method in METHODS.items()}
