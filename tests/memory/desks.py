"""Desks for tests: projects with decided claims, pulled into a folder of exports and remembered."""

from __future__ import annotations

from pathlib import Path

from annotate.config import Settings, load_settings
from annotate.report import write_judgements
from annotate.workflows.memory.keeping import remember
from annotate.workflows.progress import Progress
from tests.pulls import written
from tests.report.answers import Raw, decide, label, project
from tests.specimen import specimen

HARBOUR = """# Harbour talks

{The ferry to Skarholm carried 41,000 passengers in June.}

{Mayor Ines Falk said the harbour would be dredged before spring.}

{The bridge was closed for repairs in May 2024.}
"""
FERRY = """# Ferry figures

{In June, 14,000 people travelled on the Skarholm ferry.}

{The bridge was not closed for repairs in May 2024.}

{Nobody here likes the colour of the new bins.}
"""


class Notes(Progress):
    """Keeps the notes of a workflow."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        """Keep a message."""
        self.notes.append(message)


def settings_of(exports: Path, **changes: object) -> Settings:
    """Return the settings of a desk whose exports are in this folder."""
    return load_settings(exports=exports, **changes)


def desk_project(marked: str, *, title: str, article_id: str, decided: dict[int, str] | None = None) -> Raw:
    """Return a project of one article; two people agree on the second claim, some are decided by number."""
    article, claims, skips = specimen(marked, article_id=article_id)
    raw = project(article, claims, skips, title=title)
    for person in (1, 2):
        label(raw, claims[1].claim_id, by=person, as_="attributed_report")
    for number, as_ in (decided or {}).items():
        decide(raw, claims[number].claim_id, by=3, as_=as_, at="2031-05-03T10:00:00Z")
    return raw


def pull(
    raw: Raw, exports: Path, *, key: str, progress: Progress | None = None, **changes: object
) -> list[str]:
    """Write a project into its folder as a pull does, and remember it; return the notes."""
    folder, notes = exports / key, Notes()
    folder.mkdir(parents=True, exist_ok=True)
    raw["project"]["key"] = key
    pulled = written(raw, folder)
    write_judgements(pulled, folder)
    remember(pulled, folder, raw["project"]["title"], settings_of(exports, **changes), progress or notes)
    return notes.notes


def harbour(exports: Path, *, key: str = "harbour-11111111", title: str = "Harbour talks") -> list[str]:
    """Remember the project of the harbour."""
    raw = desk_project(HARBOUR, title=title, article_id="harbour", decided={0: "checkable_fact"})
    return pull(raw, exports, key=key)


def ferry(exports: Path) -> list[str]:
    """Remember the project of the ferry."""
    return pull(desk_project(FERRY, title="Ferry figures", article_id="ferry"), exports, key="ferry-22222222")
