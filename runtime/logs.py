"""Plain log lines on standard error; the supervisor prefixes them with the process's name."""

import logging
import sys


def configure(level: int = logging.INFO) -> None:
    """Set up logging once per process."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("httpx", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It would repeat, with everything the error quotes, what `activities.errors` says in a line.
    logging.getLogger("temporalio.activity").setLevel(logging.ERROR)
