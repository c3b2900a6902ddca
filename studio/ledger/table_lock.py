"""The lock of a table against other writers, for what is read and then written."""

import sqlalchemy as sa


def lock_table(connection: sa.Connection, table: sa.Table) -> None:
    """Lock a table until the end of the transaction; reading goes on. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))
