"""The keys of outbox messages that the bot itself makes: the same asking has the same keys."""

from engine.core.messages import InboxUpdate

LIVE_PREFIX = "live"


def command_id_of(update: InboxUpdate) -> str:
    """Names what was asked: the same update has the same id after a crash."""
    return f"tg:{update.bot_id}:{update.update_id}"


def reply_key(command_id: str) -> str:
    """Names the reply to a command; its parts are numbered behind it."""
    return f"reply:{command_id}"


def live_key(name: str, command_id: str) -> str:
    """Names a message that becomes the live card `name` once it is sent."""
    return f"{LIVE_PREFIX}:{name}:{command_id}"


def live_name(key: str) -> str | None:
    """The live card that the message of `key` becomes; None for every other message.

    Only the last part of a split card could carry buttons, but the first one is the card.
    """
    prefix, _, rest = key.partition(":")
    name, _, tail = rest.partition(":")
    return name if prefix == LIVE_PREFIX and tail.endswith(":0") else None
