"""Who is in the local chat, and the Bot API objects that describe them."""

from dataclasses import dataclass, field

from bot.localchat.refusal import Json

OWNER_ID, TRADER_ID, VIEWER_ID, STRANGER_ID = 1001, 1002, 1003, 1004
GROUP_ID = -2001
MESSAGES_LIMIT = 2_000  # per chat; the oldest go first


@dataclass(slots=True)
class Person:
    """Somebody with a phone. `has_blocked`: the bot may not write to them."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    has_blocked: bool = False

    def shown(self) -> Json:
        """The Bot API `User`."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        optional = {"last_name": self.last_name, "username": self.username}
        user |= {name: value for name, value in optional.items() if value}
        return user | {"language_code": self.language_code}


@dataclass(slots=True)
class Chat:
    """A conversation: messages are Bot API `Message` objects, replaced but never changed."""

    id: int
    title: str
    username: str = ""
    members: tuple[int, ...] = ()
    messages: dict[int, Json] = field(default_factory=dict)
    pins: list[int] = field(default_factory=list)  # the newest first
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    drafts: dict[int, Json] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """True for a chat with one person."""
        return self.id > 0

    def shown(self) -> Json:
        """The Bot API `Chat`."""
        if not self.is_private:
            return {"id": self.id, "type": "supergroup", "title": self.title}
        chat: Json = {"id": self.id, "type": "private", "first_name": self.title}
        return chat | ({"username": self.username} if self.username else {})

    def keep(self, message: Json) -> None:
        """Stores a new message or a newer version of one."""
        self.messages[message["message_id"]] = message
        while len(self.messages) > MESSAGES_LIMIT:
            self.forget(next(iter(self.messages)))

    def forget(self, message_id: int) -> None:
        """Removes a message with its pin and reactions."""
        self.messages.pop(message_id, None)
        self.reactions.pop(message_id, None)
        if message_id in self.pins:
            self.pins.remove(message_id)


def first_people() -> list[Person]:
    """The four people everybody knows, one for each role and one for none."""
    return [
        Person(OWNER_ID, "Olivia", "Owner", "olivia_owner"),
        Person(TRADER_ID, "Theo", "Trader", "theo_trader"),
        Person(VIEWER_ID, "Vera", "Viewer", "vera_viewer"),
        Person(STRANGER_ID, "Sam", "Stranger", "sam_stranger"),
    ]


class Directory:
    """People and chats by id. Every person has a private chat of the same id."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.clear()

    def clear(self) -> None:
        """Back to the four people, their empty chats and one group of all four."""
        self.people.clear()
        self.chats.clear()
        for person in first_people():
            self.add(person)
        self.chats[GROUP_ID] = Chat(GROUP_ID, "Parley desk", members=tuple(self.people))

    def add(self, person: Person) -> Person:
        """The person, now known and with a private chat."""
        self.people[person.id] = person
        self.chats[person.id] = Chat(
            person.id, person.first_name, person.username, members=(person.id,)
        )
        return person

    def person(self, user_id: int) -> Person:
        """The person with this id; whoever is not known yet comes in as one more stranger."""
        return self.people.get(user_id) or self.add(Person(user_id, f"Person {user_id}"))
