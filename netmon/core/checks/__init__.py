"""The judgements: one file per family of checks, one row each in the table."""
