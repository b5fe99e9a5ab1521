"""Every measurement, one after the other: python -m bench."""

from __future__ import annotations

from bench import cycle, detection, engine, storm, syslog

if __name__ == "__main__":
    engine.main()
    cycle.main()
    storm.main(["--write"])
    syslog.main()
    detection.main()
