"""Warnings: a forecast against what the sheet's own numbers say. None of them is an error."""

from llm.checks.contract import Ballot

OVERBOUGHT_RSI, OVERSOLD_RSI = 70.0, 30.0
WEAK_ADX = 20.0
HIGH_CONFIDENCE_RATIO = 0.65
SHOCK_SIGMA = 3.0


def rsi_overbought(ballot: Ballot) -> str | None:
    rsi = ballot.number("rsi")
    return f"BUY at RSI {rsi:.0f}" if ballot.sign > 0 and rsi > OVERBOUGHT_RSI else None


def rsi_oversold(ballot: Ballot) -> str | None:
    rsi = ballot.number("rsi")
    return f"SELL at RSI {rsi:.0f}" if ballot.sign < 0 and rsi < OVERSOLD_RSI else None


def adx_weak(ballot: Ballot) -> str | None:
    adx = ballot.number("adx")
    if not (adx < WEAK_ADX and ballot.confidence_ratio > HIGH_CONFIDENCE_RATIO):
        return None
    return f"{ballot.confidence_ratio:.0%} sure at ADX {adx:.0f}"


def against_both(ballot: Ballot) -> str | None:
    trend, macd = ballot.number("trend_strength"), ballot.number("macd_atr")
    both = ballot.sign * trend < 0.0 and ballot.sign * macd < 0.0
    return (
        f"{ballot.reply.action} against trend {trend:+.2f} and MACD {macd:+.2f}" if both else None
    )


def macd_disagrees(ballot: Ballot) -> str | None:
    trend, macd = ballot.number("trend_strength"), ballot.number("macd_atr")
    parted = ballot.sign * trend > 0.0 and ballot.sign * macd < 0.0
    return f"trend {trend:+.2f}, but MACD {macd:+.2f}" if parted else None


def against_higher(ballot: Ballot) -> str | None:
    trend = ballot.number("higher.trend_strength")
    gap = ballot.number("higher.ema_distance_atr")
    against = ballot.sign * trend < 0.0 and ballot.sign * gap < 0.0
    return f"the longer bars point the other way ({trend:+.2f})" if against else None


def shock(ballot: Ballot) -> str | None:
    sigma = abs(ballot.number("return_z"))
    return f"the last bar moved {sigma:.1f} sigma" if ballot.sign and sigma > SHOCK_SIGMA else None
