"""The local chat: a strict Bot API server on loopback with a phone-like page; no token needed.

The same bot code talks to it over the same HTTP. It refuses what Telegram refuses, in Telegram's
words, so that tests drive the bot through it. State lives in memory and is bounded: 2,000 messages
per chat, 5,000 calls, 10,000 updates, 64 MiB of files.

Not imitated: Markdown, topics, rich and ephemeral messages, media groups, methods in the reply to a
webhook. They are refused, so a fallback shows itself.
"""
