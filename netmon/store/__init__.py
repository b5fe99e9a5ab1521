"""Edge SQL: conditions, faults, tickets, journal, events and outbox."""
