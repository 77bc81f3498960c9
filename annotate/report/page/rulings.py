"""The rulings as the page shows them, version by version of the codebook; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from annotate.report.page.view_models import Shown, rows_of


@dataclass(frozen=True)
class Ruling:
    """A ruling with its row in the table, and the first disputes in which it was ticked."""

    name: str
    row: Mapping[str, Any]
    disputes: tuple[Shown, ...]

    @property
    def needs_sentence(self) -> bool:
        """Whether the codebook needs a sentence there."""
        return bool(self.row["needs_sentence"] == "yes")


@dataclass(frozen=True)
class VersionRulings:
    """The rulings under one version of the codebook."""

    codebook: str
    rulings: tuple[Ruling, ...]

    @property
    def needing(self) -> list[Ruling]:
        """The rulings that need a sentence."""
        return [ruling for ruling in self.rulings if ruling.needs_sentence]

    @property
    def is_known(self) -> bool:
        """Whether there are enough claims to say so of any ruling."""
        return any(ruling.row["needs_sentence"] for ruling in self.rulings)


def shown_rulings(table: pd.DataFrame | None, shown: Mapping[str, Shown]) -> list[VersionRulings]:
    """Return the rulings of each version, in the order of the table.

    Args:
        table: columns `RULINGS_COLUMNS`; `None` is a table without rows.
        shown: the claims by id.
    """
    versions: dict[str, list[Ruling]] = {}
    for row in [] if table is None else rows_of(table):
        ids = (row["disputed_claims"] or "").split("; ")
        disputes = tuple(shown[claim_id] for claim_id in ids if claim_id in shown)
        versions.setdefault(row["codebook"] or "", []).append(Ruling(row["ruling"], row, disputes))
    return [VersionRulings(codebook, tuple(rulings)) for codebook, rulings in versions.items()]
