"""The floors of the house: a file imports from lower floors only, and nothing turns in circles."""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Every room, the lowest first: a file imports from its own room and from those above it in this list.
ROOMS = (
    "annotate.errors",
    "annotate.registry",
    "annotate.model",
    "annotate.text",
    "annotate.config",
    "annotate.labels",
    "annotate.transport",
    "annotate.parallel",
    "annotate.article.ids",
    "annotate.article.reading",
    "annotate.article.nlp",
    "annotate.article.attribution",
    "annotate.article.claims",
    "annotate.article.suggest.llm",
    "annotate.article.suggest",
    "annotate.article",
    "annotate.order",
    "annotate.studio.format",
    "annotate.studio.api",
    "annotate.studio.gold",
    "annotate.studio.push",
    "annotate.studio.pull",
    "annotate.studio.migrate",
    "annotate.studio.adjudicate",
    "annotate.studio.answers",
    "annotate.studio.local",
    "annotate.studio.doctor",
    "annotate.studio",
    "annotate.report.stats",
    "annotate.report.frames",
    "annotate.report.checks",
    "annotate.report.gold",
    "annotate.report.rulings",
    "annotate.report.trends",
    "annotate.report.page",
    "annotate.report.feedback",
    "annotate.report.sheets",
    "annotate.report.workbook",
    "annotate.report.exporters",
    "annotate.report.formats",
    "annotate.report.formats.exporters",
    "annotate.report.formats.importers",
    "annotate.report",
    "annotate.memory",
    "annotate.training_round",
    "annotate.archive",
    "annotate.workflows",
    "annotate.review",
    "annotate.cli",
    "annotate.__main__",
    "annotate",
)
FILES_A_ROOM = 12


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in sorted((ROOT / "annotate").rglob("*.py"))}


def room_of(module: str) -> str:
    """Return the innermost room of a module."""
    return max((room for room in ROOMS if f"{module}.".startswith(f"{room}.")), key=len)


@cache
def handed_on(room: str) -> frozenset[str]:
    """Return the names in a room's `__all__`."""
    for node in ast.parse(MODULES[room].read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def imports_of(file: Path) -> set[str]:
    """Return the modules of this package that a file imports, at its head or inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: name the whole module"
            base = node.module or ""
            found |= {
                f"{base}.{a.name}"
                if f"{base}.{a.name}" in MODULES and a.name not in handed_on(base)
                else base
                for a in node.names
            }
    return {name for name in found if name.split(".")[0] == "annotate"}


@pytest.mark.parametrize("module", MODULES)
def test_imports_come_from_lower_rooms(module: str) -> None:
    own = ROOMS.index(room_of(module))
    for imported in imports_of(MODULES[module]):
        if imported != "annotate":  # holds no code but names
            assert ROOMS.index(room_of(imported)) <= own, f"{module} imports {imported} from a higher room"


@pytest.mark.parametrize("module", MODULES)
def test_rooms_are_entered_by_the_door(module: str) -> None:
    for imported in imports_of(MODULES[module]):
        if (room := room_of(imported)) != room_of(module) and (
            room == module or MODULES[module].name != "__init__.py"
        ):
            is_module = room not in MODULES or MODULES[room].name != "__init__.py"
            assert is_module or imported == room, f"{module}: import it from {room}, not {imported}"


def test_a_room_has_a_dozen_files_at_most() -> None:
    for folder in {file.parent for file in MODULES.values()}:
        names = [file.name for file in folder.glob("*.py")]
        assert len(names) <= FILES_A_ROOM, f"{folder.relative_to(ROOT)} holds {len(names)} files"


def test_no_file_imports_in_a_circle() -> None:
    graph = {m: imports_of(f) - {m} for m, f in MODULES.items() if f.name != "__init__.py"}
    TopologicalSorter(graph).prepare()


PURE_NOT = {"open", "print", "input"}
MAY_TOUCH_THE_WORLD = {
    "annotate.parallel.pool",  # starts processes
    "annotate.transport.tls",
    "annotate.article.reading.files",
    "annotate.article.reading.fetch",
    "annotate.article.reading.listing",
    "annotate.archive.manifest",
    "annotate.archive.shards",
    "annotate.studio.local.server",
    "annotate.studio.local.install",
    "annotate.studio.local.launch",
    "annotate.studio.local.page.claimdesk_layer",  # reads the script that it serves
    "annotate.studio.local.page.claimdesk_training",  # reads what was decided, and notes first answers
    "annotate.studio.local.backups",
    "annotate.studio.local.postgres",
    "annotate.studio.local.private_files",
    "annotate.studio.local.processes",
    "annotate.studio.api.lock",
    "annotate.studio.doctor.host_checks",
    "annotate.studio.pull",
    "annotate.studio.push.sync",
    "annotate.report.sheets.carry_over",
    "annotate.report.exports",
    "annotate.report.formats.folders",
    "annotate.report.folders",
    "annotate.report.links",
    "annotate.report.raw_answers",
    "annotate.report.pending",
    "annotate.report.sheets.snapshots",
    "annotate.report.page.templating",  # reads templates
    "annotate.report.trends.database",
    "annotate.report.sheets.csv_files",
    "annotate.memory.store",
    "annotate.training_round.records",
    "annotate.config.resources",
    "annotate.config.settings",
    "annotate.workflows.memory.feeds",  # opens a feed, and dates it
    "annotate.workflows.importing.files",
    "annotate.workflows.reports",
    "annotate.workflows.watching.state",
    "annotate.cli.app",  # sets how many threads multiply matrices, before numpy is loaded
    "annotate.cli.screen",
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
        if not module.startswith("annotate.cli.screen"):
            names = {
                n.id for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.Name)
            }
            assert "print" not in names, module
