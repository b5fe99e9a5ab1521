"""``python -m netmon``: the same as the command ``netmon``."""

from __future__ import annotations

from netmon.cli import main

if __name__ == "__main__":
    main()
