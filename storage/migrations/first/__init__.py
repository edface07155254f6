"""The statements of the first revision, by room."""
