"""The project as files: what the architecture tests look at."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent


@cache
def sources() -> tuple[Path, ...]:
    """Return the Python files of the program, relative to the root."""
    return tuple(sorted(p.relative_to(ROOT) for p in (ROOT / "netmon").rglob("*.py")))


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that belongs to the project, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(
        sorted(p for name in listed.split("\0") if name and (ROOT / (p := Path(name))).is_file())
    )


def lines_that_match(pattern: str, *rooms: str, but: str = "") -> Iterator[str]:
    """Find a pattern in the project's text.

    Args:
        pattern: a regular expression for one line.
        rooms: first folders to look in; none for the whole project.
        but: files whose name ends so are left out.
    """
    sought = re.compile(pattern)
    for path in tracked():
        if (rooms and path.parts[0] not in rooms) or (but and path.name.endswith(but)):
            continue
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if sought.search(line):
                yield f"{path}:{number}: {line.strip()[:120]}"
