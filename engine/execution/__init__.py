"""The one loop, the life of orders, recovery, reconciliation, bus and supervision."""
