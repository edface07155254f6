"""The parameters of approvals: which trades wait for a person, and what silence means.

Every limit asks for less when it is raised, so raising one is a raise of risk; its highest value
switches it off in practice.
"""

from engine.core.approvals import Expiry
from engine.core.parameters.declaration import param
from engine.core.parameters.groups import Group

OFF_QUOTE = 1_000_000_000.0


class ApprovalParameters(Group):
    """When the desk asks before it enters."""

    approve_over_quote: float = param(
        OFF_QUOTE, unit="quote", group="approvals", ge=0, le=OFF_QUOTE, riskier="up",
        why="a trade worth more than this waits for a person; the highest value is off",
    )  # fmt: skip
    approve_over_ratio: float = param(
        0.25, unit="ratio", group="approvals", ge=0, le=10, riskier="up",
        why="a trade over this share of equity waits for a person; 1000% is off",
    )  # fmt: skip
    approve_risk_ratio: float = param(
        0.02, unit="ratio", group="approvals", ge=0, le=1, riskier="up",
        why="a trade that risks more of the equity than this waits for a person; 100% is off",
    )  # fmt: skip
    approve_leverage: float = param(
        0.5, unit="count", group="approvals", ge=0, le=100, riskier="up",
        why="an entry that takes perpetuals over this many times equity waits; 100 is off",
    )  # fmt: skip
    approve_dissent_ratio: float = param(
        0.35, unit="ratio", group="approvals", ge=0, le=1, riskier="up",
        why="a trade with more than this share of voters against it waits; 100% is off",
    )  # fmt: skip
    approve_first_trade: bool = param(
        False, unit="flag", group="approvals", riskier="down",
        why="the first trade on a symbol waits for a person",
    )  # fmt: skip
    approve_two_over_quote: float = param(
        OFF_QUOTE, unit="quote", group="approvals", ge=0, le=OFF_QUOTE, riskier="up",
        why="a trade worth more than this needs two people; the highest value is off",
    )  # fmt: skip
    approve_two_over_ratio: float = param(
        10.0, unit="ratio", group="approvals", ge=0, le=10, riskier="up",
        why="a trade over this share of equity needs two people; 1000% is off",
    )  # fmt: skip
    approval_life_s: float = param(
        120.0, unit="s", group="approvals", ge=10, le=86_400,
        why="how long a trade waits for a person",
    )  # fmt: skip
    approval_expiry: str = param(
        "veto", unit="text", group="approvals",
        why="what silence means: veto, halve or execute; never execute where two must agree",
    )  # fmt: skip
    approval_drift_r: float = param(
        0.3, unit="r", group="approvals", ge=0.01, le=100,
        why="move of the price, in parts of the risk to the stop, that makes a new offer",
    )  # fmt: skip
    approval_new_bar: bool = param(
        True, unit="flag", group="approvals",
        why="a closed bar makes a new offer, too",
    )  # fmt: skip


def expiry_named(text: str) -> Expiry:
    """The policy of that name; raises ValueError with the known ones."""
    word = text.strip().lower()
    if word not in set(Expiry):
        raise ValueError(f'"{text}" is no answer to silence: {", ".join(Expiry)}')
    return Expiry(word)
