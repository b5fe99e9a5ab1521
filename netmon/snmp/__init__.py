"""Edge UDP 161: the wire format, USM and two engines."""
