"""Syslog over UDP and TCP: what devices tell of themselves, unasked."""
