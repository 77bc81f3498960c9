"""The lock file: a pin for all that pyproject.toml asks for, and for nothing that it no longer asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = dict(re.findall(r"^([a-z0-9-]+)==([\w.]+) +# via .+$", LOCK, re.MULTILINE))


def wanted() -> list[Requirement]:
    """Return what pyproject.toml asks for: to run, to develop, and to build the site."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = data["project"]
    lists = (
        project["dependencies"],
        project["optional-dependencies"]["dev"],
        data["dependency-groups"]["docs"],
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
