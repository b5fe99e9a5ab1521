"""Face of the command line: parses, calls, prints; no logic of its own."""

from __future__ import annotations

from netmon.cli.root import program as main

__all__ = ["main"]
