"""Every measurement, one after the other: python -m bench."""

from __future__ import annotations

from bench import cycle, engine

if __name__ == "__main__":
    engine.main()
    cycle.main()
