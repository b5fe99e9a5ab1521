"""Every measurement, one after the other: python -m bench."""

from __future__ import annotations

from bench import cycle, detection, engine, storm, syslog, ticket_storm

if __name__ == "__main__":
    engine.main()
    cycle.main()
    storm.main(["--write"])
    ticket_storm.main(["--write"])
    ticket_storm.main(["--one-ticket", "--write"])
    syslog.main()
    detection.main()
