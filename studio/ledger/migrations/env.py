"""Alembic's way in: the connection comes from `studio.ledger.database`, which runs this when a ledger opens."""

from alembic import context

from studio.ledger import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables.metadata)
with context.begin_transaction():
    context.run_migrations()
