"""`make migration MESSAGE="what it does"`: drafts the next migration, from what the tables say beyond the migrations."""

import sys

from alembic import command
from alembic.script import ScriptDirectory

from devstack.place import throwaway_state
from devstack.postgres import Postgres
from schema.migrations.run import config, upgrade


def main(message: str) -> None:
    """Write the draft; a person finishes it."""
    with throwaway_state() as state, Postgres(state) as server:
        upgrade(server.url)
        settings = config(server.url)
        newest = ScriptDirectory.from_config(settings).get_current_head() or "0"
        command.revision(settings, message, autogenerate=True, rev_id=f"{int(newest) + 1:04d}")


if __name__ == "__main__":
    told = " ".join(sys.argv[1:]).strip()
    if not told:
        sys.exit('say what it does: make migration MESSAGE="Payments remember their channel"')
    main(told)
