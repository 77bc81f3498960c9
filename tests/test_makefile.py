"""The Makefile, run by a real make in a folder of its own."""

import os
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


def make(
    folder: Path, *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run make with a Python that makes no environments: what is refused comes before."""
    command = ["make", "--no-print-directory", "-C", str(folder), "PYTHON=false", *arguments]
    env = os.environ | (environment or {})
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=env)


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


TYPED = ['May "columns"', "Käse $HOME $$ ${X} $(Y)", "`id` it's 100% #1 \\ = ä, b", ""]


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("way", ["argument", "environment"])
def test_what_is_typed_reaches_the_command_as_it_is(checkout: Path, typed: str, way: str) -> None:
    """The command is one that prints what it was called with."""
    for environment in (".venv", ".venv-studio"):
        (checkout / environment / "bin").mkdir(parents=True)
        (checkout / target(checkout, environment)).touch()
    command = checkout / ".venv" / "bin" / "annotate"
    command.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    command.chmod(0o755)
    given = {
        "PROJECT": typed,
        "ARTICLE": typed or "a.txt",
        "FILE": typed or "desk.xlsx",
        "NAMES": typed or "Bo",
    }
    for goal, names, called in (
        ("annotate", ("ARTICLE",), ["push", "{ARTICLE}"]),
        ("adjudicate", ("FILE",), ["adjudicate", "{FILE}"]),
        ("pull", (), ["pull"]),
    ):
        wanted = [word.format(**given) for word in called]
        wanted += ["--project", typed] if typed else []
        set_here = {name: given[name] for name in (*names, "PROJECT")}
        arguments = [f"{name}={words}" for name, words in set_here.items()] if way == "argument" else []
        done = make(checkout, goal, *arguments, environment=set_here if way == "environment" else None)
        assert done.stdout.splitlines()[-len(wanted) :] == wanted, done.stderr
    people = [each.strip() for each in given["NAMES"].split(",")]
    done = make(checkout, "train", f"NAMES={given['NAMES']}", "PROJECT=")
    assert done.stdout.splitlines()[-len(people) :] == people, done.stderr
