"""Tables of what the studio is set to, of accounts and their keys, and of people."""

import sqlalchemy as sa

from studio.ledger.tables.types import Moment, Words, metadata, text_column

settings = sa.Table("settings", metadata, sa.Column("name", Words, primary_key=True), text_column("value"))

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

# Which account a key was last seen to be of; a key is known by its fingerprint only.
keys = sa.Table(
    "keys",
    metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

# Who has been here: the only place with names and addresses. All else names a person by this id.
people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("email"),
    text_column("name"),
    sa.Column("seen_at", Moment, nullable=False),
)

# Sign-ins whose person has signed out, by their fingerprint: a cookie that was kept elsewhere opens nothing any more.
ended_sign_ins = sa.Table(
    "ended_sign_ins",
    metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

# What admins did, for good: never changed, and not undone by a backup that is put back.
admin_actions = sa.Table(
    "deeds",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    text_column("person"),
    text_column("account"),
    text_column("verb"),
    text_column("job"),
    text_column("whose"),
    sa.Column("files", sa.Integer, nullable=False, default=0),
)
