"""Endpoints of the perpetuals' account: balances, positions, leverage, margin and position mode."""

from decimal import Decimal

from tests.fakes.exchange.gate import Security
from tests.fakes.exchange.orders import Refused
from tests.fakes.exchange.swap_account import SwapPosition
from tests.fakes.exchange.tape import plain
from tests.fakes.exchange.words import EIGHT, Body
from tests.fakes.exchange.world import Route, Routes, Words, World, whole


class SwapAccountRest:
    """/fapi: what is held, and how it is set."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._floor = world.matching.floor

    def routes(self) -> Routes:
        signed, trade, fapi = Security.READ, Security.SWAP, "/fapi/v1"
        return {
            ("GET", "/fapi/v2/account"): Route(self._account, signed, 5),
            ("GET", "/fapi/v3/account"): Route(self._account, signed, 5),
            ("GET", "/fapi/v2/balance"): Route(self._balance, signed, 5),
            ("GET", "/fapi/v3/balance"): Route(self._balance, signed, 5),
            ("GET", "/fapi/v2/positionRisk"): Route(self._risks, signed, 5),
            ("GET", "/fapi/v3/positionRisk"): Route(self._risks, signed, 5),
            ("GET", f"{fapi}/leverageBracket"): Route(self._brackets, signed),
            ("GET", f"{fapi}/symbolConfig"): Route(self._configs, signed, 5),
            ("POST", f"{fapi}/leverage"): Route(self._set_leverage, trade),
            ("POST", f"{fapi}/marginType"): Route(self._set_margin_type, trade),
            ("GET", f"{fapi}/positionSide/dual"): Route(self._side, signed, 30),
            ("POST", f"{fapi}/positionSide/dual"): Route(self._set_side, trade),
            ("GET", f"{fapi}/premiumIndex"): Route(self._premium),
            ("GET", f"{fapi}/fundingRate"): Route(self._settled),
            ("GET", f"{fapi}/fundingInfo"): Route(lambda words: []),
        }

    def _account(self, words: Words) -> object:
        asset = self._asset()
        positions = [self._risk(row) for row in self._floor.swap.held()]
        return {
            "totalWalletBalance": asset["walletBalance"],
            "totalMarginBalance": asset["marginBalance"],
            "totalUnrealizedProfit": asset["unrealizedProfit"],
            "totalMaintMargin": asset["maintMargin"],
            "availableBalance": asset["availableBalance"],
            "assets": [asset],
            "positions": positions,
        }

    def _balance(self, words: Words) -> object:
        asset = self._asset()
        return [{**asset, "balance": asset["walletBalance"]}]

    def _asset(self) -> Body:
        swap, orders = self._floor.swap, self._floor.open_orders()
        profit = swap.profit_quote()
        maintenance = sum((swap.maintenance_quote(p) for p in swap.held()), Decimal(0))
        return {
            "asset": "USDT",
            "walletBalance": plain(swap.wallet_quote),
            "unrealizedProfit": plain(profit),
            "marginBalance": plain(swap.wallet_quote + profit),
            "maintMargin": plain(maintenance),
            "initialMargin": plain(swap.margin_quote(orders).quantize(EIGHT)),
            "availableBalance": plain(swap.available_quote(orders).quantize(EIGHT)),
            "crossWalletBalance": plain(swap.wallet_quote),
            "updateTime": self._world.now_ms(),
        }

    def _risks(self, words: Words) -> object:
        held = self._floor.swap.held()
        return [self._risk(p) for p in held if words.get("symbol", "") in ("", p.listing.market)]

    def _risk(self, position: SwapPosition) -> Body:
        swap, symbol = self._floor.swap, position.listing.symbol
        mark = self._floor.books[symbol].mark_price
        notional = position.qty_base * mark
        margin = swap.initial_margin_quote(position).quantize(EIGHT)
        return {
            "symbol": position.listing.market,
            "positionSide": position.side,
            "positionAmt": plain(position.qty_base),
            "entryPrice": plain(position.entry_price.quantize(EIGHT)),
            "breakEvenPrice": plain(position.entry_price.quantize(EIGHT)),
            "markPrice": plain(mark),
            "unRealizedProfit": plain(position.profit_quote(mark)),
            "unrealizedProfit": plain(position.profit_quote(mark)),
            "liquidationPrice": plain(swap.liquidation_price(position).quantize(EIGHT)),
            "isolatedMargin": plain(position.margin_quote.quantize(EIGHT)),
            "isolatedWallet": plain(position.margin_quote.quantize(EIGHT)),
            "isolated": symbol in swap.isolated,
            "marginType": "isolated" if symbol in swap.isolated else "cross",
            "leverage": str(swap.leverage(symbol)),
            "notional": plain(notional),
            "marginAsset": position.listing.quote,
            "initialMargin": plain(margin),
            "maintMargin": plain(swap.maintenance_quote(position)),
            "positionInitialMargin": plain(margin),
            "openOrderInitialMargin": "0",
            "adl": 0,
            "updateTime": self._world.now_ms(),
        }

    def _brackets(self, words: Words) -> object:
        return [
            {
                "symbol": row.market,
                "brackets": [
                    {
                        "bracket": 1,
                        "initialLeverage": 125,
                        "notionalCap": 1_000_000_000,
                        "notionalFloor": 0,
                        "maintMarginRatio": float(row.maintenance_ratio),
                        "cum": 0.0,
                    }
                ],
            }
            for row in self._world.listed(is_swap=True)
        ]

    def _configs(self, words: Words) -> object:
        swap = self._floor.swap
        return [
            {
                "symbol": row.market,
                "marginType": "ISOLATED" if row.symbol in swap.isolated else "CROSSED",
                "isAutoAddMargin": False,
                "leverage": swap.leverage(row.symbol),
                "maxNotionalValue": "1000000000",
            }
            for row in self._world.listed(is_swap=True)
            if words.get("symbol", "") in ("", row.market)
        ]

    def _set_leverage(self, words: Words) -> object:
        listing = self._world.listing(words, is_swap=True)
        leverage = whole(words, "leverage", 0)
        if not 1 <= leverage <= 125:
            raise Refused(-4028, f"Leverage {leverage} is not valid")
        self._floor.swap.leverages[listing.symbol] = leverage
        return {"symbol": listing.market, "leverage": leverage, "maxNotionalValue": "1000000000"}

    def _set_margin_type(self, words: Words) -> object:
        listing = self._world.listing(words, is_swap=True)
        swap, is_isolated = self._floor.swap, words.get("marginType") == "ISOLATED"
        if (listing.symbol in swap.isolated) == is_isolated:
            raise Refused(-4046, "No need to change margin type.")
        if self._floor.open_orders(listing.symbol):
            raise Refused(-4047, "Margin type cannot be changed if there exists open orders.")
        if any(position.listing is listing for position in swap.held()):
            raise Refused(-4048, "Margin type cannot be changed if there exists position.")
        (swap.isolated.add if is_isolated else swap.isolated.discard)(listing.symbol)
        return {"code": 200, "msg": "success"}

    def _side(self, words: Words) -> object:
        return {"dualSidePosition": self._floor.swap.is_hedged}

    def _set_side(self, words: Words) -> object:
        swap, is_hedged = self._floor.swap, words.get("dualSidePosition") == "true"
        if swap.is_hedged == is_hedged:
            raise Refused(-4059, "No need to change position side.")
        if any(order.want.listing.is_swap for order in self._floor.open_orders()):
            raise Refused(-4067, "Position side cannot be changed if there exists open orders.")
        if swap.held():
            raise Refused(-4068, "Position side cannot be changed if there exists position.")
        swap.is_hedged = is_hedged
        return {"code": 200, "msg": "success"}

    def _premium(self, words: Words) -> object:
        if "symbol" in words:
            return self._premium_of(self._world.listing(words, is_swap=True).symbol)
        return [self._premium_of(row.symbol) for row in self._world.listed(is_swap=True)]

    def _premium_of(self, symbol: str) -> Body:
        mark, now_ms = plain(self._world.book(symbol).mark_price), self._world.now_ms()
        ratio, next_ms = self._world.next_funding(symbol)
        return {
            "symbol": self._floor.listings[symbol].market,
            "markPrice": mark,
            "indexPrice": mark,
            "estimatedSettlePrice": mark,
            "lastFundingRate": plain(ratio),
            "interestRate": "0.0001",
            "nextFundingTime": next_ms,
            "time": now_ms,
        }

    def _settled(self, words: Words) -> object:
        listings = self._floor.listings
        rows: list[Body] = [
            {
                "symbol": listings[symbol].market,
                "fundingRate": plain(ratio),
                "fundingTime": at_ms,
                "markPrice": plain(mark),
            }
            for symbol, ratio, mark, at_ms in self._world.settled
            if words.get("symbol", "") in ("", listings[symbol].market)
            and whole(words, "startTime", 0) <= at_ms <= whole(words, "endTime", 1 << 62)
        ]
        limit = whole(words, "limit", 100)
        return rows[:limit] if "startTime" in words else rows[-limit:]
