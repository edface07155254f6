"""From a model's raw text to a vote: a forecast with objections, or an abstention with a reason."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from engine.core.advice import Objection, Tier, Vote
from llm.checks.contract import Ballot
from llm.checks.registry import CHECKS
from llm.checks.reply import Fault, VoteReply, read_reply
from llm.contract import ErrorKind, Question, Reply
from llm.hygiene import plain

NO_VETO: frozenset[str] = frozenset()
STALE = "stale"


def vote_of(question: Question, reply: Reply, veto: AbstractSet[str] = NO_VETO) -> Vote:
    """The vote in the reply. It never raises: what cannot be read abstains, and says why.

    Levels of the vote are prices of the market, whatever scale the sheet had. A warning whose code
    is in `veto` gets the tier VETO.
    """
    if reply.error_kind is not None:
        return abstention(reply, reply.error_kind.value)
    if question.fence in reply.raw_text:
        return abstention(reply, "reason_echoes_instruction", "repeats the fence around the data")
    try:
        read = read_reply(reply.raw_text)
    except Fault as fault:
        return abstention(reply, fault.kind.value, plain(str(fault), 160))
    return judged(question, reply, read, veto)


def judged(question: Question, reply: Reply, read: VoteReply, veto: AbstractSet[str]) -> Vote:
    """The vote of a reply that could be read, with what the checks object to."""
    ballot = Ballot(read, question)
    found = tuple(
        _hardened(objection, veto)
        for row in CHECKS
        if (objection := row.objection(ballot)) is not None
    )
    rejected = next((each for each in found if each.tier is Tier.REJECT), None)
    if rejected is not None:
        return replace(abstention(reply, rejected.code, rejected.text), objections=found)
    stripped = any(each.tier is Tier.STRIP for each in found)
    scale = question.snapshot.entry_price / question.close_price
    levels = (None, None) if stripped else (read.stop, read.target)
    stop_price, target_price = (None if level is None else level * scale for level in levels)
    return replace(
        _bare(reply),
        p_up=read.p_up,
        p_down=read.p_down,
        reason=plain(read.reason, 600),
        objections=found,
        evidence=tuple((plain(item.key, 40), item.value) for item in read.evidence),
        stop_price=stop_price,
        target_price=target_price,
    )


def abstention(reply: Reply, code: str, text: str = "") -> Vote:
    """An abstention for that reason; nothing of the reply's own words is kept."""
    return replace(_bare(reply), abstained=True, abstention=code, reason=text or code)


def stale(vote: Vote, question: Question, newest_close_at: datetime) -> Vote:
    """The vote, or an abstention where a newer bar has closed while the voters thought."""
    if vote.abstained or newest_close_at <= question.snapshot.at:
        return vote
    return replace(
        vote, p_up=0.0, p_down=0.0, abstained=True, abstention=STALE, reason="a newer bar closed"
    )


def wants_repair(vote: Vote) -> bool:
    """Whether asking once more, with the fault told, may help."""
    return vote.abstention in {
        ErrorKind.BAD_JSON.value,
        ErrorKind.BAD_SCHEMA.value,
        ErrorKind.EMPTY.value,
        ErrorKind.TRUNCATED.value,
    }


def _bare(reply: Reply) -> Vote:
    return Vote(
        voter=reply.voter,
        p_up=0.0,
        p_down=0.0,
        latency_ms=reply.latency_ms,
        is_model=True,
        model=plain(reply.model, 80),
        prompt_hash=reply.prompt_hash,
        cost_usd=reply.usage.cost_usd,
    )


def _hardened(objection: Objection, veto: AbstractSet[str]) -> Objection:
    if objection.tier is Tier.WARN and objection.code in veto:
        return replace(objection, tier=Tier.VETO)
    return objection
