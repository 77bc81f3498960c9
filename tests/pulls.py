"""An earlier pull that is in memory, not in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class InMemory:
    """What `pull_project` returned, to begin another pull with."""

    frame: Mapping[str, Any]

    def tasks(self) -> Iterator[dict[str, Any]]:
        return iter(self.frame["tasks"])
