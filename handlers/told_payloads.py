"""The buttons of alerts, of people and of the audit; the rules of `handlers.payloads` hold."""

from aiogram.filters.callback_data import CallbackData

from handlers.alert_keys import SEEN, SNOOZE


class SnoozeTap(CallbackData, prefix=SNOOZE, sep="|"):
    """No sound for this class of alerts, for an hour."""

    kind: str


class SeenTap(CallbackData, prefix=SEEN, sep="|"):
    """A critical alert was seen; or, `later`, is to be told again in an hour."""

    page_id: str
    later: bool = False


class AlertsTap(CallbackData, prefix="wa1", sep="|"):
    """The card of wishes again; with a class, its next loudness."""

    kind: str = ""


class PriceAlertGone(CallbackData, prefix="wp1", sep="|"):
    """Forget this price alert."""

    alert_id: int


class PersonTap(CallbackData, prefix="wm1", sep="|"):
    """One person's card; 0 is the list."""

    person_id: int = 0


class RoleTap(CallbackData, prefix="wr1", sep="|"):
    """Asks whether a person is to get this role; "none" is out."""

    person_id: int
    role: str


class RoleConfirmed(CallbackData, prefix="wo1", sep="|"):
    """Yes, change it. The subject is the person, the role before and the new one."""

    subject: str
    until: str
    code: str


class AuditTap(CallbackData, prefix="wu1", sep="|"):
    """A page of the audit: the rows before this number; 0 is the newest."""

    before: int = 0
