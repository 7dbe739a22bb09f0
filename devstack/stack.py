"""A whole DelTran on one machine: PostgreSQL, Temporal, migrations, the ledger's owner, workers and the API."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final, Self

from devstack.lock import locked
from devstack.member import Patience
from devstack.observer import Observer
from devstack.oneshot import run_to_end
from devstack.options import Options
from devstack.place import private_directory, short_directory
from devstack.ports import LOOPBACK, choose
from devstack.postgres import Postgres
from devstack.program import Program
from devstack.server import Server
from devstack.stages import Stages
from devstack.temporal import Temporal, kinds
from devstack.tokens import Tokens
from runtime.settings import Placement
from workflows import attributes

DEMO_LISTS: Final = "NETWORK"
"""Demonstrations screen against the packaged list of invented names: they have nobody else to look for."""


class Stack(Stages):
    """`async with Stack(options, observer) as stack:` runs one. Its members: postgres, temporal, ledger, payments-1 …, api."""

    def __init__(self, options: Options, observer: Observer, patience: Patience | None = None) -> None:
        super().__init__(observer, patience)
        self.options = options
        self.tokens: Tokens | None = None
        """Bearer tokens, in demo mode."""
        self._held = ExitStack()
        self._urls: dict[str, str] = {}
        self._env: dict[str, str] = {}

    async def start(self) -> Self:
        """Bring everything up in order; if that fails, nothing stays behind. Raises StackError."""
        try:
            self._held.enter_context(locked(self.options.state))
            port = choose(self.options.port, option="--port")
            servers = await self._servers()
            self._urls |= {"api": f"http://{LOOPBACK}:{port}", "docs": f"http://{LOOPBACK}:{port}/docs"}
            self._env = self._settings(port)
            await self.launch(servers)
            await run_to_end("migrations", self._program("migrations", "deltran", "migrate").command(), self._observer)
            for stage in self._programs():
                await self.launch(stage)
        except BaseException:
            await self.stop()
            raise
        return self

    async def stop(self) -> None:
        """Stop everything and let go of the state directory."""
        await super().stop()
        self._held.close()

    def urls(self) -> Mapping[str, str]:
        """Where to reach it: `api`, `docs`, `temporal` (host:port), `temporal_ui` (if ours), `database`, `metrics_` of each worker."""
        return self._urls

    def environment(self) -> Mapping[str, str]:
        """The settings that every process of this stack gets, for a process that wants to join in."""
        return self._env

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _servers(self) -> list[Server]:
        """PostgreSQL and Temporal of our own, where no address was given."""
        options = self.options
        self._urls |= {"database": options.database_url, "temporal": options.temporal_address}
        servers: list[Server] = []
        if not options.database_url:
            postgres = Postgres(options.state)
            await asyncio.to_thread(postgres.prepare)  # The password is part of the address.
            self._urls["database"] = postgres.url
            servers.append(postgres)
        if not options.temporal_address:
            temporal = Temporal(
                options.state,
                port=choose(options.temporal_port, option="--temporal-port"),
                ui_port=choose(options.ui_port, option="--ui-port"),
                attributes=kinds(attributes.ALL),
                namespace=options.temporal_namespace,
            )
            self._urls |= {"temporal": temporal.address, "temporal_ui": temporal.ui_url}
            servers.append(temporal)
        return servers

    def _settings(self, port: int) -> dict[str, str]:
        options = self.options
        if options.demo:
            self.tokens = Tokens.kept(options.state, options.banks)
        return {
            **({"DELTRAN_LISTS": DEMO_LISTS} if options.demo else {}),
            **os.environ,
            # The workflow sandbox imports a workflow's module for every run: without bytecode it would compile it too.
            "PYTHONDONTWRITEBYTECODE": "",
            **({} if self.tokens is None else self.tokens.environment()),
            **({} if options.window_s is None else {"DELTRAN_WINDOW_S": str(options.window_s)}),
            **options.extra,
            "DATABASE_URL": self._urls["database"],
            "TEMPORAL_ADDRESS": self._urls["temporal"],
            "DELTRAN_TEMPORAL_NAMESPACE": options.temporal_namespace,
            "DELTRAN_STATE": str(options.state.absolute()),
            "DELTRAN_PLACEMENT": options.settled_placement.value,
            "DELTRAN_HOST": LOOPBACK,
            "DELTRAN_PORT": str(port),
        }

    def _programs(self) -> list[list[Server]]:
        """Our own processes in their order: the ledger's owner if it has one, the workers, the API."""
        private_directory(self.options.state / "ledger")
        numbers = range(1, self.options.workers + 1)
        stages: list[list[Server]] = [
            [self._worker(f"payments-{number}", "payments") for number in numbers],
            [self._program("api", "api")],
        ]
        if self.options.settled_placement is Placement.QUEUE:
            stages.insert(0, [self._worker("ledger", "ledger")])
        return stages

    def _worker(self, name: str, kind: str) -> Program:
        """A worker shows its measurements at a port of its own: any free one, or those from the one that the environment names."""
        first = int(self._env.get("DELTRAN_METRICS_PORT") or 0)
        taken = sum(key.startswith("metrics_") for key in self._urls)
        port = choose(first and first + taken, option="DELTRAN_METRICS_PORT")
        self._urls[f"metrics_{name}"] = f"http://{LOOPBACK}:{port}/metrics"
        return self._program(name, "workers", kind, DELTRAN_METRICS_PORT=str(port))

    def _program(self, name: str, *module: str, **env: str) -> Program:
        notify = short_directory(self.options.state / "run", None)
        log = self.options.state / f"{name}.log"
        return Program(name, ("-m", *module), env={**self._env, **env}, notify=notify, log=log)
