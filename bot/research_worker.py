"""The process that researches: the engine, and of the parley only the voters that are rules.

python -m bot.research_worker   # reads one errand: engine/research/worker.py
"""

import sys

from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.research.job import Advise, Lead
from engine.research.worker import as_process
from engine.research.worker_bench import Votes
from llm.roster import parse_voters, rule_advice, rule_lead


def rule_votes(voters: str) -> Votes:
    """The rule voters of the setting VOTERS. A model among them is refused when it is asked."""
    specs = parse_voters(voters)
    models = [spec.name for spec in specs if spec.is_model]

    def advise_with(parameters: Parameters) -> Advise:
        if parameters.parley_mode == "off":
            return rule_advice((), parameters)
        if models:
            raise UserError(
                f"{models[0]} is a model, and a backtest asks none.",
                hint="Add parley_mode=off, or replay its recorded votes in the terminal: "
                "parley backtest ... --votes tape.",
            )
        return rule_advice(specs, parameters)

    def lead_with(parameters: Parameters) -> Lead:
        return rule_lead(specs, parameters)

    return Votes(advise_with, None if models else lead_with)


if __name__ == "__main__":
    sys.exit(as_process(rule_votes))
