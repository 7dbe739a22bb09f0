"""`python -m api`: the API process, settings from the environment."""

import asyncio
import logging
import os
import signal
import sys
from typing import Final

import uvicorn
import uvloop
from temporalio.client import Client

from api.app import create_app
from domain.errors import DelTranError
from runtime import logs, notify
from runtime.settings import Settings
from schema.tables.common.session import Database, create_engine
from workflows.plugin import plugin

GRACE_S: Final = 2
"""How long open requests may take to finish when the process is told to stop; supervisors lose patience after three."""
KEEP_ALIVE_S: Final = 75
"""How long an idle connection is kept: longer than load balancers and clients do (60 s), so that they hang up first."""

log = logging.getLogger("api")


class Server(uvicorn.Server):
    """Says when it serves."""

    async def startup(self, *args: object, **kwargs: object) -> None:
        """Bind, then report ready."""
        await super().startup(*args, **kwargs)  # type: ignore[arg-type]  # whatever uvicorn hands itself
        if self.started:
            notify.ready()
            log.info("ready at http://%s:%d", self.config.host, self.config.port)


async def serve(settings: Settings) -> None:
    """Serve until told to stop. Temporal may be away: payments are taken in nevertheless."""
    db = Database(create_engine(settings.database_url, settings.database_pool))
    client = await Client.connect(
        settings.temporal_address, namespace=settings.temporal_namespace, plugins=[plugin()], lazy=True
    )
    config = uvicorn.Config(
        create_app(settings, db, client),
        host=settings.host,
        port=settings.port,
        http="httptools",
        loop="uvloop",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    try:
        await Server(config).serve()
    finally:
        await db.close()
        await asyncio.sleep(0.1)  # the Temporal SDK's own threads may otherwise outlive the interpreter and abort it


def main() -> int:
    """Serve until told to stop; the exit code."""
    logs.configure()
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn ends in good order on these, and then sends them to itself again.
        signal.signal(number, lambda *_: None)
    try:
        uvloop.run(serve(Settings()))
    except DelTranError as error:
        log.error("%s: %s", error.code, error)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
