"""The schema's migrations, run by Alembic from within the installed package."""

import os
from pathlib import Path

import schema
from devstack.errors import StackError


def migrate(revision: str = "head") -> None:
    """Bring the database of DATABASE_URL up or down to `revision`. Raises StackError."""
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    if not os.environ.get("DATABASE_URL"):
        raise StackError("DATABASE_URL is not set: deltran migrate needs to know which database")
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__path__[0]) / "migrations"))
    try:
        (command.downgrade if _is_down(revision) else command.upgrade)(config, revision)
    except CommandError as wrong:
        raise StackError(f"migration to {revision}: {wrong}") from wrong


def _is_down(revision: str) -> bool:
    return revision == "base" or revision.startswith("-")
