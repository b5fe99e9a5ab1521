"""Whom netmon tells: one file per kind of receiver, one row each in ``receivers``."""
