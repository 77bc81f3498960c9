"""The Makefile, run by a real make in a folder of its own."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MADE_FROM = {
    ".venv": ("pyproject.toml", "requirements.lock"),
    ".venv-studio": ("requirements-studio.txt",),
    ".venv-bench": ("pyproject.toml", "requirements.lock", "benchmarks/requirements.txt"),
    ".venv-docs": ("requirements.lock",),
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in {"Makefile"}.union(*MADE_FROM.values()):
        (tmp_path / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "checkout" / name)
    for room in ("annotate", "tests", "examples", "training"):
        (tmp_path / "checkout" / room).mkdir()
    return tmp_path / "checkout"


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make with a Python that makes no environments: what is refused comes before."""
    command = ["make", "-C", str(folder), "PYTHON=false", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def target(checkout: Path, environment: str) -> str:
    """Return the file whose name says what an environment was made from."""
    content = b"".join((checkout / name).read_bytes() for name in MADE_FROM[environment])
    number = subprocess.run(["cksum"], input=content, capture_output=True, check=True).stdout.split()[0]
    return f"{environment}/made-{number.decode()}"


@pytest.mark.parametrize("environment", MADE_FROM)
def test_an_environment_behind_a_link_is_not_emptied(checkout: Path, environment: str) -> None:
    others = checkout.parent / "others"
    others.mkdir()
    (others / "bin").write_text("somebody works with it")
    (checkout / environment).symlink_to(others)
    done = make(checkout, target(checkout, environment))
    assert done.returncode == 2
    assert f"{environment} is a symbolic link" in done.stderr
    assert f"(rm {environment}), then run make again" in done.stderr
    assert (others / "bin").read_text() == "somebody works with it"

    assert make(checkout, "clean").returncode == 0
    assert not (checkout / environment).is_symlink()
    assert (others / "bin").read_text() == "somebody works with it"


@pytest.mark.parametrize(("goal", "environment"), [("setup", ".venv"), ("setup-studio", ".venv-studio")])
def test_an_environment_behind_a_link_that_is_up_to_date_is_used(
    checkout: Path, goal: str, environment: str
) -> None:
    others = checkout.parent / "others"
    others.mkdir()
    (checkout / environment).symlink_to(others)
    assert make(checkout, goal).returncode == 2
    (checkout / target(checkout, environment)).touch()
    assert make(checkout, goal).returncode == 0
