"""Where the tokens of ``netmon login`` are: one file of one's own, by the URL they are for."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_MODE: Final = 0o600
_DIRECTORY_MODE: Final = 0o700


def place() -> Path:
    """Return the file: below ``XDG_CONFIG_HOME``, by default ``~/.config``."""
    base = os.environ.get("XDG_CONFIG_HOME")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".config"
    return root / "netmon" / "sessions.json"


def token_for(url: str) -> str | None:
    """Return the token of a session; None where nobody logged in there."""
    return _read().get(_key(url))


def keep(url: str, token: str | None) -> None:
    """Keep a session's token, or forget it."""
    known = dict(_read())
    if token is None:
        known.pop(_key(url), None)
    else:
        known[_key(url)] = token
    _write(known)


def _key(url: str) -> str:
    return url.rstrip("/").lower()


def _read() -> Mapping[str, str]:
    try:
        told = json.loads(place().read_text("utf-8"))
    except (OSError, ValueError, RuntimeError):  # no file, no JSON, no home
        return {}
    if not isinstance(told, dict):
        return {}
    return {str(url): token for url, token in told.items() if isinstance(token, str)}


def _write(known: Mapping[str, str]) -> None:
    """Replace the file whole; it is never readable by others, not for a moment."""
    path = place()
    path.parent.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=2)
        file.write("\n")
    made.replace(path)
