"""The files that install, check and pack the project agree: lock file, CI, pre-commit, Dockerfile, Makefile."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = dict(re.findall(r"^([a-z0-9-]+)==([\w.]+) +# via .+$", LOCK, re.MULTILINE))


PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def read_yaml(path: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    return content


def wanted() -> list[Requirement]:
    """Return what pyproject.toml asks for: to run, to develop, and to build the site."""
    project = PYPROJECT["project"]
    lists = (
        project["dependencies"],
        project["optional-dependencies"]["dev"],
        PYPROJECT["dependency-groups"]["docs"],
    )
    return [Requirement(line) for lines in lists for line in lines]


def test_each_line_is_a_pin_and_names_no_address() -> None:
    lines = [line for line in LOCK.splitlines() if not line.startswith("#")]
    assert len(lines) == len(PINS) > 100
    assert "://" not in LOCK


def test_each_requirement_is_pinned_to_a_version_that_it_allows() -> None:
    for requirement in wanted():
        pin = PINS.get(canonicalize_name(requirement.name))
        assert pin, f"{requirement.name} is not in requirements.lock: run `make lock`"
        assert Version(pin) in requirement.specifier, f"{requirement}, but {pin} is pinned: run `make lock`"


def test_nothing_is_pinned_for_a_requirement_that_is_gone() -> None:
    pinned = set(re.findall(r"^([a-z0-9-]+)==.*\(pyproject\.toml", LOCK, re.MULTILINE))
    gone = pinned - {canonicalize_name(requirement.name) for requirement in wanted()}
    assert not gone, f"{gone} is in requirements.lock alone: run `make lock`"


def test_ci_makes_targets_that_exist_on_each_python_that_is_supported() -> None:
    jobs = read_yaml(".github/workflows/ci.yml")["jobs"]
    steps = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    targets = {target for step in steps for target in re.findall(r"^make ([a-z-]+)", step)}
    assert targets >= {"lint", "docs", "test"}
    for target in targets:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target
    supported = re.findall(r"Python :: (3\.\d+)", "\n".join(PYPROJECT["project"]["classifiers"]))
    assert jobs["test"]["strategy"]["matrix"]["python"] == supported


def test_pre_commit_runs_the_programs_of_make_lint() -> None:
    (repository,) = read_yaml(".pre-commit-config.yaml")["repos"]
    hooks = {" ".join(hook["entry"].split()[:2]) for hook in repository["hooks"]}
    recipe = MAKEFILE.partition("\nlint:")[2].partition("\n\n")[0]
    assert hooks == {" ".join(line.split()[:2]) for line in re.findall(r"@(\.venv/bin/[^.\n]+)", recipe)}
