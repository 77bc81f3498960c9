"""The floors of the house: a file imports from lower floors only, and nothing turns in circles."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {
    "annotate": 0,
    "annotate.cluster": 0,
    "annotate.errors": 0,
    "annotate.tls": 0,
    "annotate.model": 0,
    "annotate.pool": 0,
    "annotate.resources": 0,
    "annotate.article": 1,
    "annotate.studio": 2,
    "annotate.report": 3,
    "annotate.archive": 4,
    "annotate.settings": 5,
    "annotate.screen": 5,
    "annotate.cli": 5,
    "annotate.__main__": 5,
}
HANDED_ON = ("annotate.article", "annotate.studio", "annotate.report", "annotate.archive")


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in sorted((ROOT / "annotate").rglob("*.py"))}


def room_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def imports_of(file: Path) -> set[str]:
    """Give the modules of this package that a file imports, at its head or inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: name the whole module"
            base = node.module or ""
            found |= {f"{base}.{a.name}" if f"{base}.{a.name}" in MODULES else base for a in node.names}
    return {name for name in found if name.split(".")[0] == "annotate"}


@pytest.mark.parametrize("module", MODULES)
def test_imports_come_from_lower_floors(module: str) -> None:
    own = room_of(module)
    assert own in FLOORS, f"{module}: name its floor here"
    for imported in imports_of(MODULES[module]):
        assert FLOORS[room_of(imported)] <= FLOORS[own], f"{module} imports {imported} from a higher floor"


@pytest.mark.parametrize("module", MODULES)
def test_rooms_are_entered_by_the_door(module: str) -> None:
    for imported in imports_of(MODULES[module]):
        if room_of(imported) in HANDED_ON and room_of(imported) != room_of(module):
            assert imported == room_of(imported), (
                f"{module}: import it from {room_of(imported)}, not {imported}"
            )


def test_no_file_imports_in_a_circle() -> None:
    graph = {m: imports_of(f) - {m} for m, f in MODULES.items() if f.name != "__init__.py"}
    TopologicalSorter(graph).prepare()


PURE_NOT = {"open", "print", "input"}
MAY_TOUCH_THE_WORLD = {
    "annotate.pool",  # starts processes
    "annotate.tls",
    "annotate.article.read",
    "annotate.article.fetch",
    "annotate.article.listing",
    "annotate.archive.manifest",
    "annotate.archive.shards",
    "annotate.studio.server",
    "annotate.studio.backups",
    "annotate.studio.postgres",
    "annotate.studio.private",
    "annotate.studio.processes",
    "annotate.studio.client",
    "annotate.studio.lock",
    "annotate.studio.premises",
    "annotate.studio.pulling",
    "annotate.studio.sync",
    "annotate.report.carried",
    "annotate.report.exports",
    "annotate.report.history",
    "annotate.report.html",
    "annotate.report.parquet",
    "annotate.report.sheet",
    "annotate.resources",
    "annotate.settings",
    "annotate.screen",
    "annotate.cli",
}


@pytest.mark.parametrize("module", sorted(set(MODULES) - MAY_TOUCH_THE_WORLD))
def test_the_core_is_pure(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & PURE_NOT
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not attributes & {
        "read_text",
        "write_text",
        "read_bytes",
        "write_bytes",
        "environ",
        "getenv",
        "now",
    }


def test_only_the_screen_prints() -> None:
    for module, file in MODULES.items():
        if module != "annotate.screen":
            names = {
                n.id for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.Name)
            }
            assert "print" not in names, module
