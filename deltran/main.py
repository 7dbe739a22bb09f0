"""The command line. Every command imports what it needs when it runs, so that help is quick."""

import json
import os
import runpy
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer
from pydantic import ValidationError

from devstack.errors import StackError
from domain.errors import DelTranError
from runtime.settings import Placement, Settings, default_state

if TYPE_CHECKING:
    from ledger.verify import Report

app = typer.Typer(
    help="DelTran, a real-time cross-border payment settlement network.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
ledger = typer.Typer(help="The ledger's own books.", no_args_is_help=True)
app.add_typer(ledger, name="ledger")
receipt = typer.Typer(help="What banks hold in their hands.", no_args_is_help=True)
app.add_typer(receipt, name="receipt")

lists = typer.Typer(help="The sanctions lists.", no_args_is_help=True)
app.add_typer(lists, name="lists")

State = Annotated[Path, typer.Option(help="Directory of this stack's databases.", envvar="DELTRAN_STATE")]
Port = Annotated[int, typer.Option(help="Port of the API; 0 takes any free one.", min=0, max=65535)]


_CODES: Final = {"ok": 0, "broken": 1, "incomplete": 2}
"""Exit codes of whatever verifies."""


class Kind(StrEnum):
    """The kinds of worker process."""

    PAYMENTS = "payments"
    LEDGER = "ledger"


@app.command()
def up(
    state: State = default_state(),  # noqa: B008 - a path, made once
    port: Port = 8000,
    temporal_port: Annotated[int, typer.Option(help="Port of Temporal.", min=0, max=65535)] = 7233,
    ui_port: Annotated[int, typer.Option(help="Port of Temporal's web interface.", min=0, max=65535)] = 8233,
    workers: Annotated[
        int, typer.Option(help="How many payments workers; several need --ledger queue or postgres.", min=1)
    ] = 1,
    ledger: Annotated[
        Placement,
        typer.Option(help="Who posts: the one worker, an owner behind a queue, or every worker, in PostgreSQL."),
    ] = (Placement.LOCAL),
    window_s: Annotated[
        float | None, typer.Option(help="Seconds that a settlement window stays open.", min=0.1)
    ] = None,
    demo: Annotated[bool, typer.Option(help="Make bearer tokens for every role and print them.")] = False,
) -> None:
    """Start PostgreSQL, Temporal, workers and the API, and keep them running until Ctrl-C."""
    from deltran.up import up as bring_up
    from devstack.options import Options

    options = Options(
        state,
        port=port,
        temporal_port=temporal_port,
        ui_port=ui_port,
        workers=workers,
        placement=ledger,
        window_s=window_s,
        demo=demo,
        database_url=os.environ.get("DATABASE_URL", ""),
        temporal_address=os.environ.get("TEMPORAL_ADDRESS", ""),
        temporal_namespace=Settings().temporal_namespace,
    )
    bring_up(options)


@app.command()
def serve() -> None:
    """Run the API alone; everything else by the environment (DATABASE_URL, TEMPORAL_ADDRESS, DELTRAN_…)."""
    runpy.run_module("api", run_name="__main__", alter_sys=True)


@app.command()
def worker(kind: Annotated[Kind, typer.Argument(help="What it works on.")]) -> None:
    """Run one worker process; everything else by the environment."""
    sys.argv = ["workers", kind.value]
    runpy.run_module("workers", run_name="__main__", alter_sys=True)


@app.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="Where to: head, a revision, +1, -1, base.")] = "head",
) -> None:
    """Bring the database named by DATABASE_URL to a revision of our schema."""
    from deltran.migrate import migrate as move

    move(revision)


@app.command()
def demo(
    state: Annotated[
        Path, typer.Option(help="Directory of the demonstration's databases.")
    ] = default_state().with_name(  # noqa: B008
        "deltran-demo"
    ),
    port: Port = 8000,
    temporal_port: Annotated[int, typer.Option(help="Port of Temporal.", min=0, max=65535)] = 7233,
    ui_port: Annotated[int, typer.Option(help="Port of Temporal's web interface.", min=0, max=65535)] = 8233,
    window_s: Annotated[float, typer.Option(help="Seconds that a settlement window stays open.", min=0.1)] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Leave when the outcome is shown.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Approve the held payment without asking; so does a pipe.")
    ] = False,
) -> None:
    """Start a stack, send fourteen varied payments through it and show what became of them."""
    from deltran.demo.run import run
    from devstack.options import Options

    options = Options(state, port=port, temporal_port=temporal_port, ui_port=ui_port, window_s=window_s, demo=True)
    raise typer.Exit(run(options, once=once, yes=yes))


