"""The price table that admins keep."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from studio.core.errors import PricesChanged
from studio.core.people import AdminAction
from studio.core.prices import Price
from studio.ledger.database import Database
from studio.ledger.mapping import columns_of
from studio.ledger.table_lock import lock_table
from studio.ledger.tables import admin_actions, prices

_PRICE = columns_of(Price, prices.c)


class PriceLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.version = 0  # changes whenever this studio has replaced the table

    def all(self) -> list[Price]:
        """Return the whole table, in the order of its keys."""
        with self._database.read() as connection:
            return _all(connection)

    def of(self, mode: str, model: str) -> list[Price]:
        """Return the prices of a model in a mode."""
        with self._database.read() as connection:
            return prices_of(connection, mode, model)

    def replace(self, table: Sequence[Price], action: AdminAction, known: Sequence[Price] | None = None) -> None:
        """Replace the whole table and log the action, unless the table is the same already.

        `known` is the table that the person has seen. Errors: PricesChanged when it is another one by now.
        """
        with self._database.write() as connection:
            lock_table(connection, prices)  # of two tables that are saved at once, the rows would be mixed
            if (now := set(_all(connection))) == set(table):
                return
            if known is not None and now != set(known):
                raise PricesChanged("The price table was changed in between.")
            connection.execute(prices.delete())
            if table:
                connection.execute(prices.insert(), [asdict(price) for price in table])
            connection.execute(admin_actions.insert().values(**asdict(action)))
        self.version += 1
        self._database.changes.publish_all()  # the table is for all accounts


def prices_of(connection: sa.Connection, mode: str, model: str) -> list[Price]:
    """Return the prices of a model in a mode."""
    query = sa.select(*_PRICE).where(prices.c.mode == mode, prices.c.model == model)
    return [Price(*row) for row in connection.execute(query)]


def _all(connection: sa.Connection) -> list[Price]:
    return [Price(*row) for row in connection.execute(sa.select(*_PRICE).order_by(*prices.primary_key))]
