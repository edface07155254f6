"""The schema's history. `HEAD` names its newest revision: a new file here moves it."""

HEAD = "0012"