@ledger.command()
def project(
    state: State = default_state(),  # noqa: B008 - a path, made once
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make it all again from the first entry.")] = False,
) -> None:
    """Make PostgreSQL show the ledger's journal and balances up to date; a running stack does so by itself."""
    from deltran.books import project as follow

    typer.echo(f"PostgreSQL shows the ledger up to entry {follow(state, rebuild=rebuild)}.")


@ledger.command()
def key(state: State = default_state()) -> None:  # noqa: B008 - a path, made once
    """Print the public key under which this ledger signs its heads, in hexadecimal: give it to your banks."""
    from deltran.books import public_key

    found = public_key(state)
    if found is None:
        raise StackError(f"the ledger of {state} has no key yet: it is made when the ledger first starts")
    typer.echo(found.hex())


@receipt.command("verify")
def verify_receipt(
    file: Annotated[Path, typer.Argument(help="A receipt, as GET /api/v1/ledger/entries/…/proof answers it.")],
    public_key: Annotated[
        str, typer.Option("--key", help="The ledger's public key in hexadecimal, or a file that holds it.")
    ] = "",
) -> None:
    """Check a receipt without asking anybody: exit code 0 is proved, 1 is not, 2 could not be checked whole."""
    from deltran.receipts import verify as check

    checked = check(file, public_key)
    for name, value in checked.entry.items():
        typer.echo(f"{name + ':':<14} {value}")
    for finding in checked.findings:
        mark = {True: "ok ", False: "NO ", None: "?  "}[finding.holds]
        typer.echo(f"{mark} {finding.check}: {finding.detail}")
    typer.echo(f"verdict:       {checked.verdict}")
    raise typer.Exit(_CODES[checked.verdict])


@receipt.command("evidence")
def verify_evidence(
    file: Annotated[Path, typer.Argument(help="A zip file, as GET /api/v1/payments/…/evidence answers it.")],
    public_key: Annotated[
        str, typer.Option("--key", help="The ledger's public key in hexadecimal, or a file that holds it.")
    ] = "",
) -> None:
    """Check a payment's evidence without asking anybody: exit code 0 is proved, 1 is not, 2 could not be checked whole."""
    from deltran.evidence import verify as check

    findings = check(file, public_key)
    for finding in findings:
        mark = {True: "ok ", False: "NO ", None: "?  "}[finding.holds]
        typer.echo(f"{mark} {finding.check}: {finding.detail}")
    held = [finding.holds for finding in findings]
    verdict = "broken" if False in held else "incomplete" if None in held else "ok"
    typer.echo(f"verdict: {verdict}")
    raise typer.Exit(_CODES[verdict])


@ledger.command()
def backup(
    directory: Annotated[Path, typer.Argument(help="A new directory.")],
    state: State = default_state(),  # noqa: B008 - a path, made once
) -> None:
    """Copy the ledger, running or stopped, and verify the copy; exit codes as of verify."""
    from deltran.backup import backup as copy

    _tell(copy(state, directory), as_json=False)


@ledger.command()
def restore(
    directory: Annotated[Path, typer.Argument(help="What `deltran ledger backup` has made.")],
    state: State = default_state(),  # noqa: B008 - a path, made once
) -> None:
    """Put the ledger of a stopped stack back, complete it from PostgreSQL, and verify it; exit codes as of verify."""
    from deltran.backup import restore as put_back

    _tell(put_back(state, directory), as_json=False)


@ledger.command()
def verify(
    state: State = default_state(),  # noqa: B008 - a path, made once
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
    copied: Annotated[
        Path | None,
        typer.Option("--backup", help="Instead of a stack's ledger: what `deltran ledger backup` has made."),
    ] = None,
) -> None:
    """Replay every entry of a ledger, compare, and look at every file: 0 is sound, 1 broken, 2 could not check everything."""
    from deltran.backup import inspect
    from deltran.books import verify as check

    _tell(inspect(copied) if copied else check(state), as_json=as_json)


