"""Bring a database up or down, from anywhere: no alembic.ini, no working directory.

Any number of processes may do so at once. Threads of one process may not: Alembic keeps one context per process.
"""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config

SCRIPTS: Final = Path(__file__).parent


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up to a revision; not to be called from a running event loop."""
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to a revision ("base": to nothing); not to be called from a running event loop."""
    command.downgrade(config(url), revision)


def config(url: str) -> Config:
    """Alembic's settings for one database, named by a libpq URL."""
    settings = Config(attributes={"url": url})
    settings.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings
