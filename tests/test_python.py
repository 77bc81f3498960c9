"""The functions that a notebook calls: names, what importing costs, the notebook and docs/python.md run to the end."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import annotate
from annotate import workflows
from annotate.report import alpha
from annotate.report.frames import JUDGEMENTS_COLUMNS
from annotate.studio import Server
from tests.pulls import write_raw
from tests.report.answers import label, project
from tests.specimen import specimen

ROOT = Path(__file__).parents[1]
COLUMN = "The quay\n\nThe council met on Monday. The mayor said that the quay was old. It is a bad plan.\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder: an article, exports and settings of its own."""
    monkeypatch.chdir(tmp_path)
    for variable in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(tmp_path / "studio"))
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path / "exports"))
    (tmp_path / "column.txt").write_text(COLUMN, encoding="utf-8")
    return tmp_path


def run(sources: Iterable[str]) -> tuple[dict[str, Any], list[Any]]:
    """Run pieces of code one after the other; return their names, and the value of each last expression."""
    names: dict[str, Any] = {"__name__": "__main__"}
    values = []
    for source in sources:
        tree = ast.parse(source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "<piece>", "exec"), names)
        values.append(eval(compile(ast.Expression(last.value), "<piece>", "eval"), names) if last else None)
    return names, values


def blocks(*sections: str) -> list[str]:
    """Return the code of some sections of docs/python.md."""
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    return [code for name in sections for code in re.findall(r"```python\n(.*?)```", parts[name], re.DOTALL)]


def test_importing_the_package_loads_nothing_heavy() -> None:
    names = "{'spacy', 'pandas', 'typer', 'label_studio_sdk', 'httpx'}"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, annotate; print({names} & set(sys.modules))"],
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == "set()"


def test_each_name_of_the_api_is_documented_and_callable() -> None:
    for name in annotate.__all__:
        function = getattr(annotate, name)
        assert callable(function), name
        assert function.__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'retract'"):
        annotate.retract  # noqa: B018


def test_report_is_a_package_and_a_function(desk: Path) -> None:
    raw = project()
    for claim in specimen()[1]:
        for by in (1, 2):
            label(raw, claim.claim_id, by=by, as_="opinion")
    folder = desk / "exports" / raw["project"]["key"]
    folder.mkdir(parents=True)
    write_raw(raw, folder)
    result = annotate.report()
    assert {path.name for path in result.paths} >= {"claims.csv", "report.html"}
    assert result.figures["by_status"]["unanimous"] == len(specimen()[1])
    assert annotate.report.alpha is alpha
    assert annotate.claims_frame(folder).equals(annotate.claims_frame(raw))
    assert len(annotate.judgements_frame(str(folder))) == 2 * len(specimen()[1])


def test_claims_in_the_documentation(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, _ = run(blocks("Claims of an article"))
    assert list(names["table"]["suggestion"]) == ["checkable_fact", "attributed_report", "opinion"]
    assert "column" in capsys.readouterr().out
    described = re.findall(r"^\| (`.+?`) \|", (ROOT / "docs" / "python.md").read_text(), re.MULTILINE)
    columns = {name for cell in described for name in re.findall(r"`(\w+)`", cell)}
    assert columns - {"extraction_frame", "skipped"} == set(names["table"].columns)


@pytest.mark.studio
def test_the_documentation_with_label_studio(
    desk: Path, studio: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(studio.home))
    readme = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(readme) == 1
    run(readme)
    sections = (
        "In ten lines",
        "Label Studio",
        "Labels of other tools",
        "Frames of answers",
        "Agreement and reports",
    )
    names, _ = run(blocks(*sections))
    assert names["pushed"].articles[0].sent == len(names["claims"]) == 3
    printed = capsys.readouterr().out
    assert len(names["judgements"].columns) == len(JUDGEMENTS_COLUMNS)
    assert "June columns 0 new claims" in printed
    assert "3 claims sent to" in printed
    assert "{'written': 1, 'before': 0, 'another': 0} []\n" in printed
    assert list(names["votes"]["annotator"]) == ["Cleo Ferris"]


@pytest.mark.studio
def test_the_notebook_runs_to_the_end(desk: Path, studio: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(studio.home))
    monkeypatch.chdir(ROOT / "examples")
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    notebook = json.loads((ROOT / "examples" / "notebook.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    names, values = run(cells)
    assert names["pulled"].summary == "320 judgements by 3 annotators on 111 claims (left out: 13 empty)"
    assert names["by_section"].to_numpy().sum() == len(names["votes"]) == 320
    assert names["confusion"].loc["checkable_fact", "opinion"] == 11
    assert values[-2] == (0.728, 0.833)
    assert names["result"].figures["agreement"]["krippendorff_alpha"] == alpha(names["votes"])


def test_the_notebook_is_kept_without_outputs() -> None:
    notebook = json.loads((ROOT / "examples" / "notebook.ipynb").read_text(encoding="utf-8"))
    assert all(not cell.get("outputs") for cell in notebook["cells"])
    assert str(ROOT) not in json.dumps(notebook)


def test_every_workflow_is_where_its_list_says() -> None:
    assert sorted(workflows.__all__) == sorted(name for names in workflows.FILES.values() for name in names)
    assert all(hasattr(workflows, name) for name in workflows.__all__)