@lists.command("import")
def import_list(
    name: Annotated[
        str,
        typer.Argument(
            help="OFAC, EU, UN or UK; with a suffix a further list of the same publisher. GEO: the embargo table."
        ),
    ],
    source: Annotated[str, typer.Argument(help="A file or an address.")],
    state: State = default_state(),  # noqa: B008 - a path, made once
    companion: Annotated[
        list[str] | None,
        typer.Option("--with", help="OFAC's further files: aliases=FILE, addresses=FILE, comments=FILE."),
    ] = None,
    sha256: Annotated[str | None, typer.Option(help="The digest that the publisher announced.")] = None,
    acknowledge: Annotated[bool, typer.Option(help="Much is gone from the list, and that is right.")] = False,
    note: Annotated[str, typer.Option(help="Why the embargo table changes, for whoever approves it.")] = "",
) -> None:
    """Put a list into force, if it is whole and sound; otherwise the present version stays. An embargo table is proposed."""
    from deltran import lists as shelf

    beside = {kind: Path(path) for kind, _, path in (pair.partition("=") for pair in companion or ())}
    file = shelf.open_file(name, source, companions=beside, sha256=sha256, sure=acknowledge)
    if name == shelf.GEO:
        told = shelf.propose(state, file, note)
        typer.echo(
            f"GEO {told.version} is proposed; another person puts it into force: POST /embargoes/{told.id}/approve."
        )
        return
    done = shelf.bring(state, file)
    changes = done.delta
    typer.echo(
        f"{done.list_name} {done.version}: {done.entities} entities in force,"
        f" {len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} removed."
    )
    if done.repeats:
        typer.echo(f"Its publisher lists parties more than once; {done.repeats}.")


@lists.command()
def refresh(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all that are wanted where none is named.")] = None,
    state: State = default_state(),  # noqa: B008 - a path, made once
) -> None:
    """Ask the publishers for new versions; a running stack does so by itself. Exit code 1 when one could not be had."""
    from deltran import lists as shelf

    done = shelf.fetch(state, names or ())
    for each in done:
        typer.echo(f"{each.list_name}: {each.outcome} {each.reason}".rstrip())
    raise typer.Exit(any(each.outcome in ("failed", "refused") for each in done))


@lists.command()
def status(state: State = default_state()) -> None:  # noqa: B008 - a path, made once
    """The lists in force, their versions, sizes and ages, and where the last look for a newer one brought nothing."""
    from datetime import UTC, datetime

    from deltran import lists as shelf

    in_force, looks = shelf.standing(state)
    for each in in_force:
        hours = (datetime.now(UTC) - each.confirmed_at).total_seconds() / 3600
        typer.echo(
            f"{each.list_name:10} {each.version}  {each.entities:6} entities  confirmed {hours:.1f} h ago  {each.source}"
        )
    for look in looks:
        if told := shelf.trouble(look):
            typer.echo(f"{look.list_name:10} the last look was {told}")


@lists.command("explain")
def explain_hits(
    payment: Annotated[str, typer.Argument(help="A payment's id.")],
    state: State = default_state(),  # noqa: B008 - a path, made once
) -> None:
    """Compute every hit of a payment's checks again from the lists of their day, and tell how it came about."""
    from deltran import lists as shelf

    for check, hits in shelf.explained(state, payment):
        typer.echo(f"check {check.id} by lists {check.list_version}: {check.status}, {len(hits) or 'no'} hits")
        for hit, found in hits:
            typer.echo("\n".join(shelf.lines(hit, found)))


def _tell(report: "Report", *, as_json: bool) -> NoReturn:
    """Print a report and leave with its exit code."""
    facts = report.as_json()
    if as_json:
        typer.echo(json.dumps(facts))
    else:
        for name, value in facts.items():
            typer.echo(f"{name + ':':<14} {value}")
    raise typer.Exit(_CODES[report.verdict])


def main() -> None:
    """Run the command line and leave at once: interpreters that loaded Temporal's SDK may crash while they end."""
    code = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run() -> int:
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return 130
    except (StackError, DelTranError) as wrong:
        return _complain(str(wrong))
    except ValidationError as wrong:
        return _complain("; ".join(f"setting {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()))
    return 0


def _complain(what: str) -> int:
    typer.secho(f"deltran: {what}", fg="red", err=True)
    return 1
