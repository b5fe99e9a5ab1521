"""Verbs: pure functions from plan to step; no clock, no I/O, no mutation of what they are given."""
