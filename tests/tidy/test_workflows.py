"""What the sandbox catches in tests must not be there at all: production runs workflows without reloading them."""

import ast
from pathlib import Path

import pytest

MODULES = sorted((Path(__file__).parents[2] / "workflows").glob("*.py"))
FORBIDDEN = {
    "os",
    "time",
    "random",
    "secrets",
    "uuid",
    "socket",
    "threading",
    "subprocess",
    "pathlib",
    "requests",
    "httpx",
}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "uuid4", "uuid1", "random", "getenv"}
STATELESS = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.AnnAssign, ast.Expr)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_nothing_reads_a_clock_or_chance(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not {name.name.partition(".")[0] for name in node.names} & FORBIDDEN, path
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in FORBIDDEN, path
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            owner = node.func.value
            assert isinstance(owner, ast.Name), f"{path}:{node.lineno}"
            assert owner.id == "workflow", f"{path}:{node.lineno}: ask `workflow` for it"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_holds_no_state(path: Path) -> None:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            assert isinstance(target, ast.Name), f"{path}:{node.lineno}"
            kind = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "TypeVar"
            assert kind or isinstance(node.value, ast.Name | ast.Subscript), f"{path}:{node.lineno}: say Final"
        else:
            assert isinstance(node, STATELESS), f"{path}:{node.lineno}"
        if isinstance(node, ast.AnnAssign):
            assert "Final" in ast.unparse(node.annotation), f"{path}:{node.lineno}: say Final"
