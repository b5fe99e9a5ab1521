"""The paths of CONTRACT §4, one file per noun."""
