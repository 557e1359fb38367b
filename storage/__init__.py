"""The rows: tables, migrations and the Store port on SQLite and PostgreSQL."""
