"""The history of the tables, walked by Alembic from inside the program (``store/migrate.py``)."""
