"""Pure functions between rows and core values."""
