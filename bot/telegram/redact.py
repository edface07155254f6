"""Takes secrets out of what a person typed, before it is stored or audited."""

import re

HIDDEN = "[hidden]"

_PATTERNS = (
    re.compile(r"\b\d{8,10}:[\w-]{35}\b"),  # a bot token
    re.compile(r"\bsk-[\w-]{16,}"),  # keys of model providers
    re.compile(r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|\Z)", re.DOTALL),
    re.compile(r"\b[0-9a-fA-F]{64,}\b"),  # signatures and hexadecimal keys
    re.compile(r"(?=[A-Za-z0-9+/_-]*[0-9])(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z0-9+/_-]*[A-Z])"
               r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{40,}={0,2}"),  # venue keys, base64
)  # fmt: skip


def redact(text: str) -> str:
    """`text` with everything that looks like a key or a token replaced by `[hidden]`."""
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text


def holds_secret(text: str) -> bool:
    """Whether `text` holds something that looks like a key or a token."""
    return any(pattern.search(text) for pattern in _PATTERNS)
