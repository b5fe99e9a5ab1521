"""bench/RESULTS.md: one section for each measurement, written by the measurement itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).parent / "RESULTS.md"
_HEAD: Final = "# Measurements\n\nEach section is written by the command that it names.\n"


def write_section(name: str, title: str, text: str) -> None:
    """Put ``text`` under its title in place of what the last run wrote; print it as well."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    section = f"{begin}\n## {title}\n\n{text.strip()}\n{end}\n"
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else _HEAD
    if begin in before and end in before:
        head, rest = before.split(begin, 1)
        tail = rest.split(end, 1)[1].removeprefix("\n")
    else:
        head, tail = before.rstrip("\n") + "\n\n", ""
    RESULTS.write_text(head + section + tail, encoding="utf-8")
    print(text)
