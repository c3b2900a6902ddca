"""Tables of settings, prices, accounts and their keys, and people."""

import sqlalchemy as sa

from studio.core.prices import Unit
from studio.ledger.tables.types import Moment, Words, choice_column, metadata, text_column

settings = sa.Table("settings", metadata, sa.Column("name", Words, primary_key=True), text_column("value"))

# The price table that admins keep. An empty resolution is a part of the key, too.
prices = sa.Table(
    "prices",
    metadata,
    *(sa.Column(name, Words, primary_key=True) for name in ("mode", "model", "resolution")),
    choice_column("unit", Unit),
    sa.Column("credits", sa.Float, nullable=False),
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", Words, primary_key=True),
    text_column("base_url"),
    text_column("label"),
    sa.Column("balance", sa.Float),
    sa.Column("balance_at", Moment),
    text_column("rejected"),
    sa.Column("rejected_at", Moment),
)

# The account that a key was last found to belong to; the ledger has only the key's fingerprint.
keys = sa.Table(
    "keys",
    metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

# Everybody who has signed in. Only this table has names and email addresses; all others have this ID.
people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("email"),
    text_column("name"),
    sa.Column("seen_at", Moment, nullable=False),
)

# Ended sign-ins, by fingerprint: a copy of their cookie is no longer accepted.
ended_sign_ins = sa.Table(
    "ended_sign_ins",
    metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

# The log of admin actions: rows are never changed, and a restored backup does not remove any. Its oldest
# names stay in databases: the table `deeds`, and `whose` for the owner of what an action was about.
admin_actions = sa.Table(
    "deeds",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    text_column("person"),
    text_column("account"),
    text_column("verb"),
    text_column("job"),
    text_column("whose", key="owner"),
    sa.Column("files", sa.Integer, nullable=False, default=0),
)
