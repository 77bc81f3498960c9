"""The wheel, installed outside the checkout: it carries all that the command reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COLUMN = "The bridge opened in 1931. “It will not last,” said Tove Lund, the engineer.\n"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build and install the wheel, and return the Python of its environment.

    The other packages come from the environment of the tests, so nothing is downloaded.
    """
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    offline = ["--no-deps", "--no-index"]
    run([*pip, "wheel", *offline, "--no-build-isolation", "-w", folder, ROOT], folder)
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    (wheel,) = folder.glob("claimdesk-*.whl")
    python = folder / "venv" / "bin" / "python"
    run([*pip, "--python", python, "install", *offline, wheel], folder)
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    others = Path(pytest.__file__).parents[1]  # a line of a .pth file: its own .pth files are not read
    (site / "others.pth").write_text(f"{others}\n")
    return python


def run(command: list[object], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_wheel_works_alone(python: Path, tmp_path: Path) -> None:
    annotate = python.parent / "annotate"
    (tmp_path / "column.txt").write_text(COLUMN, encoding="utf-8")
    assert "annotate claims column.txt" in run([annotate, "--help"], tmp_path).stdout

    written = run([annotate, "init", "--only", "words", "--only", "settings"], tmp_path).stderr
    assert "annotate.toml" in written
    assert (tmp_path / "configs" / "words" / "cue_verbs.txt").is_file()
    (tmp_path / "configs" / "words" / "titles.txt").unlink()  # the package's own is read in its place

    printed = run([annotate, "claims", "--format", "jsonl", "column.txt"], tmp_path).stdout
    claims = [json.loads(line) for line in printed.splitlines()]
    assert claims[0]["text"] == "The bridge opened in 1931."
    assert "Tove Lund" in claims[-1]["attribution"]["source"]["text"]
    assert claims[-1]["suggestion"]["label"] == "attributed_report"


def test_the_wheel_carries_its_data(python: Path, tmp_path: Path) -> None:
    code = "import annotate; print(annotate.__file__)"
    package = Path(run([python, "-c", code], tmp_path).stdout.strip()).parent
    assert package.is_relative_to(python.parents[1])
    for folder in ("configs", "annotate/article/weights", "annotate/report/page/templates"):
        carried = package / "config/defaults" if folder == "configs" else package.parent / folder
        for file in (ROOT / folder).rglob("*"):
            assert (carried / file.relative_to(ROOT / folder)).exists(), file
    assert (package / "py.typed").is_file()
    pinned = (package / "studio/local/requirements-studio.txt").read_text(encoding="utf-8")
    assert pinned == (ROOT / "requirements-studio.txt").read_text(encoding="utf-8")
