"""Edge people: what the outbox holds is told to the outside."""
