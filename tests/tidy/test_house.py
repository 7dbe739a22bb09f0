"""The rules of the house that no other tool checks."""

import ast
import importlib.metadata
import importlib.util
import re
import subprocess
import sysconfig
import tomllib
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
FILE_LINES = 400
FUNCTION_LINES = 70
OURS = sorted(tomllib.loads((HOUSE / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"])

# Put together here, so that this file does not contain what it looks for.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("proxy", "golang"))]
PLACES = ["/".join(("", *parts)) for parts in (("work", "main"), ("work", "shared"), ("root", ""), ("opt", "wheels"))]
PLACES += ["/".join(("", "tmp", "w", "")), "/".join(("", "local", "simple")), ".".join(("/work/", "library"))]


@cache
def tracked() -> list[Path]:
    """Every file that git knows of and that is still there."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    return [HOUSE / name for name in names.split("\0") if name and (HOUSE / name).is_file()]


def python_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def written_by_hand() -> list[Path]:
    """Migrations are generated, and as long as what they build."""
    return [path for path in python_files() if "migrations/versions" not in path.as_posix()]


def at(path: Path, line: int = 1) -> str:
    return f"{path.relative_to(HOUSE)}:{line}"


@pytest.mark.parametrize("name", OURS)
def test_our_names_are_ours(name: str) -> None:
    owners = set(importlib.metadata.packages_distributions().get(name, [])) - {"deltran"}
    assert not owners, f"{name} also belongs to {owners}"
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(HOUSE)


def test_every_package_of_ours_is_known_to_the_import_law() -> None:
    packages = {path.relative_to(HOUSE).parts[0] for path in python_files() if path.parent != HOUSE}
    assert packages - {"tests"} == set(OURS)


def test_every_init_is_empty() -> None:
    assert [at(path) for path in python_files() if path.name == "__init__.py" and path.stat().st_size] == []


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {path.parent for path in python_files() if path.parent != HOUSE}
    assert [at(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_nobody_learns_where_this_was_built() -> None:
    pattern = re.compile("|".join(re.escape(word) for word in HOSTS + PLACES))
    found = [
        f"{at(path, number)}: {hit.group()}"
        for path in tracked()
        for number, line in enumerate(path.read_bytes().decode(errors="replace").splitlines(), 1)
        if (hit := pattern.search(line))
    ]
    assert found == []


@pytest.mark.parametrize("lock", sorted(path.name for path in HOUSE.glob("requirements*.txt")))
def test_lock_files_name_packages_and_hashes_only(lock: str) -> None:
    pin = re.compile(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==[\w.!+]+( ;[\w .'\"<>=()!-]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = (HOUSE / lock).read_text().splitlines()
    assert [line for line in lines if not (pin.fullmatch(line) or digest.fullmatch(line))] == []


def test_the_locks_pin_every_dependency_that_we_name() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
    wanted = {
        "requirements.txt": project["dependencies"],
        "requirements-dev.txt": project["optional-dependencies"]["dev"],
    }
    for lock, requirements in wanted.items():
        pinned = set(re.findall(r"^([a-z0-9-]+)==", (HOUSE / lock).read_text(), re.MULTILINE))
        named = {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in requirements}
        assert named <= pinned, f"run make lock: {lock} lacks {named - pinned}"


def test_the_development_lock_holds_the_same_pins() -> None:
    pins = [
        set(re.findall(r"^(\S+==\S+)", (HOUSE / lock).read_text(), re.MULTILINE))
        for lock in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0] <= pins[1]


def test_files_are_small() -> None:
    sizes = {path: len(path.read_text().splitlines()) for path in written_by_hand()}
    assert [f"{at(path)} has {size} lines" for path, size in sizes.items() if size > FILE_LINES] == []


def test_functions_are_small() -> None:
    long = [
        f"{at(path, node.lineno)} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in written_by_hand()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_imports_point_down() -> None:
    lint = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_makefile_tells_of_all_its_targets() -> None:
    told = subprocess.run(["make", "help"], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    for target in ("help", "up", "demo", "test", "check", "bench", "fmt", "migrate", "replay-record", "lock"):
        assert re.search(rf"1m{target} ", told), target
