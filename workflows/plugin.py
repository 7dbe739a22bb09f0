"""The single place that decides how our workflows are encoded, isolated and failed.

The same plugin goes to the client (whose workers inherit it) and to the replayer.
"""

from dataclasses import replace
from typing import Final

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.errors import StepErrors
from domain.errors import DomainError

PASS_THROUGH: Final = (
    "domain",  # pure: values and tables
    "activities",  # only named by workflows, never run in them
    "schema",  # reached through activities
    "screening",
    "settlement",
    "ledger",
    "runtime",
    "sqlmodel",  # heavy, and reached through activities only
    "sqlalchemy",
    "asyncpg",
    "rapidfuzz",
    "lxml",
    "schwifty",  # data tables that take long to load
    "pycountry",
    "iso4217",
    "workflows.acts",  # definitions without state of their own: executing them anew for every
    "workflows.attributes",  # run was a third of the worker's time (docs/decisions/007)
    "workflows.failures",
    "workflows.options",
    "workflows.payloads",
    "workflows.review",
    "workflows.steps",
)
"""Loaded once for all runs. Never the modules that define a workflow: each run executes its own copy of those."""


def plugin(*, repair_attempts: int = 5) -> SimplePlugin:
    """The plugin of client, worker and replayer."""
    return SimplePlugin(
        "deltran",
        data_converter=pydantic_data_converter,
        workflow_runner=_sandboxed,
        workflow_failure_exception_types=[DomainError],
        interceptors=[StepErrors(repair_attempts=repair_attempts)],
    )


def _sandboxed(runner: WorkflowRunner | None) -> WorkflowRunner:
    assert isinstance(runner, SandboxedWorkflowRunner), "workflows run in the sandbox"
    return replace(runner, restrictions=runner.restrictions.with_passthrough_modules(*PASS_THROUGH))
