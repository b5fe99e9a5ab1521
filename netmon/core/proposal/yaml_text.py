"""Write values as a profile's YAML, so that our own reader gives back what was meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z][A-Za-z0-9_./-]*)*")
#: Words that are something else to YAML, or to other readers of it.
_TAKEN: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_LONGEST: Final = 60


def scalar(text: str) -> str:
    """Return a text as one YAML value, quoted where it must be."""
    if _PLAIN.fullmatch(text) and text.lower() not in _TAKEN:
        return text
    return json.dumps(printable(text), ensure_ascii=False)


def quoted(pattern: str) -> str:
    """Return a regular expression as YAML: in single quotes nothing need be escaped but those."""
    return "'" + pattern.replace("'", "''") + "'"


def flow(pairs: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    """Return ``{key: value, …}`` of values that are written already."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    return "{" + ", ".join(f"{key}: {value}" for key, value in items) + "}"


def printable(text: str) -> str:
    """Return a text without what may not stand in a YAML file, in one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def remark(text: str, longest: int = _LONGEST) -> str:
    """Return a text for a comment: one line, not too long."""
    line = printable(text)
    return line if len(line) <= longest else line[: longest - 1] + "…"
