"""Every table of the desk. A new one: its file, a line here, and a migration."""

from sqlalchemy import Table

from storage.tables.approvals import APPROVALS
from storage.tables.audit import AUDIT
from storage.tables.base import METADATA
from storage.tables.calibration import CALIBRATION
from storage.tables.cash_moves import CASH_MOVES
from storage.tables.codes import CODES
from storage.tables.decisions import DECISIONS
from storage.tables.desk_state import DESK_STATE
from storage.tables.equity import EQUITY
from storage.tables.events import EVENTS
from storage.tables.fills import FILLS
from storage.tables.forecasts import FORECASTS
from storage.tables.identity import IDENTITY
from storage.tables.inbox import INBOX
from storage.tables.live_messages import LIVE_MESSAGES
from storage.tables.model_calls import MODEL_CALLS
from storage.tables.orders import ORDERS
from storage.tables.outbox import OUTBOX
from storage.tables.pages import PAGES
from storage.tables.pairing_codes import PAIRING_CODES
from storage.tables.paper_account import PAPER_ACCOUNT
from storage.tables.paper_fills import PAPER_FILLS
from storage.tables.paper_holdings import PAPER_HOLDINGS
from storage.tables.paper_orders import PAPER_ORDERS
from storage.tables.paper_payments import PAPER_PAYMENTS
from storage.tables.parameter_versions import PARAMETER_VERSIONS
from storage.tables.parley_rounds import PARLEY_ROUNDS
from storage.tables.payments import PAYMENTS
from storage.tables.people import PEOPLE
from storage.tables.positions import POSITIONS
from storage.tables.price_alerts import PRICE_ALERTS
from storage.tables.receipts import RECEIPTS
from storage.tables.research_jobs import RESEARCH_JOBS
from storage.tables.research_trials import RESEARCH_TRIALS
from storage.tables.shadows import SHADOWS
from storage.tables.tape import TAPE
from storage.tables.terminal_commands import TERMINAL_COMMANDS
from storage.tables.topics import TOPICS
from storage.tables.trades import TRADES
from storage.tables.votes import VOTES
from storage.tables.wishes import WISHES

TABLES: tuple[Table, ...] = (
    IDENTITY,
    DESK_STATE,
    ORDERS,
    FILLS,
    PAYMENTS,
    CASH_MOVES,
    POSITIONS,
    TRADES,
    DECISIONS,
    EVENTS,
    EQUITY,
    INBOX,
    OUTBOX,
    LIVE_MESSAGES,
    PEOPLE,
    PAIRING_CODES,
    CODES,
    PARAMETER_VERSIONS,
    AUDIT,
    RECEIPTS,
    TERMINAL_COMMANDS,
    PAPER_ACCOUNT,
    PAPER_HOLDINGS,
    PAPER_ORDERS,
    PAPER_FILLS,
    PAPER_PAYMENTS,
    TAPE,
    MODEL_CALLS,
    PARLEY_ROUNDS,
    FORECASTS,
    VOTES,
    CALIBRATION,
    RESEARCH_TRIALS,
    APPROVALS,
    SHADOWS,
    RESEARCH_JOBS,
    WISHES,
    PRICE_ALERTS,
    PAGES,
    TOPICS,
)

__all__ = ["METADATA", "TABLES"]
