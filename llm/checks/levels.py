"""Whether the levels of a reply could be traded, against the snapshot's own price."""

from llm.checks.contract import Ballot

NEAREST_STOP_ATR, FARTHEST_STOP_ATR = 0.3, 6.0
FARTHEST_TARGET_ATR = 15.0
LEAST_REWARD_RISK = 1.2


def missing(ballot: Ballot) -> str | None:
    """BUY and SELL need both levels to have any."""
    reply = ballot.reply
    if ballot.sign == 0 or (reply.stop is not None and reply.target is not None):
        return None
    return "no stop or no target"


def stop_side(ballot: Ballot) -> str | None:
    stop = ballot.reply.stop
    if stop is None or ballot.sign * (ballot.question.close_price - stop) > 0.0:
        return None
    return f"its stop {stop:g} is not on the losing side of {ballot.question.close_price:g}"


def target_side(ballot: Ballot) -> str | None:
    target = ballot.reply.target
    if target is None or ballot.sign * (target - ballot.question.close_price) > 0.0:
        return None
    return f"its target {target:g} is not on the winning side of {ballot.question.close_price:g}"


def stop_distance(ballot: Ballot) -> str | None:
    stop = ballot.reply.stop
    if stop is None or not ballot.question.atr_price > 0.0:
        return None
    distance_atr = abs(ballot.question.close_price - stop) / ballot.question.atr_price
    if NEAREST_STOP_ATR <= distance_atr <= FARTHEST_STOP_ATR:
        return None
    return f"its stop is {distance_atr:.1f} ATR away"


def target_distance(ballot: Ballot) -> str | None:
    target = ballot.reply.target
    if target is None or not ballot.question.atr_price > 0.0:
        return None
    distance_atr = abs(target - ballot.question.close_price) / ballot.question.atr_price
    return (
        f"its target is {distance_atr:.0f} ATR away" if distance_atr > FARTHEST_TARGET_ATR else None
    )


def reward_risk(ballot: Ballot) -> str | None:
    """Reckoned from the snapshot's price: from the levels alone it could be anything."""
    reply, close_price = ballot.reply, ballot.question.close_price
    if reply.stop is None or reply.target is None or ballot.sign == 0 or reply.stop == close_price:
        return None
    ratio = abs(reply.target - close_price) / abs(close_price - reply.stop)
    return f"reward over risk is {ratio:.1f}" if ratio < LEAST_REWARD_RISK else None
