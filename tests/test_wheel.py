"""The wheel, installed outside the checkout: it carries all that the command reads."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
COLUMN = "The bridge opened in 1931. “It will not last,” said Tove Lund, the engineer.\n"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
OFFLINE = ["--no-deps", "--no-index"]


def build(source: Path, folder: Path) -> Path:
    """Build the wheel of a source tree into a folder, and return it."""
    folder.mkdir(exist_ok=True)
    run([*PIP, "wheel", *OFFLINE, "--no-build-isolation", "-w", folder, source], folder)
    (wheel,) = folder.glob("claimdesk-*.whl")
    return wheel


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build and install the wheel, and return the Python of its environment.

    The other packages come from the environment of the tests, so nothing is downloaded.
    """
    folder = tmp_path_factory.mktemp("wheel")
    wheel = build(ROOT, folder)
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    run([*PIP, "--python", python, "install", *OFFLINE, wheel], folder)
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
    for folder in (
        "configs",
        "annotate/article/weights",
        "annotate/report/page/templates",
        "annotate/studio/local/page",
    ):
        carried = package / "config/defaults" if folder == "configs" else package.parent / folder
        for file in (ROOT / folder).rglob("*"):
            assert (carried / file.relative_to(ROOT / folder)).exists(), file
    assert (package / "py.typed").is_file()
    pinned = (package / "studio/local/requirements-studio.txt").read_text(encoding="utf-8")
    assert pinned == (ROOT / "requirements-studio.txt").read_text(encoding="utf-8")


def test_the_dockerfile_copies_what_the_wheel_is_made_from(python: Path, tmp_path: Path) -> None:
    copied = [
        path
        for line in re.findall(r"^COPY (?!--)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
        for path in line.split()
    ]
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert sorted(copied) == sorted(sent)
    for path in copied:
        copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy
        copy(ROOT / path, tmp_path / path)
    built = build(tmp_path, tmp_path / "built")
    (wheel,) = python.parents[2].glob("claimdesk-*.whl")
    names = [sorted(zipfile.ZipFile(file).namelist()) for file in (built, wheel)]
    assert names[0] == names[1]
