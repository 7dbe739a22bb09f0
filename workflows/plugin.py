"""The single place that decides how our workflows are encoded, isolated and failed.

The same plugin goes to the client (whose workers inherit it) and to the replayer.
"""

from dataclasses import replace
from functools import partial
from typing import Final

from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.errors import StepErrors
from domain.errors import DomainError
from workflows.encoding import data_converter
from workflows.sandbox import ContextFree

PASS_THROUGH: Final = (
    "domain",  # pure: values and tables
    "activities",  # only named by workflows, never run in them
    "schema",  # reached through activities
    "screening",
    "risk",
    "settlement",
    "ledger",
    "runtime",
    "sqlmodel",  # heavy, and reached through activities only
    "sqlalchemy",
    "asyncpg",
    "rapidfuzz",
    "numpy",
    "anyascii",
    "httpx",
    "prometheus_client",
    "lxml",
    "holidays",
    "schwifty",  # data tables that take long to load
    "pycountry",
    "iso4217",
)
"""Loaded once for all runs."""

DEFINITIONS: Final = tuple(
    f"workflows.{name}"
    for name in ("acts", "attributes", "encoding", "failures", "options", "payloads", "review", "steps", "versions")
)
"""Of `workflows`, what has no state of its own and defines no workflow: loaded once too."""


def plugin(*, repair_attempts: int = 5, reload: bool = True) -> SimplePlugin:
    """The plugin of client, worker and replayer.

    With `reload` every run executes its own copy of the module that defines it, under the sandbox's restrictions: so in
    every test and replay. The worker processes spare a sixth of their time by not doing so (docs/decisions/007).
    """
    passed = (*PASS_THROUGH, *(DEFINITIONS if reload else ("workflows",)))
    return SimplePlugin(
        "deltran",
        data_converter=data_converter,
        workflow_runner=partial(_sandboxed, passed),
        workflow_failure_exception_types=[DomainError],
        interceptors=[StepErrors(repair_attempts=repair_attempts)],
    )


def _sandboxed(passed: tuple[str, ...], runner: WorkflowRunner | None) -> WorkflowRunner:
    assert isinstance(runner, SandboxedWorkflowRunner), "workflows run in the sandbox"
    return ContextFree(replace(runner, restrictions=runner.restrictions.with_passthrough_modules(*passed)))
