"""The Makefile, run by a real make in a folder of its own."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDED = ("Makefile", "pyproject.toml", "requirements-studio.txt", "benchmarks/requirements.txt")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in NEEDED:
        (tmp_path / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "checkout" / name)
    for room in ("annotate", "tests", "examples", "training"):
        (tmp_path / "checkout" / room).mkdir()
    return tmp_path / "checkout"


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make with a Python that makes no environments: what is refused comes before."""
    command = ["make", "-C", str(folder), "PYTHON=false", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("environment", "target"), [(".venv", "setup"), (".venv-studio", "setup-studio"), (".venv-bench", "")]
)
def test_an_environment_behind_a_link_is_not_emptied(checkout: Path, environment: str, target: str) -> None:
    others = checkout.parent / "others"
    others.mkdir()
    (others / "bin").write_text("somebody works with it")
    (checkout / environment).symlink_to(others)
    done = make(checkout, target or f"{environment}/made-{stamp(checkout)}")
    assert done.returncode == 2
    assert f"{environment} is a symbolic link" in done.stderr
    assert f"(rm {environment}), then run make again" in done.stderr
    assert (others / "bin").read_text() == "somebody works with it"

    assert make(checkout, "clean").returncode == 0
    assert not (checkout / environment).is_symlink()
    assert (others / "bin").read_text() == "somebody works with it"


def stamp(checkout: Path) -> str:
    """Return the number that the benchmarks' environment is named by."""
    both = b"".join((checkout / name).read_bytes() for name in ("pyproject.toml", NEEDED[-1]))
    return subprocess.run(["cksum"], input=both, capture_output=True, check=True).stdout.split()[0].decode()


def test_an_environment_behind_a_link_that_is_up_to_date_is_used(checkout: Path) -> None:
    others = checkout.parent / "others"
    others.mkdir()
    (checkout / ".venv").symlink_to(others)
    number = subprocess.run(["cksum", "pyproject.toml"], cwd=checkout, capture_output=True, check=True)
    (others / f"made-{number.stdout.split()[0].decode()}").touch()
    assert make(checkout, "setup").returncode == 0
