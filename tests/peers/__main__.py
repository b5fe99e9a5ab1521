"""``python -m tests.peers``: what share of a peer's expectations is read from recordings.

python -m tests.peers                      all, over the wire; writes docs/reference/coverage.md
python -m tests.peers --fast ups hvac      some classes or files, in memory; writes nothing
python -m tests.peers --fast -v ups/liebert    and every value that was missed
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from netmon.config.profiles import load_profiles
from netmon.core.poll_once import polled_json
from tests.conftest import RECORDINGS
from tests.peers.poll import Polled, in_memory, on_the_wire
from tests.peers.report import Row, page, row_of, table

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "coverage.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser("python -m tests.peers", description=__doc__)
    parser.add_argument("what", nargs="*", help="classes (ups) or recordings (ups/liebert)")
    parser.add_argument("--fast", action="store_true", help="in memory, without the large ones")
    parser.add_argument("-v", "--verbose", action="store_true", help="say what was missed")
    parser.add_argument("--json", action="store_true", help="print what was read, as poll does")
    given = parser.parse_args(arguments)
    files = recordings(given.what, large=not given.fast)
    if not files:
        print(f"no recording of {given.what or 'any class'} below {RECORDINGS}", file=sys.stderr)
        return 2
    profiles = load_profiles()
    if given.fast:
        polled = [in_memory(file, profiles) for file in files]
    else:
        polled = asyncio.run(on_the_wire(files, profiles))
    if given.json:
        print(*(_json(p) for p in polled), sep="\n")
        return 0
    rows = [row_of(p) for p in polled]
    print(table(rows))
    if given.verbose:
        print(*missed(rows), sep="\n")
    if not given.what and not given.fast:
        PAGE.write_text(page(rows), "utf-8")
    return 0


def recordings(what: Sequence[str] = (), *, large: bool = True) -> list[Path]:
    """Return the recordings of some classes or names; all of them where none is named."""
    files = sorted(
        path
        for pattern in ("*/*.snmprec", "*/*.snmprec.bz2")
        for path in RECORDINGS.glob(pattern)
        if large or path.parent.name != "large"
    )
    return [
        path
        for path in files
        if not what
        or path.parent.name in what
        or f"{path.parent.name}/{path.name.split('.snmprec')[0]}" in what
    ]


def missed(rows: Sequence[Row]) -> list[str]:
    """Return a line for each expected value that was not read."""
    return [
        f"{row.name}: {kind}: {what}"
        for row in rows
        for kind, share in row.shares.items()
        for what in share.missed
    ]


def _json(polled: Polled) -> str:
    from netmon.daemon.clock import SystemClock

    told: Any = polled_json(polled.target, SystemClock().now(), polled.seconds, lambda s, _: str(s))
    return json.dumps(told, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    sys.exit(main())
