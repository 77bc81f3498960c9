"""Which annotator a name or an e-mail means, and what the page for each is called; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from annotate.errors import BadInput, Conflict
from annotate.studio import PulledProject
from annotate.text import counted, fold

MOST_NAMED = 8  # people in a message


def find_person(wanted: str, project: PulledProject, annotators: Iterable[str]) -> str:
    """Return the name by which reports call an annotator.

    Args:
        wanted: the name or the e-mail, in any case.
        project: the pulled project; people who left Label Studio are known from earlier pulls.
        annotators: the names of those who have answered, as reports call them.

    Raises:
        BadInput: where nobody is called so, or that person has answered nothing.
        Conflict: where several are called so.
    """
    answered = list(annotators)
    known = _spellings(project, answered)
    exact = [name for name in known if fold(name) == fold(wanted)]
    match = exact or [name for name, spellings in known.items() if fold(wanted) in map(fold, spellings)]
    if len(match) > 1:
        raise Conflict(
            f"{len(match)} people are called “{wanted}”: name one of them by e-mail ({_listed(match)})"
        )
    if not match:
        raise BadInput(f"nobody called “{wanted}” has answered “{project.title}”: {_advice(wanted, known)}")
    if match[0] not in answered:
        there = f" (there: {_listed(answered)})" if answered else ""
        raise BadInput(f"“{match[0]}” has judged no claim of “{project.title}” yet{there}")
    return match[0]


def file_names(annotators: Iterable[str]) -> dict[str, str]:
    """Return for each annotator the name of their page, no two alike.

    >>> file_names(["Ada Lund", "ada-lund", "user 7", "李"])
    {'Ada Lund': 'ada-lund.html', 'ada-lund': 'ada-lund-2.html', 'user 7': 'user-7.html', '李': '李.html'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for annotator in annotators:
        stem = re.sub(r"\W+", "-", fold(annotator)).strip("-")[:80] or "annotator"
        number = next(n for n in range(1, len(taken) + 2) if _file(stem, n) not in taken)
        names[annotator] = _file(stem, number)
        taken.add(names[annotator])
    return names


def _file(stem: str, number: int) -> str:
    return f"{stem}{f'-{number}' if number > 1 else ''}.html"


def _spellings(project: PulledProject, annotators: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what each person may be called; one whom no pull knew goes by a number."""
    users = {name: (name, *project.spellings.get(number, ())) for number, name in project.names.items()}
    return {name: (name,) for name in annotators} | users


def _advice(wanted: str, known: Mapping[str, Iterable[str]]) -> str:
    """Name those whose name, a part of it or e-mail is closest to what was wanted."""
    parts = {
        fold(part): name
        for name, spellings in known.items()
        for spelling in spellings
        for part in (spelling, *spelling.split(), spelling.partition("@")[0])
    }
    close = dict.fromkeys(parts[part] for part in get_close_matches(fold(wanted), parts, n=6, cutoff=0.6))
    if close:
        return f"did you mean {' or '.join(f'“{name}”' for name in list(close)[:3])}?"
    return f"it has answers of {_listed(list(known))}" if known else "it has no answers yet"


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    listed = ", ".join(f"“{name}”" for name in names[:MOST_NAMED])
    return f"{listed} and {counted(more, 'other')}" if more > 0 else listed
