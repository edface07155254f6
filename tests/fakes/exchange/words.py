"""Orders and fills as Binance spells them, on spot and for perpetuals."""

from decimal import Decimal

from tests.fakes.exchange.orders import ZERO, VenueFill, VenueOrder
from tests.fakes.exchange.tape import plain

EIGHT = Decimal("1e-8")
Body = dict[str, object]


def spot_order(order: VenueOrder) -> Body:
    """An order of /api/v3."""
    want = order.want
    return {
        "symbol": want.listing.market,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": want.cid,
        "price": plain(want.price or ZERO),
        "origQty": plain(order.qty_base),
        "executedQty": plain(order.filled_base),
        "cummulativeQuoteQty": plain(order.notional_quote),
        "status": order.status,
        "timeInForce": want.tif,
        "type": want.kind,
        "side": want.side,
        "stopPrice": plain(want.trigger_price or ZERO),
        "icebergQty": "0.00000000",
        "time": order.created_ms,
        "updateTime": order.updated_ms,
        "isWorking": not order.is_waiting,
        "workingTime": -1 if order.is_waiting else order.created_ms,
        "origQuoteOrderQty": plain(want.quote_qty or ZERO),
        "selfTradePreventionMode": "NONE",
    }


def spot_placed(order: VenueOrder) -> Body:
    """The FULL answer to a new order."""
    fills = [
        {
            "price": plain(fill.price),
            "qty": plain(fill.qty_base),
            "commission": plain(fill.fee),
            "commissionAsset": fill.fee_asset,
            "tradeId": fill.trade_id,
        }
        for fill in order.fills
    ]
    body = spot_order(order)
    del body["time"], body["updateTime"], body["isWorking"]
    return {**body, "transactTime": order.updated_ms, "fills": fills}


def spot_trade(fill: VenueFill, market: str) -> Body:
    """A row of GET /api/v3/myTrades."""
    return {
        "symbol": market,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "orderListId": -1,
        "price": plain(fill.price),
        "qty": plain(fill.qty_base),
        "quoteQty": plain(fill.notional_quote),
        "commission": plain(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": fill.at_ms,
        "isBuyer": fill.side == "BUY",
        "isMaker": fill.is_maker,
        "isBestMatch": True,
    }


def swap_order(order: VenueOrder) -> Body:
    """An order of /fapi/v1."""
    want = order.want
    return {
        "orderId": order.order_id,
        "symbol": want.listing.market,
        "status": order.status,
        "clientOrderId": want.cid,
        "price": plain(want.price or ZERO),
        "avgPrice": plain(order.average_price.quantize(EIGHT)),
        "origQty": plain(order.qty_base),
        "executedQty": plain(order.filled_base),
        "cumQty": plain(order.filled_base),
        "cumQuote": plain(order.notional_quote),
        "timeInForce": want.tif,
        "type": want.kind,
        "origType": want.kind,
        "reduceOnly": want.reduce_only,
        "closePosition": want.close_position,
        "side": want.side,
        "positionSide": want.position_side,
        "stopPrice": "0",
        "workingType": "MARK_PRICE" if want.on_mark else "CONTRACT_PRICE",
        "priceProtect": False,
        "priceMatch": "NONE",
        "selfTradePreventionMode": "NONE",
        "goodTillDate": 0,
        "time": order.created_ms,
        "updateTime": order.updated_ms,
    }


def algo_order(order: VenueOrder) -> Body:
    """A conditional order of /fapi/v1/algoOrder."""
    want = order.want
    return {
        "algoId": order.order_id,
        "clientAlgoId": want.cid,
        "algoType": "CONDITIONAL",
        "orderType": want.kind,
        "symbol": want.listing.market,
        "side": want.side,
        "positionSide": want.position_side,
        "timeInForce": want.tif,
        "quantity": plain(order.qty_base),
        "algoStatus": order.status,
        "actualOrderId": str(order.child_id) if order.child_id else "",
        "triggerPrice": plain(want.trigger_price or ZERO),
        "price": plain(want.price or ZERO),
        "icebergQuantity": None,
        "selfTradePreventionMode": "NONE",
        "workingType": "MARK_PRICE" if want.on_mark else "CONTRACT_PRICE",
        "priceMatch": "NONE",
        "closePosition": want.close_position,
        "priceProtect": False,
        "reduceOnly": want.reduce_only,
        "createTime": order.created_ms,
        "updateTime": order.updated_ms,
        "triggerTime": order.updated_ms if order.child_id else 0,
        "goodTillDate": 0,
    }


def swap_trade(fill: VenueFill, market: str, position_side: str) -> Body:
    """A row of GET /fapi/v1/userTrades."""
    return {
        "symbol": market,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "side": fill.side,
        "price": plain(fill.price),
        "qty": plain(fill.qty_base),
        "quoteQty": plain(fill.notional_quote),
        "realizedPnl": plain(fill.realised_quote),
        "commission": plain(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": fill.at_ms,
        "positionSide": position_side,
        "buyer": fill.side == "BUY",
        "maker": fill.is_maker,
    }
