"""Propose a profile for a device of which there is a recording: a draft for its author to judge."""
