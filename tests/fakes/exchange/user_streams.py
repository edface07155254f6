"""What the account's own streams say, on spot and for perpetuals."""

from tests.fakes.exchange import user_events
from tests.fakes.exchange.floor import News
from tests.fakes.exchange.links import Links
from tests.fakes.exchange.orders import VenueOrder
from tests.fakes.exchange.words import Body
from tests.fakes.exchange.world import World

ACCOUNT = "account"  # the one stream of the rooms spot-user and swap-user


class UserStreams:
    """Says to the account's owner what happens to it."""

    def __init__(self, world: World, links: Links) -> None:
        self._world = world
        self._links = links

    def tell(self, news: News) -> None:
        """An order or a wallet changed."""
        if news.listing.is_swap:
            self._tell_swap(news)
        else:
            self._tell_spot(news)

    def _tell_spot(self, news: News) -> None:
        now_ms, order = self._world.now_ms(), news.order
        if not self._links.has("spot-user", ACCOUNT) or order is None:
            return
        if news.what != "LOCKED":
            self._say_spot_user(user_events.spot_report(news, order, now_ms))
        if news.what != "NEW":
            spot = self._world.matching.floor.spot
            self._say_spot_user(user_events.spot_balances(spot, news.listing, now_ms))

    def _tell_swap(self, news: News) -> None:
        now_ms, order = self._world.now_ms(), news.order
        if not self._links.has("swap-user", ACCOUNT):
            return
        if order is not None:
            self._say_swap_user(_swap_report(news, order, now_ms))
        if order is None or news.what == "TRADE":
            reason = "ORDER" if news.income is None else news.income.kind
            swap = self._world.matching.floor.swap
            moved = [] if reason == "FUNDING_FEE" else [news.listing]
            self._say_swap_user(user_events.swap_account(swap, moved, reason, now_ms))

    def _say_spot_user(self, event: Body) -> None:
        wrapped: Body = {"subscriptionId": 0, "event": event}
        self._links.publish("spot-user", ACCOUNT, wrapped, kind=str(event["e"]))

    def _say_swap_user(self, event: Body) -> None:
        self._links.publish("swap-user", ACCOUNT, event)


def _swap_report(news: News, order: VenueOrder, now_ms: int) -> Body:
    if order.want.is_algo:
        return user_events.algo_report(order, now_ms)
    return user_events.swap_report(news, order, now_ms)
