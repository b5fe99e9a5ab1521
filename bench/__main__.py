"""Every measurement, one after the other: python -m bench."""

from __future__ import annotations

from bench import cycle, engine, syslog

if __name__ == "__main__":
    engine.main()
    cycle.main()
    syslog.main()
