"""Keys of single voters: `<NAME>_API_KEY` in the environment, its file, or `.env`.

They come together in the one setting VOTER_API_KEYS, so that what hides secrets hides these too.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from engine.core.errors import SettingsError

SETTING = "voter_api_keys"
END = "_api_key"


def parse(text: str) -> dict[str, str]:
    """The keys of "oak=sk-1,elm=sk-2" by voter; raises ValueError that shows none of them."""
    found = {}
    for row in (part.strip() for part in text.split(",")):
        name, equals, key = row.partition("=")
        if row and not (equals and name.strip() and key.strip()):
            raise ValueError("VOTER_API_KEYS reads name=key,name=key")
        if row:
            found[name.strip()] = key.strip()
    return found


def voter_names(voters: str) -> tuple[str, ...]:
    """The names in VOTERS, whether or not the rest of it is right."""
    rows = (row.strip() for row in voters.split(","))
    return tuple(row.partition("=")[0].partition("/")[0] for row in rows if "=" in row)


def setting_names(voters: str) -> dict[str, str]:
    """The settings' names of the voters' keys, lower case, with the voter each belongs to."""
    return {f"{name.replace('-', '_')}{END}": name for name in voter_names(voters)}


def gather(
    values: dict[str, Any],
    from_file: Mapping[str, str],
    environ: Mapping[str, str],
    settings: Collection[str],
) -> None:
    """Puts the keys of single voters into `values`; the environment beats the file.

    A name that is a setting of its own, such as OPENAI_API_KEY, stays that setting.
    Raises SettingsError for a `_FILE` that cannot be read.
    """
    found = []
    for setting, voter in setting_names(str(values.get("voters", ""))).items():
        if setting in settings:
            continue
        key = (
            environ.get(setting.upper())
            or _from_secret_file(setting.upper(), environ)
            or from_file.get(setting)
        )
        if key:
            found.append(f"{voter}={key.strip()}")
    if found:
        listed = values.get(SETTING)
        values[SETTING] = ",".join([*([listed] if listed else []), *found])


def _from_secret_file(name: str, environ: Mapping[str, str]) -> str:
    path = environ.get(f"{name}_FILE")
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{name}_FILE cannot be read ({type(error).__name__}).",
            hint="Check the path and its permissions.",
        ) from None
