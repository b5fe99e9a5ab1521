"""User-facing texts in Chinese and English, from one gettext catalogue."""
