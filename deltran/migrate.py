"""The schema's migrations, for a person or the supervisor."""

import os

from alembic.util.exc import CommandError

from devstack.errors import StackError
from schema.migrations import run


def migrate(revision: str = "head") -> None:
    """Bring the database of DATABASE_URL up, or for "base" and "-1" down, to `revision`. Raises StackError."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        raise StackError("DATABASE_URL is not set: deltran migrate needs to know which database")
    down = revision == "base" or revision.startswith("-")
    try:
        (run.downgrade if down else run.upgrade)(url, revision)
    except CommandError as wrong:
        raise StackError(f"migration to {revision}: {wrong}") from wrong
